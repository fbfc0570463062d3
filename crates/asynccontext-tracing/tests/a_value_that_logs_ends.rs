//! The program's own subscriber may be called again while it writes. A variable whose value writes a line of its own
//! is therefore not read again for that line.

use std::fmt;
use std::io::{self, Write};
use std::sync::Mutex;

use asynccontext::Variable;
use asynccontext_tracing::{Field, Fields};
use tracing::info;
use tracing_subscriber::prelude::*;

struct Talks;

impl fmt::Display for Talks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        info!("asked");
        f.write_str("talks")
    }
}

/// A value of a call site, which logs too.
struct LogsToo;

impl fmt::Debug for LogsToo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        info!("by the call site");
        f.write_str("more")
    }
}

static TALKS: Variable<Talks> = Variable::named("talks");
static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Output;

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_value_that_logs_ends() {
    let lines = tracing_subscriber::fmt::layer().without_time().with_target(false).with_ansi(false);
    let lines = lines.with_writer(|| Output);
    tracing_subscriber::registry().with(Fields::new([Field::display(&TALKS)]).layer(lines)).init();
    TALKS.run(Talks, || info!(more = ?LogsToo, "said"));
    let written = String::from_utf8(WRITTEN.lock().unwrap().clone()).unwrap();
    let expected = [
        " INFO asked",
        " INFO asked",
        " INFO by the call site talks=\"talks\"",
        " INFO said more=more talks=\"talks\"",
    ];
    assert_eq!(written.lines().collect::<Vec<_>>(), expected);
}
