//! Reports of test262 runs, for people and for machines.

pub mod json;
pub mod junit;
pub mod table;
