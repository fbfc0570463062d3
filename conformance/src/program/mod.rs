//! The litmus language: its table, its tree, and what reads, checks and prints it.

pub mod ast;
pub mod check;
pub mod diagnostic;
pub mod json;
pub mod needs;
pub mod parse;
pub mod print;
pub mod profile;
pub mod schema;
pub mod table;
mod tree;

/// The version of the language that this package reads.
pub const VERSION: u32 = 1;
