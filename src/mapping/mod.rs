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
//!    only when nothing can rest on it (`hooked_task.rs`).
//! 2. **Only the thread that runs a scope writes its nodes' plain fields**, before they are
//!    owned. Becoming owned freezes them, and only what is owned is ever shared. From then
//!    on, threads share the two counts and `flat`, which are atomic (`node.rs`). Where a scope
//!    starts, the node of its binding, to which only it has a link, is as good as new
//!    (`start.rs`).
//! 3. **The head is switched before a value is dropped**, and no user code runs while the
//!    structure is half changed. User code is the drop of a value, and the closures and
//!    futures that are handed in. (`ownership.rs` and `fold.rs` run none at all.) An allocator may be
//!    user code too, so what is allocated is allocated before anything is changed, and no
//!    lock is held meanwhile.
//! 4. **The thread's slot is `const`-initialised and has no destructor**, so it is there at
//!    every moment of the thread's life (`thread.rs`).
//! 5. **Ids are never reused**, neither those of variables nor those of lists of entries.
//!    An address alone proves nothing (`key.rs`, `ids.rs`).
//! 6. **A variable's id stands for its type** (`key.rs`).
//! 7. **A block of memory is in use or on one thread's list**, never both, and a list has
//!    blocks of one layout. No user code runs while a list is half changed (`pool.rs`).
//!
//! And the invariant: the chain of an owned node binds no variable twice (`ownership.rs`).
//!
//! The files, from the lowest: none imports one that stands above it in this table, which a test
//! checks (`tests/mapping/imports_point_down.rs`).
//!
//! | file | what it holds |
//! |---|---|
//! | `hooked_task.rs` | the frame of a task that hooks open and close |
//! | `task.rs` | the frame of a future, an iterator and their like |
//! | `start.rs` | the binding of a scope, before its start and at it |
//! | `diagnosis.rs` | what the error of a read that found nothing says |
//! | `in_mapping.rs` | a value that is used and dropped in a captured mapping |
//! | `inherit.rs` | the mapping that detached work starts with |
//! | `swap.rs` | another mapping on the running frame |
//! | `guard.rs` | guards: dropped newest first, in any order, and kept |
//! | `run.rs` | `run`: how a mapping is switched and put back |
//! | `attachments.rs` | what is captured and entered with a mapping: foreign context, hooks |
//! | `root.rs` | what is entered outside every scope, until the thread ends |
//! | `close.rs` | letting go of a frame's entries |
//! | `table.rs` | the guards of a frame once one was dropped out of order |
//! | `read.rs` | `with`: the look-up in the current mapping |
//! | `current.rs` | the current mapping: owned for a capture, borrowed by a new binding |
//! | **the running thread** | |
//! | `thread.rs` | the thread's slot: the current mapping and the innermost frame |
//! | `frame.rs` | a frame: what a scope that runs has on its thread |
//! | `entry.rs` | what a frame knows of one guard or one swap |
//! | `hazard.rs` | values that are read, and that the reader itself may let go of |
//! | `ids.rs` | ids of lists of entries and of hazards |
//! | **the chain, which knows no thread** | |
//! | `link.rs` | captured mappings, and those made from others |
//! | `ownership.rs` | how nodes come to own a clean chain |
//! | `fold.rs` | long mappings as a persistent map |
//! | `owned.rs` | owned nodes, which are read without `unsafe` |
//! | `find.rs` | look-up in a chain |
//! | `steps.rs` | the steps of a chain: one binding, several, or a whole mapping |
//! | `release.rs` | letting go, and counted references: to a chain, to a value |
//! | `cover.rs` | what stands for a mapping where reads need care |
//! | `node.rs` | the header of each step, and its counts |
//! | **beneath** | |
//! | `key.rs` | what identifies a variable; names |
//! | `last_binding.rs` | debug builds: the latest binding of each variable |
//! | `call_site.rs` | debug builds: where things were made |
//! | `pool.rs` | memory that a thread keeps for its next bindings |
//! | `at_thread_end.rs` | what is done when a thread ends |
//! | `stop.rs` | ending the process where going on would break memory safety |

#![allow(unsafe_code)]

#[cfg(not(any(loom, shuttle)))]
mod at_thread_end;
mod attachments;
mod call_site;
mod close;
mod cover;
mod current;
mod diagnosis;
mod entry;
mod find;
mod fold;
mod frame;
mod guard;
mod hazard;
#[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
mod hooked_task;
mod ids;
mod in_mapping;
mod inherit;
mod key;
mod last_binding;
mod link;
mod node;
mod owned;
mod ownership;
mod pool;
mod read;
mod release;
mod root;
mod run;
mod start;
mod steps;
mod stop;
mod swap;
mod table;
mod task;
#[cfg(all(test, not(any(loom, shuttle))))]
mod tests;
mod thread;

#[cfg(feature = "companions")]
pub(crate) use attachments::{Ambient, Companions, Moment, ask};
pub(crate) use attachments::{Enter, Foreign, capture, capture_by, capture_with, nothing_of_ours};
pub(crate) use call_site::{CallSite, CaptureSite};
pub(crate) use diagnosis::{Seen, seen};
#[cfg(debug_assertions)]
pub(crate) use diagnosis::{latest, origin};
pub(crate) use guard::{Entered, enter, enter_without, in_task};
#[cfg(all(feature = "tokio", tokio_unstable))]
pub(crate) use hooked_task::{Open, TaskFrame};
pub(crate) use in_mapping::InMapping;
pub(crate) use inherit::inherit;
#[cfg(all(feature = "tokio", tokio_unstable))]
pub(crate) use inherit::inherit_at;
pub(crate) use key::{Key, name_of};
pub use last_binding::Binding;
pub(crate) use last_binding::How;
#[cfg(debug_assertions)]
pub(crate) use last_binding::remember;
pub(crate) use link::Link;
pub(crate) use read::with;
pub(crate) use run::{run, run_in, run_without};
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
