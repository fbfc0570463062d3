//! Reports of runs of test262's tests, for people and for machines.

pub mod json;
pub mod junit;
pub mod table;
