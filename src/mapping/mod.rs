//! Bindings, look-up and ownership: the only room with `unsafe`.

#![allow(unsafe_code)]

mod fold;
mod frame;
mod guard;
mod inside;
mod key;
mod lookup;
mod node;
mod own;
mod release;
mod task;
mod thread;

pub(crate) use frame::{run, run_in};
pub(crate) use guard::{Entered, enter, in_task, swap};
pub(crate) use inside::Inside;
pub(crate) use key::{Key, name_of};
pub(crate) use lookup::with;
pub(crate) use own::{Link, capture};
pub use task::Scoped;

/// An owned chain is shorter than this; a longer mapping is folded into a map.
#[cfg(not(loom))]
const SHORT: u16 = 16;
/// Under loom two bindings are long, so that small models fold.
#[cfg(loom)]
const SHORT: u16 = 2;

/// Borrowing nodes pile up to this many steps before what is below is folded. It
/// bounds a walk, and the work of owning.
const DEEP: u16 = 64;
