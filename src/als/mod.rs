//! AsyncLocalStorage: the API of Node's `node:async_hooks`.
//!
//! [`AsyncLocalStorage`] holds a store for each flow of control, [`AsyncResource`] is a context
//! that is entered by hand, and [`create_hook`] registers callbacks for the life of
//! [resources](#resources-and-hooks). The first two are built on [`Variable`](crate::Variable) and
//! [`Snapshot`](crate::Snapshot) alone and can be mixed with them: a snapshot holds the stores of
//! all storages too.
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
//! The methods follow Node's documentation. Where runtimes differ from each other, or from their
//! documentation, two rules decide: a change in a frame ends with that frame, and no snapshot
//! changes after its capture. A *frame* is the body of `run`, `exit`, `run_in_async_scope`, of a
//! snapshot's `run`, of a bound closure, or of a scoped future.
//!
//! # Resources and hooks
//!
//! A *resource* is work that runs later, or repeatedly. It has an id, a type name, and the id of
//! the resource that triggered it, so that resources form a tree. `AsyncResource::new` creates one.
//! While a hook is enabled, each capture of a context creates one too:
//!
//! | type | created by |
//! |---|---|
//! | the path of the function, as `tokio::spawn`, `thread::Scope::spawn`, `rayon::join` | the functions of [`thread`](crate::thread), `tokio` and `rayon` that start work |
//! | `Scoped` | [`in_current_snapshot`](crate::Propagate::in_current_snapshot), [`Variable::scope`](crate::Variable::scope), [`AsyncLocalStorage::scope`] |
//! | `Snapshot` | [`Snapshot::capture`](crate::Snapshot::capture), [`Snapshot::inherit`](crate::Snapshot::inherit), [`AsyncLocalStorage::snapshot`] |
//! | `Carried` | [`Carried::new`](crate::Carried::new) |
//! | `bound-anonymous-fn`, as in Node | [`AsyncLocalStorage::bind`] |
//!
//! Work that is given an existing snapshot, by `wrap`, `scope`, `with_snapshot` or
//! `Carried::from_parts`, has no resource of its own and runs as that of the snapshot.
//!
//! ```
//! use asynccontext::als::{HookCallbacks, Resource, create_hook, execution_async_id};
//! use asynccontext::thread;
//!
//! struct Print;
//! impl HookCallbacks for Print {
//!     fn init(&self, resource: &Resource) {
//!         println!("created {resource:?}"); // created thread::spawn(2, trigger 1)
//!     }
//!     fn destroy(&self, resource: &Resource) {
//!         println!("destroyed {resource:?}");
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
//! - **Without a hook**, tasks have no ids of their own: [`execution_async_id`] returns the id of
//!   the scope in which the task was started. Likewise, promises in Node have ids only from the
//!   first `enable` on. `create_hook(()).enable()` gives tasks ids without any callbacks.
//! - **`before` and `after`** enclose each poll, step and call, and also the drop of the work,
//!   which runs code too. A task that is cancelled before its first poll is therefore entered once.
//!   On each thread, the calls are nested. A resource that several threads share, such as the
//!   snapshot of a `rayon::join`, may be entered on all of them at once.
//! - **`destroy`** is called when the resource can no longer be entered: at the end of a task, or
//!   with the drop of the last clone of a snapshot. It is called immediately, on the thread of that
//!   drop, not after a garbage collection. An `AsyncResource` ends with
//!   [`emit_destroy`](AsyncResource::emit_destroy) or its drop; closures that it has bound may
//!   still run afterwards.
//! - **Each hook sees whole lives.** Until it is disabled, a hook is called for the resources that
//!   were created while it was enabled, once for each creation and each end.
//! - **Callbacks are not observed.** Captures and entries that a callback makes on its thread call
//!   no hooks; if a callback ends a resource, `destroy` is called after it returns. A callback may
//!   therefore do anything: capture snapshots, spawn, enable and disable hooks, hold a lock. But
//!   work that it starts on another thread or task runs outside the callback: resources that this
//!   work creates are observed, and if the callback starts such work for each of them, there is no
//!   end.
//! - **A panic in a callback** unwinds into the observed code, after all hooks were called and with
//!   the context restored; a second panic on the way is caught after its message. (Node ends the
//!   process. Here the panic reaches the code that joins the task.)
//! - **Snapshots hold the running resource**, which is a variable. While a hook is enabled, a
//!   snapshot is never empty, and a failed read may have another [`Cause`](crate::Cause).
//!
//! Until a hook is first enabled, hooks add no instruction to `run`, `get`, a capture, a poll or a
//! spawn. From then on, with one hook, a capture takes 0.5 to 0.7 µs and an entry 0.2 to 0.3; once
//! all are disabled again, 3 to 5 ns more than before.
//!
//! # From Node
//!
//! [`docs::from_async_local_storage`](crate::docs::from_async_local_storage) shows each call in
//! Node and in this module, and explains the differences. New code that is not ported from
//! JavaScript should use `Variable`.

mod hook;
mod resource;
mod storage;
mod watch;

pub use hook::{AsyncHook, HookCallbacks, create_hook};
pub use resource::{AsyncResource, Resource, execution_async_id, execution_async_resource, trigger_async_id};
pub use storage::AsyncLocalStorage;
