//! Bindings, look-up and ownership: the only room with `unsafe`.
//!
//! How it works, with pictures, is told in [`crate::docs::internal`]. Here is what the
//! code relies on. Each argument stands where it is needed; these are the rules that they
//! come back to.
//!
//! 1. **Scopes end in the order of the stack.** Entry is by closure or by poll, so a node
//!    may borrow what lies beneath it: the scopes that hold that end later. (A coroutine that
//!    is suspended inside a scope can break that order. Each scope compares on the way out,
//!    and ends the process before anything is freed.) A guard is the exception, and so it
//!    keeps nothing alive, and is found by what a frame running on this thread proves to
//!    live (`guard.rs`). So is a frame that hooks open and close: it leaves its thread's list
//!    only when nothing can rest on it (`open.rs`).
//! 2. **Only the thread that runs a scope writes its nodes' plain fields**, before they are
//!    owned. Becoming owned freezes them, and only what is owned is ever shared. From then
//!    on, threads share the two counts and `flat`, which are atomic (`node.rs`). Where a scope
//!    starts, the node of its binding, to which only it has a link, is as good as new
//!    (`start.rs`).
//! 3. **The head is switched before a value is dropped**, and no user code runs while the
//!    structure is half changed. User code is the drop of a value, and the closures and
//!    futures that are handed in. (`own.rs` and `fold.rs` run none at all.) An allocator may be
//!    user code too, so what is allocated is allocated before anything is changed, and no
//!    lock is held meanwhile.
//! 4. **The thread's slot is `const`-initialised and has no destructor**, so it is there at
//!    every moment of the thread's life (`thread.rs`).
//! 5. **Ids are never reused**, neither those of variables nor those of lists of entries.
//!    An address alone proves nothing (`key.rs`, `entry.rs`).
//! 6. **A variable's id stands for its type** (`key.rs`).
//! 7. **A block of memory is in use or on one thread's list**, never both, and a list has
//!    blocks of one layout. No user code runs while a list is half changed (`pool.rs`).
//!
//! And the invariant: the chain of an owned node binds no variable twice (`own.rs`).
//!
//! | file | what it holds |
//! |---|---|
//! | `key.rs` | what identifies a variable; names |
//! | `node.rs` | the steps of a chain, and references to values |
//! | `lookup.rs` | `with`, `find`, and pins |
//! | `own.rs` | capture: nodes come to own a clean chain |
//! | `derive.rs` | mappings made from others, one binding more or one variable less |
//! | `inherit.rs` | the mapping that detached work starts with |
//! | `fold.rs` | long mappings as a persistent map |
//! | `release.rs` | letting go |
//! | `thread.rs` | the thread's slot |
//! | `frame.rs` | `run`, and how a mapping is switched and put back |
//! | `entry.rs` | what a frame knows of its guards and swaps |
//! | `guard.rs` | guards, dropped newest first |
//! | `table.rs` | guards, dropped in any order |
//! | `swap.rs` | another mapping on the running frame |
//! | `close.rs` | letting go of a frame's entries |
//! | `task.rs` | the frame of a future |
//! | `start.rs` | the binding of a scope, before its start and at it |
//! | `open.rs` | the frame of a task that hooks open and close |
//! | `place.rs` | debug builds: where things were made |
//! | `pool.rs` | memory that a thread keeps for its next bindings |
//! | `latest.rs` | debug builds: the latest binding of each variable |
//! | `inside.rs` | a value that is used and dropped in a captured mapping |
//! | `stop.rs` | ending the process where going on would break memory safety |
//! | `seen.rs` | what is current, told to a read that found nothing |
//! | `beside.rs` | what is captured and entered with a mapping: foreign context, watchers |

#![allow(unsafe_code)]

mod beside;
mod close;
mod derive;
mod entry;
mod fold;
mod frame;
mod guard;
mod inherit;
mod inside;
mod keep;
mod key;
mod latest;
mod lookup;
mod node;
#[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
mod open;
mod own;
mod place;
mod pool;
mod release;
mod seen;
mod start;
mod stop;
mod swap;
mod table;
mod task;
#[cfg(all(test, not(any(loom, shuttle))))]
mod tests;
mod thread;

#[cfg(feature = "companions")]
pub(crate) use beside::{Ambient, Companions, Moment, ask};
pub(crate) use beside::{Enter, Foreign, capture, capture_by, capture_with, nothing_of_ours};
pub(crate) use derive::run_without;
pub(crate) use frame::{run, run_in};
pub(crate) use guard::{Entered, enter, enter_without, in_task};
pub(crate) use inherit::inherit;
#[cfg(all(feature = "tokio", tokio_unstable))]
pub(crate) use inherit::inherit_at;
pub(crate) use inside::Inside;
pub(crate) use key::{Key, name_of};
pub use latest::Binding;
pub(crate) use latest::How;
#[cfg(debug_assertions)]
pub(crate) use latest::{latest, remember};
pub(crate) use lookup::with;
#[cfg(all(feature = "tokio", tokio_unstable))]
pub(crate) use open::{Open, TaskFrame};
pub(crate) use own::Link;
pub(crate) use place::Place;
#[cfg(debug_assertions)]
pub(crate) use seen::origin;
pub(crate) use seen::{Seen, seen};
pub(crate) use swap::swap;
pub use task::Scoped;

/// An owned chain has at most this many steps, a node's parent fewer; what is longer is
/// folded into a map.
#[cfg(not(any(loom, shuttle)))]
const SHORT: u16 = 16;
/// Under loom two bindings are long, so that small models fold.
#[cfg(loom)]
const SHORT: u16 = 2;
/// Under shuttle three are, so that its programs of few variables have all forms of a mapping.
#[cfg(shuttle)]
const SHORT: u16 = 3;

/// Borrowing nodes pile up to this many steps before what is below is folded. It bounds
/// a walk, and the work of owning.
const DEEP: u16 = 64;
