//! The child process: it takes orders from its standard input and says what each run did.
//!
//! When its standard input ends, because the tool is done or is gone, it ends at once, whatever it
//! is running.

use std::io::{self, BufRead as _, Write as _};
use std::sync::mpsc;
use std::{process, thread};

use super::execute::execute;
use super::flavour::Engine;
use super::order::Order;
use super::suite::Suite;
use crate::engine::bound_memory;

/// Takes orders until there are no more.
///
/// `memory` bounds the address space of the process, in bytes, where the system can do that.
///
/// # Errors
///
/// When an order can't be read, an answer can't be written, or the limit can't be set.
pub fn serve(suite: &Suite, engine: Engine, memory: u64) -> io::Result<()> {
    bound_memory(memory)?;
    let (send, orders) = mpsc::channel();
    thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            if line.is_ok_and(|line| send.send(line).is_ok()) {
                continue;
            }
            break;
        }
        process::exit(0);
    });
    let mut answers = io::stdout().lock();
    for line in orders {
        let order = Order::read(&line).ok_or_else(|| io::Error::other(format!("this is no order: {line}")))?;
        let observed = execute(&order, suite, engine);
        writeln!(answers, "{}", observed.write(order.number))?;
        answers.flush()?;
    }
    Ok(())
}
