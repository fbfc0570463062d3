//! Bindings, look-up and ownership: the only module with `unsafe`.
//!
//! [`crate::docs::internal`] describes the design, with diagrams. These are the rules that the
//! SAFETY comments rely on.
//!
//! 1. **Scopes end in stack order.** A scope is entered by a closure or by a poll, so a node may
//!    borrow the node beneath it: the scopes that keep that node alive end later. (A coroutine that
//!    is suspended inside a scope can break this order. Each scope therefore checks on exit that it
//!    is the innermost, and otherwise aborts the process before anything is freed.) There are two
//!    exceptions. A guard keeps nothing alive; its entry is found through a frame that runs on this
//!    thread, and so is live (`guard.rs`). A frame that task hooks open and close leaves its
//!    thread's list only when nothing can rest on it (`hooked_task.rs`).
//! 2. **Only the thread that runs a scope writes the plain fields of its nodes**, and only until
//!    they are owned. An owned node is frozen, and only owned nodes are shared. Threads then write
//!    only the two counts and `flat`, which are atomic (`node.rs`). When an unstarted scope starts,
//!    the node of its binding, to which only that scope has a link, counts as new (`start.rs`).
//! 3. **The head is switched before a value is dropped**, and no user code runs while the structure
//!    is half changed. User code is the drop of a value, and the closures and futures that are
//!    passed in. (`ownership.rs` and `fold.rs` run none.) An allocator may be user code too, so
//!    memory is allocated before anything is changed, and no lock is held over an allocation,
//!    except that of `last_binding.rs`, which allows for it.
//! 4. **The thread's slot is `const`-initialized and has no destructor**, so it can be used at any
//!    time in the thread's life (`thread.rs`). The same is true of the other thread-locals here,
//!    except for those that only register a function for the thread's end.
//! 5. **Ids are never reused**, neither those of variables nor those of lists of entries and of
//!    hazards. An address alone identifies nothing (`key.rs`, `ids.rs`).
//! 6. **A variable's id determines its type** (`key.rs`).
//! 7. **A block of memory is in use or on one thread's list**, never both, and all blocks of a list
//!    have one layout. No user code runs while a list is half changed (`pool.rs`).
//!
//! The invariant: the chain of an owned node binds no variable twice. Such a chain is *clean*
//! (`ownership.rs`).
//!
//! The files. Each imports only files below it in this table, which a test checks
//! (`tests/mapping/imports_point_down.rs`).
//!
//! | file | contents |
//! |---|---|
//! | `hooked_task.rs` | the frame of a task, opened and closed by task hooks |
//! | `task.rs` | `Scoped`: the frame of a future, an iterator or the like |
//! | `running.rs` | the running frame of such a value: for a step, or for the last time |
//! | `start.rs` | the binding of a scope, before and at its start |
//! | `diagnosis.rs` | the context of the running code, for the error of a failed read |
//! | `in_mapping.rs` | a value that is used and dropped in a captured mapping |
//! | `inherit.rs` | the mapping that detached work starts with |
//! | `swap.rs` | swaps: another mapping on the running frame |
//! | `guard.rs` | guards: bindings on a running frame, dropped in any order, or kept |
//! | `run.rs` | `run`: the mapping is switched and restored |
//! | `attachments.rs` | attachments: foreign context and hooks, captured and entered with a mapping |
//! | `root.rs` | bindings outside every scope, released when the thread ends |
//! | `close.rs` | releasing a frame's entries |
//! | `table.rs` | the guards of a frame once one was dropped out of order |
//! | `read.rs` | `with`: look-up in the current mapping |
//! | `current.rs` | the current mapping: made owned by a capture, borrowed by a new binding |
//! | **the running thread** | |
//! | `thread.rs` | the thread's slot: the current mapping and the innermost frame |
//! | `frame.rs` | frames: the state of each running scope |
//! | `entry.rs` | entries: a frame's records of its guards and swaps |
//! | `hazard.rs` | hazards: values being read that the reader itself may release |
//! | `ids.rs` | ids of lists of entries and of hazards |
//! | **the chain, independent of threads** | |
//! | `link.rs` | captured mappings, and mappings derived from them |
//! | `ownership.rs` | how nodes come to own a clean chain |
//! | `fold.rs` | long mappings as a persistent map |
//! | `owned.rs` | typed pointers to owned nodes, which are read without `unsafe` |
//! | `find.rs` | look-up in a chain |
//! | `steps.rs` | the kinds of node: one binding, several, or a whole mapping |
//! | `release.rs` | releasing nodes; counted references: to a chain, to a value |
//! | `cover.rs` | the cover: the head in frames with entries |
//! | `node.rs` | the header of each node, with its counts |
//! | **beneath** | |
//! | `key.rs` | keys: the identity of a variable; names |
//! | `last_binding.rs` | debug builds: the latest binding of each variable |
//! | `call_site.rs` | call sites, recorded in debug builds |
//! | `pool.rs` | memory that a thread keeps for its next bindings |
//! | `at_thread_end.rs` | a function that is called when a thread ends |
//! | `stop.rs` | aborting the process where continuing would break memory safety |

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
mod running;
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

/// An owned chain has at most this many steps, and a node's parent fewer; a longer one is folded
/// into a map.
#[cfg(not(any(loom, shuttle)))]
const SHORT: u16 = 16;
/// Under loom, a chain of two is already long, so that small models fold.
#[cfg(loom)]
const SHORT: u16 = 2;
/// Under shuttle, a chain of three is, so that programs of few variables reach all forms of a
/// mapping.
#[cfg(shuttle)]
const SHORT: u16 = 3;

/// A new node borrows a chain of fewer steps than this; a longer chain is shortened first. Bounds
/// the length of a walk, and the work of owning.
const DEEP: u16 = 64;
