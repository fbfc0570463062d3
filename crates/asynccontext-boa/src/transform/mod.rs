//! The source transform that lets a generator know where it was made.
//!
//! A generator function's parameters are bound when it is called, which is when the
//! generator is made; its body begins with the first `next`. So the transform inserts
//!
//! ```js
//! function* body(first, ...{CAPTURED=MAPPING()}) { MAPPING(CAPTURED); return first; }
//! ```
//!
//! where `MAPPING` is a function of this crate: without an argument it gives the current
//! mapping as an opaque object, with one it enters it. A function that the insertion would
//! change in any other way, by making its `arguments` unmapped or its own `"use strict"` an
//! error, is wrapped instead ([`walk`]). Arguments of direct `eval` are
//! transformed when it is called, and so is what `%eval%`, `Function` and its relatives are
//! given ([`dynamic`]).
//!
//! All edits are insertions between two marks, on one line, so that `toString` and
//! positions can be given back as if there were none ([`sources`]).

mod apply;
mod dynamic;
mod insertion;
pub(crate) mod sources;
mod walk;

pub(crate) use apply::source;
pub(crate) use dynamic::install;
pub(crate) use walk::Goal;
