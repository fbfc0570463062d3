//! Ways to break the engine, one step at a time, and the JavaScript tests that notice.
//!
//! `js/mutations.kdl` is the list, [`list`] reads it, [`schemata`] puts the edits of all mutations
//! into one copy of the sources, each behind a switch, and [`table`] prints the list for readers.
//! The program `mutations` builds that copy once and runs the tests for each mutation.

pub mod list;
pub mod schemata;
pub mod table;
