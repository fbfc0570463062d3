//! From AsyncLocalStorage: each call of Node, the one here, and what differs.
//!
//! [`als`](crate::als) has Node's names. A service that is moved over from Node can keep
//! its structure; what has to change is how context gets into tasks (below), since Rust
//! has no runtime that carries it everywhere by itself.
//!
//! # Node and Rust
//!
//! | Node | Rust | what differs, and why |
//! |---|---|---|
//! | `new AsyncLocalStorage()` | [`AsyncLocalStorage::new()`] | `const`: usually a `static` |
//! | `{ name: 'user' }` | [`AsyncLocalStorage::named("user")`](AsyncLocalStorage::named), [`.with_name(…)`](AsyncLocalStorage::with_name) | |
//! | `{ defaultValue: x }` | [`.with_default(x)`](AsyncLocalStorage::with_default) | |
//! | `storage.name` | [`storage.name()`](AsyncLocalStorage::name) | |
//! | `storage.getStore()` | [`get_store()`](AsyncLocalStorage::get_store), [`with_store(…)`](AsyncLocalStorage::with_store) | a clone or a borrow of the store, as an `Option`; put what is shared into an `Arc` |
//! | `storage.getStore() ?? fail()` | [`try_get_store()?`](AsyncLocalStorage::try_get_store), [`try_with_store(…)?`](AsyncLocalStorage::try_with_store) | the error names the storage, the place and the likely cause |
//! | `storage.run(x, f)` | [`run(x, f)`](AsyncLocalStorage::run) | always a frame, also if `x` is the store already |
//! | `storage.run(x, f, ...args)` | `run(x, \|\| f(args))` | closures capture |
//! | `storage.run(x, async () => …)` | [`scope(x, async { … })`](AsyncLocalStorage::scope) | a future runs where it is polled, not where it is made |
//! | `storage.exit(f)` | [`exit(f)`](AsyncLocalStorage::exit), [`exit_scope(…)`](AsyncLocalStorage::exit_scope) | also for work started inside; hides the default; a `run` inside does not end it |
//! | `storage.enterWith(x)` | [`enter_with(x)`](AsyncLocalStorage::enter_with) | ends with the frame, and never reaches the caller of an async function |
//! | `storage.disable()` | [`disable()`](AsyncLocalStorage::disable) | for the rest of the frame; snapshots and pending work keep their stores; not needed to free a storage |
//! | `using s = storage.withScope(x)` | [`let _s = with_scope(x)`](AsyncLocalStorage::with_scope), [`with_task_scope(x)?`](AsyncLocalStorage::with_task_scope) | may be dropped in any order |
//! | `AsyncLocalStorage.bind(f)` | [`AsyncLocalStorage::bind(f)`](AsyncLocalStorage::bind) | a resource only while a hook is enabled; otherwise the ids inside are those of where it was bound |
//! | `AsyncLocalStorage.snapshot()` | [`AsyncLocalStorage::snapshot()`](AsyncLocalStorage::snapshot) | a [`Snapshot`]: `in_context.run(f)` for `inContext(f)` |
//! | `new AsyncResource('Query')` | [`AsyncResource::new("Query")`](AsyncResource::new) | |
//! | `{ triggerAsyncId: id }` | [`AsyncResource::with_trigger("Query", id)`](AsyncResource::with_trigger) | |
//! | `r.runInAsyncScope(f, thisArg, …)` | [`r.run_in_async_scope(f)`](AsyncResource::run_in_async_scope), [`r.scope(…)`](AsyncResource::scope) | what `enter_with` binds inside ends with the scope |
//! | `r.bind(f)` | [`r.bind(f)`](AsyncResource::bind) | |
//! | `AsyncResource.bind(f, 'Query')` | `AsyncResource::new("Query").bind(f)` | |
//! | `r.asyncId()`, `r.triggerAsyncId()` | [`r.async_id()`](AsyncResource::async_id), [`r.trigger_async_id()`](AsyncResource::trigger_async_id) | |
//! | `r.emitDestroy()` | [`r.emit_destroy()`](AsyncResource::emit_destroy), or dropping it | takes the resource, so it can't be called twice; `requireManualDestroy` has no use |
//! | `executionAsyncId()` | [`execution_async_id()`] | a task has an id of its own while a hook is enabled, as a promise in Node; otherwise that of the scope it was started in |
//! | `triggerAsyncId()` | [`trigger_async_id()`] | |
//! | `executionAsyncResource()` | [`execution_async_resource()`] | names and ids; keep values in an `AsyncLocalStorage` |
//! | `createHook({ init, … })` | [`create_hook(callbacks)`](create_hook) | the callbacks are methods of a trait, [`HookCallbacks`]; each gets the [`Resource`] instead of an id; for all threads at once |
//! | `hook.enable()`, `hook.disable()` | [`hook.enable()`](AsyncHook::enable), [`hook.disable()`](AsyncHook::disable) | it hears only of resources that are made while it is enabled |
//! | a worker starts without stores | a bare thread starts without stores | |
//!
//! # Context goes where you send it
//!
//! In Node a promise, a timer and a callback carry the stores by themselves. In Rust a
//! future does so once it is tied to a snapshot, which is one word at the place where it
//! is spawned:
//!
//! ```
//! use asynccontext::Propagate;
//! use asynccontext::als::AsyncLocalStorage;
//! # use std::{pin::pin, future::Future, task::{Context, Poll, Waker}};
//! # fn spawn<F: Future + Send + 'static>(f: F) -> F::Output where F::Output: Send {
//! #     let poll = || pin!(f).poll(&mut Context::from_waker(Waker::noop()));
//! #     let Poll::Ready(output) = std::thread::scope(|s| s.spawn(poll).join().unwrap()) else { panic!() };
//! #     output
//! # }
//!
//! static REQUEST: AsyncLocalStorage<u64> = AsyncLocalStorage::named("request");
//!
//! REQUEST.run(7, || {
//!     // JavaScript: setTimeout(() => log(request.getStore()))
//!     let inherited = spawn(async { REQUEST.get_store() }.in_current_snapshot());
//!     assert_eq!(inherited, Some(7));
//!
//!     let bare = spawn(async { REQUEST.get_store() });
//!     assert_eq!(bare, None);
//! });
//! ```
//!
//! And a Rust future starts where it is first polled, while an async function in JavaScript
//! starts at the call. `run` ends when its closure returns, and a closure that returns a future
//! returns before the future has started: [`scope`](AsyncLocalStorage::scope) binds for that.
//! Several nest, as `A.scope(1, B.scope(2, f))`. A scope that is not awaited where it is made
//! starts elsewhere: to give it all stores of the place where JavaScript would have called it,
//! add `in_current_snapshot()`.
//!
//! ```
//! # use asynccontext::als::AsyncLocalStorage;
//! # use std::{pin::pin, future::Future, task::{Context, Poll, Waker}};
//! # fn block_on<F: Future>(f: F) -> F::Output {
//! #     let Poll::Ready(output) = pin!(f).poll(&mut Context::from_waker(Waker::noop())) else { panic!() };
//! #     output
//! # }
//! # static REQUEST: AsyncLocalStorage<u64> = AsyncLocalStorage::named("request");
//! // JavaScript: await request.run(7, async () => request.getStore())
//! let lost = block_on(REQUEST.run(7, || async { REQUEST.get_store() }));
//! assert_eq!(lost, None);
//! let kept = block_on(REQUEST.scope(7, async { REQUEST.get_store() }));
//! assert_eq!(kept, Some(7));
//! ```
//!
//! # A Node service in Rust
//!
//! | in Node | in Rust |
//! |---|---|
//! | middleware: `app.use((req, res, next) => als.run(store, next))` | a tower layer, or axum's `middleware::from_fn`: `STORE.scope(store, next.run(request)).await`. Layers nest in any order |
//! | `setTimeout`, `setImmediate`, a promise that nobody awaits | a task: `asynccontext::tokio::spawn` takes the stores along, tokio's own doesn't |
//! | `res.on('finish', f)` | [work after the response](crate::docs::patterns::after_the_response) |
//! | `emitter.on('event', AsyncResource.bind(f))` | a callback that is kept for later is wrapped where it is registered: [`AsyncLocalStorage::bind`] |
//! | an emitter's listener without `bind` runs in the context of `emit` | so does a bare closure here |
//! | a job in a queue of the process | [`Carried`](crate::Carried), see [queues](crate::docs::patterns::queue) |
//! | a job in a queue outside, a call of another service | stores that are exported ([`exported`](AsyncLocalStorage::exported)), see [another process](crate::docs::patterns::another_process) |
//! | a transaction that `setImmediate` must not see | a storage that is not inherited: [`uninherited`](AsyncLocalStorage::uninherited) |
//!
//! ```
//! # #[cfg(not(feature = "tokio"))]
//! # fn main() {}
//! # #[cfg(feature = "tokio")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use asynccontext::als::AsyncLocalStorage;
//! use asynccontext::tokio;
//!
//! static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
//! static TRANSACTION: AsyncLocalStorage<u32> = AsyncLocalStorage::named("transaction").uninherited();
//!
//! // JavaScript: app.get('/', async (req, res) => { setImmediate(() => audit()); … })
//! async fn handler() -> Option<&'static str> {
//!     let audit = tokio::spawn(async { (USER.get_store(), TRANSACTION.get_store()) });
//!     assert_eq!(audit.await.unwrap(), (Some("ann"), None));
//!     USER.get_store()
//! }
//!
//! // JavaScript: user.run('ann', () => transaction.run(7, handler))
//! let answer = USER.scope("ann", TRANSACTION.scope(7, handler())).await;
//! assert_eq!(answer, Some("ann"));
//! # }
//! ```
//!
//! # A store that changes
//!
//! Node's people mutate the object in the store. All flows that share it see the change,
//! in Rust as in JavaScript, and a lock says so:
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use asynccontext::als::AsyncLocalStorage;
//!
//! static LOG: AsyncLocalStorage<Arc<Mutex<Vec<&str>>>> = AsyncLocalStorage::named("log");
//!
//! fn note(line: &'static str) {
//!     // JavaScript: log.getStore()?.push(line)
//!     LOG.with_store(|log| log.map(|log| log.lock().unwrap().push(line)));
//! }
//!
//! let lines = LOG.run(Arc::default(), || {
//!     note("begin");
//!     note("end");
//!     LOG.get_store().unwrap()
//! });
//! assert_eq!(*lines.lock().unwrap(), ["begin", "end"]);
//! ```
//!
//! # Frames
//!
//! One rule replaces a list of special cases: what `enter_with`, `disable` and
//! `with_scope` change, they change for the running frame, and the end of the frame undoes
//! it. Every `run`, `exit`, `run_in_async_scope`, bound closure and scoped future is a
//! frame. In Node it depends:
//!
//! - A `run` restores its own store only, so what `enterWith` did to *another* storage
//!   inside leaks out of it.
//! - A `run` with the value that is the store already is skipped, so `enterWith` inside it
//!   changes the outer store.
//! - `enterWith` before the first `await` of an async function changes the caller's store,
//!   and after it does not.
//!
//! ```
//! # use asynccontext::als::AsyncLocalStorage;
//! # use std::{pin::pin, future::Future, task::{Context, Poll, Waker}};
//! # fn block_on<F: Future>(f: F) -> F::Output {
//! #     let Poll::Ready(output) = pin!(f).poll(&mut Context::from_waker(Waker::noop())) else { panic!() };
//! #     output
//! # }
//! static A: AsyncLocalStorage<u8> = AsyncLocalStorage::named("a");
//! static B: AsyncLocalStorage<u8> = AsyncLocalStorage::named("b");
//!
//! A.run(1, || B.enter_with(2));
//! assert_eq!(B.get_store(), None); // Node: 2
//!
//! A.run(1, || {
//!     A.run(1, || A.enter_with(2));
//!     assert_eq!(A.get_store(), Some(1)); // Node: 2
//!
//!     // JavaScript: const task = (async () => { a.enterWith(2) })(); a.getStore()
//!     block_on(A.scope(1, async { A.enter_with(2) }));
//!     assert_eq!(A.get_store(), Some(1)); // Node: 2
//! });
//! ```
//!
//! # `exit` and `disable`
//!
//! Older Nodes switch a storage off and on again, for the whole process; newer ones delete
//! it from the running context, which snapshots share. Here neither reaches beyond its
//! frame, and no snapshot ever changes.
//!
//! ```
//! # use asynccontext::als::AsyncLocalStorage;
//! static A: AsyncLocalStorage<u8> = AsyncLocalStorage::named("a").with_default(0);
//!
//! A.run(1, || {
//!     let before = AsyncLocalStorage::snapshot();
//!     A.exit(|| {
//!         assert_eq!(A.get_store(), None);
//!         A.run(2, || assert_eq!(A.get_store(), Some(2)));
//!         assert_eq!(A.get_store(), None); // Node before 24: 1
//!     });
//!     A.disable();
//!     assert_eq!(A.get_store(), Some(0)); // the default
//!     before.run(|| assert_eq!(A.get_store(), Some(1))); // Node: gone here too
//! });
//! ```
//!
//! # Scopes that are left in any order
//!
//! Node's `withScope` puts back what was the store when the scope began, so scopes that
//! overlap bring back stores that have ended. A guard here ends its own store and no other.
//!
//! ```
//! # use asynccontext::als::AsyncLocalStorage;
//! static A: AsyncLocalStorage<u8> = AsyncLocalStorage::named("a");
//!
//! let one = A.with_scope(1);
//! let two = A.with_scope(2);
//! drop(one);
//! assert_eq!(A.get_store(), Some(2)); // Node: undefined
//! drop(two);
//! assert_eq!(A.get_store(), None); // Node: 1
//! ```
//!
//! # Resources
//!
//! An [`AsyncResource`] is a snapshot with an identity. Its scope may be entered often, and
//! starts the same each time.
//!
//! ```
//! use asynccontext::als::{AsyncLocalStorage, AsyncResource, execution_async_id};
//!
//! static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
//!
//! let connection = USER.run("ann", || AsyncResource::new("Connection"));
//! connection.run_in_async_scope(|| {
//!     assert_eq!(USER.get_store(), Some("ann"));
//!     USER.enter_with("bob");
//!     let query = AsyncResource::new("Query");
//!     assert_eq!(query.trigger_async_id(), execution_async_id());
//!     query.run_in_async_scope(|| assert_eq!(USER.get_store(), Some("bob")));
//! });
//! connection.run_in_async_scope(|| assert_eq!(USER.get_store(), Some("ann")));
//! ```
//!
//! # Hooks
//!
//! While a hook is enabled, each task, thread and closure that an adapter of this crate
//! carries along is a resource ([what is one, and when it is told](crate::als#resources-and-hooks)).
//! `init`, `before` and `after` come in Node's order, which a test compares with Node's
//! own. What differs:
//!
//! - Promises, timers, sockets and ticks are not there, since nobody makes them: a timer in
//!   a task is a part of the task. A task is one resource, from its first poll to its last,
//!   where Node has one for each `await`.
//! - `destroy` comes at once and for certain. Node tells it some time later, of a promise
//!   after its garbage collection, and with 0 as the running id.
//! - The drop of a task is told as an entry, since its code runs then.
//! - A hook that is enabled late, or again, hears nothing of resources from before. Node
//!   tells it their `before` and `after`, and an `after` alone if it is enabled in between.
//! - A callback is not told what itself does, so that it may print, spawn and capture. In
//!   Node, `console.log` in `init` calls `init` for ever.
//! - A callback that panics fails the work that it watches. Node ends the process.
//! - `promise_resolve` is told inside of the last poll. In Node it may be told anywhere.
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use asynccontext::Propagate;
//! use asynccontext::als::{HookCallbacks, Resource, create_hook, execution_async_id};
//! # use std::{pin::pin, future::Future, task::{Context, Poll, Waker}};
//! # fn block_on<F: Future>(f: F) -> F::Output {
//! #     let Poll::Ready(output) = pin!(f).poll(&mut Context::from_waker(Waker::noop())) else { panic!() };
//! #     output
//! # }
//!
//! #[derive(Clone, Default)]
//! struct Log(Arc<Mutex<Vec<String>>>);
//!
//! impl Log {
//!     fn add(&self, what: &str, resource: &Resource) {
//!         self.0.lock().unwrap().push(format!("{what} {}", resource.type_name()));
//!     }
//! }
//!
//! // JavaScript: createHook({ init(id, type, trigger) { … }, before(id) { … }, … }).enable()
//! impl HookCallbacks for Log {
//!     fn init(&self, resource: &Resource) {
//!         assert_eq!(resource.trigger_async_id(), execution_async_id());
//!         self.add("init", resource);
//!     }
//!     fn before(&self, resource: &Resource) {
//!         assert_eq!(resource.async_id(), execution_async_id());
//!         self.add("before", resource);
//!     }
//!     fn promise_resolve(&self, resource: &Resource) {
//!         self.add("resolve", resource);
//!     }
//!     fn after(&self, resource: &Resource) {
//!         self.add("after", resource);
//!     }
//!     fn destroy(&self, resource: &Resource) {
//!         self.add("destroy", resource);
//!     }
//! }
//!
//! let log = Log::default();
//! let hook = create_hook(log.clone()).enable();
//! block_on(async {}.in_current_snapshot());
//! hook.disable();
//! let drop_of_the_future = ["before Scoped", "after Scoped"];
//! let expected = ["init Scoped", "before Scoped", "resolve Scoped", "after Scoped"];
//! let expected = [&expected[..], &drop_of_the_future, &["destroy Scoped"]].concat();
//! assert_eq!(*log.0.lock().unwrap(), expected);
//! ```
//!
//! # On to `Variable`
//!
//! What is left to translate once a service runs: `AsyncLocalStorage` is
//! [`Variable`], `get_store` is [`get`](crate::Variable::get), `with_scope` is
//! [`enter`](crate::Variable::enter), `AsyncLocalStorage::snapshot()` is
//! [`Snapshot::capture`]. `exit` and `disable` have no counterpart: a variable that has to
//! be without a value at times says so in its type, `Variable<Option<T>>`.
//!
//! What frameworks build on AsyncLocalStorage, SvelteKit's `getRequestEvent`, Next's `after`,
//! transactions that repositories find by themselves, is among the
//! [patterns](super::patterns).
//!
//! [`Snapshot`]: crate::Snapshot
//! [`Snapshot::capture`]: crate::Snapshot::capture
//! [`Variable`]: crate::Variable

#[allow(unused_imports, reason = "for the links")]
use crate::als::{
    AsyncHook, AsyncLocalStorage, AsyncResource, HookCallbacks, Resource, create_hook, execution_async_id,
    execution_async_resource, trigger_async_id,
};
