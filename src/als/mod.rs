//! AsyncLocalStorage: the API of Node's `node:async_hooks`, for people who know it.
//!
//! [`AsyncLocalStorage`] keeps a store for each flow of control, [`AsyncResource`] is a
//! context that one enters by hand, and [`create_hook`] lets one watch [resources](#resources-and-hooks)
//! come and go. The first two are made of [`Variable`](crate::Variable) and
//! [`Snapshot`](crate::Snapshot) alone, and mix freely with them: a snapshot holds the
//! stores of all storages too.
//!
//! ```
//! use asynccontext::als::AsyncLocalStorage;
//!
//! static REQUEST: AsyncLocalStorage<u64> = AsyncLocalStorage::named("request");
//!
//! // JavaScript: request.run(7, () => request.getStore())
//! let seen = REQUEST.run(7, || REQUEST.get_store());
//! assert_eq!(seen, Some(7));
//! assert_eq!(REQUEST.get_store(), None);
//! ```
//!
//! The methods do what Node's documentation says. Where runtimes differ from each other,
//! or from their documentation, they do what can be reasoned about: what is changed in a
//! frame ends with that frame, and no snapshot changes after it was taken. A *frame* is
//! the body of `run`, `exit`, `run_in_async_scope`, of a snapshot's `run`, of a bound
//! closure, or of a scoped future.
//!
//! # Resources and hooks
//!
//! A *resource* is something that runs later, or again: it has an id, the name of a type,
//! and the id of what triggered it, so that all of them form a tree. `AsyncResource::new`
//! makes one. While a hook is enabled, so does everything that captures a context:
//!
//! | type | made by |
//! |---|---|
//! | the path of the function, as `tokio::spawn`, `thread::Scope::spawn`, `rayon::join` | what takes work along, in [`thread`](crate::thread), `tokio` and `rayon` |
//! | `Scoped` | [`in_current_snapshot`](crate::Propagate::in_current_snapshot), [`Variable::scope`](crate::Variable::scope), [`AsyncLocalStorage::scope`] |
//! | `Snapshot` | [`Snapshot::capture`](crate::Snapshot::capture), [`Snapshot::inherit`](crate::Snapshot::inherit), [`AsyncLocalStorage::snapshot`] |
//! | `Carried` | [`Carried::new`](crate::Carried::new) |
//! | `bound-anonymous-fn`, as in Node | [`AsyncLocalStorage::bind`] |
//!
//! What is made *with* a snapshot is no resource of its own, but runs as that of the
//! snapshot: by `wrap`, `scope`, `with_snapshot`, `Carried::from_parts`.
//!
//! ```
//! use asynccontext::als::{HookCallbacks, Resource, create_hook, execution_async_id};
//! use asynccontext::thread;
//!
//! struct Print;
//! impl HookCallbacks for Print {
//!     fn init(&self, resource: &Resource) {
//!         println!("{resource:?} is made"); // thread::spawn(2, trigger 1) is made
//!     }
//!     fn destroy(&self, resource: &Resource) {
//!         println!("{resource:?} is gone");
//!     }
//! }
//!
//! let hook = create_hook(Print).enable();
//! let thread = thread::spawn(execution_async_id);
//! assert_ne!(thread.join().unwrap(), 1);
//! hook.disable();
//! ```
//!
//! The example `resource_tree` prints the tree of a request to a server as it grows and
//! shrinks.
//!
//! - **Without a hook** tasks have no ids of their own: [`execution_async_id`] says in which
//!   scope a task was started. It is as with promises in Node, which have ids from the
//!   first `enable` on. `create_hook(()).enable()` gives them ids and calls nothing.
//! - **`before` and `after`** enclose each poll, each step, each call, and also the drop of
//!   what runs in the resource, which is code too. So a task that is cancelled before its
//!   first poll is entered once. On each thread they are nested. A resource that several
//!   threads share, as the snapshot of a `rayon::join`, may be entered on all at once.
//! - **`destroy`** comes when the last thing that can enter the resource is gone: at the end
//!   of a task, with the last clone of a snapshot. It comes at once, on the thread that let
//!   go, and not after a garbage collection. An `AsyncResource` ends with
//!   [`emit_destroy`](AsyncResource::emit_destroy) or its drop; what it has bound may still
//!   run afterwards.
//! - **Each hook sees whole lives.** It hears of the resources that were made while it was
//!   enabled, of each beginning and each end once, until it is disabled.
//! - **Nothing that a callback does is told.** What it makes, on its thread, is no
//!   resource, and what it enters is no entry; if a resource ends by it, that is told when
//!   the callback has returned. So a callback may do anything: take snapshots, spawn,
//!   enable and disable hooks, hold a lock. But work that it hands to another thread or
//!   task runs outside of it: if that makes resources, it is told, and if that hands over
//!   work again, there is no end.
//! - **A callback that panics** panics into what is observed, after all hooks were called
//!   and with the context put back; a second panic on the way is left at its message. (Node
//!   ends the process. Here the panic takes the usual way, to whoever joins the task.)
//! - **It shows in what is captured.** The running resource is a variable. While a hook is
//!   enabled, a snapshot is never empty, and a read without a value may tell another
//!   [`Cause`](crate::Cause).
//!
//! Until a hook is first enabled all this costs nothing: not one instruction in `run`,
//! `get`, a capture, a poll or a spawn. From then on, with one hook, a capture takes 0.5 to
//! 0.7 µs and an entry 0.2 to 0.3; once all are disabled again, 3 to 5 ns more than before.
//!
//! # From Node
//!
//! [`docs::from_async_local_storage`](crate::docs::from_async_local_storage) puts each
//! call of Node beside the one here, and says what differs and why. New code that has
//! never been JavaScript is better served by `Variable`.

mod hook;
mod resource;
mod storage;
mod watch;

pub use hook::{AsyncHook, HookCallbacks, create_hook};
pub use resource::{AsyncResource, Resource, execution_async_id, execution_async_resource, trigger_async_id};
pub use storage::AsyncLocalStorage;
