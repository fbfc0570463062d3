//! The litmus language: its table and tree, reading, checking and printing, and outcomes.
//!
//! The language is defined in `LITMUS.md`. One table, [`table::TABLE`], has a row per statement,
//! from which all other modules derive their knowledge of statements.
//!
//! | from | to | by |
//! |---|---|---|
//! | text | cases | [`parse`], on KDL nodes with places |
//! | JSON | cases | [`json::read`] |
//! | cases | errors | [`check`](mod@check) |
//! | cases | the capabilities that a target needs | [`needs`] |
//! | cases | text, JSON | [`print`](mod@print), [`json`] |
//! | the table | the schema of the JSON form | [`schema`] |

pub mod ast;
pub mod check;
pub mod diagnostic;
pub mod expected;
pub mod json;
pub mod known;
pub mod needs;
pub mod outcome;
pub mod parse;
pub mod portable;
pub mod print;
pub mod profile;
pub mod reading;
pub mod schema;
pub mod table;
mod tree;
mod word;

/// The version of the language that this package reads.
pub const VERSION: u32 = 1;
