//! The source transform that gives a generator the mapping of its creation.
//!
//! The parameters of a generator function are bound when it is called, which is when the generator is
//! created. Its body starts at the first `next`. So the transform inserts
//!
//! ```js
//! function* body(first, ...{CAPTURED=MAPPING()}) { MAPPING(CAPTURED); return first; }
//! ```
//!
//! where `MAPPING` is a function of this crate. Without an argument it returns the current mapping as
//! an opaque object; with an argument it enters that mapping. A function is wrapped instead ([`walk`])
//! if the insertion would have another effect on it: it would make its `arguments` unmapped, or its
//! own `"use strict"` an error. The arguments of direct `eval`, `%eval%`, `Function` and the similar
//! constructors are transformed when they are called ([`dynamic`]).
//!
//! `using` is transformed too ([`using`]), since the engine does not dispose of resources.
//!
//! All edits are insertions between two marks on one line, so that `toString` and positions can be
//! converted to those of the original text ([`sources`]).

mod apply;
mod dynamic;
mod insertion;
pub(crate) mod sources;
mod using;
mod walk;

pub(crate) use apply::{common_js, source};
pub(crate) use dynamic::{bind_delegate, install};
pub(crate) use walk::Goal;
