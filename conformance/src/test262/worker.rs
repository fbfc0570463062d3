//! The child process: reads orders from standard input and prints the behavior of each run.
//!
//! It ends at once when its standard input ends, even during a run, since the tool has then ended.

use std::io::{self, BufRead as _, Write as _};
use std::sync::mpsc;
use std::{process, thread};

use super::execute::execute;
use super::flavor::Engine;
use super::order::Order;
use super::suite::Suite;
use crate::engine::bound_memory;
use crate::program::reading::Reading;

/// Runs orders until standard input ends.
///
/// `memory` limits the address space of the process in bytes, where the system supports that.
///
/// # Errors
///
/// Returns an error if an order cannot be read, an answer cannot be written, or the limit cannot be set.
pub fn serve(suite: &Suite, engine: Engine, reading: Reading, memory: u64) -> io::Result<()> {
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
        let order = Order::read(&line).ok_or_else(|| io::Error::other(format!("invalid order: {line}")))?;
        let observed = execute(&order, suite, engine, reading);
        writeln!(answers, "{}", observed.write(order.number))?;
        answers.flush()?;
    }
    Ok(())
}
