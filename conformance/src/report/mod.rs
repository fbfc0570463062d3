//! Reports of comparisons and searches, for people and for machines.

pub mod cause;
pub mod changes;
pub mod count;
pub mod difference;
pub mod explain;
pub mod families;
pub mod groups;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod outline;
pub mod problems;
pub mod screen;
pub mod search;
pub mod spec;
pub mod style;
pub mod table;
pub mod test262;
pub mod wptreport;
