//! Reports of comparisons and searches, for people and for machines.

pub mod difference;
pub mod explain;
pub mod families;
pub mod json;
pub mod junit;
pub mod problems;
pub mod search;
pub mod style;
pub mod table;
pub mod test262;
