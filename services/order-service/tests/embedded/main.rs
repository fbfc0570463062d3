//! The service with all that is embedded in it.

#![allow(unreachable_pub)] // a program exports nothing

mod faults;
mod hostile;
mod jobs;
mod load;
mod shutdown;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "the other program uses the rest")]
mod support;
