//! The litmus language: its table, its tree, and what reads, checks and prints it.

pub mod ast;
pub mod profile;
pub mod table;
