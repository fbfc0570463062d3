//! From AsyncLocalStorage: each call of Node, its counterpart, and the differences.
//!
//! [`als`](crate::als) has Node's names. A service that is ported from Node can keep its structure.
//! Only the propagation into tasks must change (see below), since Rust has no runtime that carries
//! context everywhere.
//!
//! # Node and Rust
//!
//! | Node | Rust | differences and reasons |
//! |---|---|---|
//! | `new AsyncLocalStorage()` | [`AsyncLocalStorage::new()`] | `const`: usually a `static` |
//! | `{ name: 'user' }` | [`AsyncLocalStorage::named("user")`](AsyncLocalStorage::named), [`.with_name(…)`](AsyncLocalStorage::with_name) | |
//! | `{ defaultValue: x }` | [`.with_default(x)`](AsyncLocalStorage::with_default) | |
//! | `storage.name` | [`storage.name()`](AsyncLocalStorage::name) | |
//! | `storage.getStore()` | [`get_store()`](AsyncLocalStorage::get_store), [`with_store(…)`](AsyncLocalStorage::with_store) | a clone or a borrow of the store, as an `Option`; put shared data into an `Arc` |
//! | `storage.getStore() ?? fail()` | [`try_get_store()?`](AsyncLocalStorage::try_get_store), [`try_with_store(…)?`](AsyncLocalStorage::try_with_store) | the error names the storage, the location and the likely cause |
//! | `storage.run(x, f)` | [`run(x, f)`](AsyncLocalStorage::run) | always a frame, even if `x` is already the store |
//! | `storage.run(x, f, ...args)` | `run(x, \|\| f(args))` | closures capture |
//! | `storage.run(x, async () => …)` | [`scope(x, async { … })`](AsyncLocalStorage::scope) | a future runs where it is polled, not where it is created |
//! | `storage.exit(f)` | [`exit(f)`](AsyncLocalStorage::exit), [`exit_scope(…)`](AsyncLocalStorage::exit_scope) | includes work started inside; hides the default; a `run` inside does not end it |
//! | `storage.enterWith(x)` | [`enter_with(x)`](AsyncLocalStorage::enter_with) | ends with the frame, and never reaches the caller of an async function |
//! | `storage.disable()` | [`disable()`](AsyncLocalStorage::disable) | for the rest of the frame; snapshots and pending work keep their stores; not needed to free a storage |
//! | `using s = storage.withScope(x)` | [`let _s = with_scope(x)`](AsyncLocalStorage::with_scope), [`with_task_scope(x)?`](AsyncLocalStorage::with_task_scope) | may be dropped in any order |
//! | `AsyncLocalStorage.bind(f)` | [`AsyncLocalStorage::bind(f)`](AsyncLocalStorage::bind) | a resource only while a hook is enabled; otherwise the ids inside are those of the scope that bound it |
//! | `AsyncLocalStorage.snapshot()` | [`AsyncLocalStorage::snapshot()`](AsyncLocalStorage::snapshot) | a [`Snapshot`]: `in_context.run(f)` for `inContext(f)` |
//! | `new AsyncResource('Query')` | [`AsyncResource::new("Query")`](AsyncResource::new) | |
//! | `{ triggerAsyncId: id }` | [`AsyncResource::with_trigger("Query", id)`](AsyncResource::with_trigger) | |
//! | `r.runInAsyncScope(f, thisArg, …)` | [`r.run_in_async_scope(f)`](AsyncResource::run_in_async_scope), [`r.scope(…)`](AsyncResource::scope) | the effect of `enter_with` inside ends with the scope |
//! | `r.bind(f)` | [`r.bind(f)`](AsyncResource::bind) | |
//! | `AsyncResource.bind(f, 'Query')` | `AsyncResource::new("Query").bind(f)` | |
//! | `r.asyncId()`, `r.triggerAsyncId()` | [`r.async_id()`](AsyncResource::async_id), [`r.trigger_async_id()`](AsyncResource::trigger_async_id) | |
//! | `r.emitDestroy()` | [`r.emit_destroy()`](AsyncResource::emit_destroy), or dropping it | consumes the resource, so it can't be called twice; `requireManualDestroy` is not needed |
//! | `executionAsyncId()` | [`execution_async_id()`] | a task has an id of its own while a hook is enabled, as a promise in Node; otherwise that of the scope in which it was started |
//! | `triggerAsyncId()` | [`trigger_async_id()`] | |
//! | `executionAsyncResource()` | [`execution_async_resource()`] | names and ids; store values in an `AsyncLocalStorage` |
//! | `createHook({ init, … })` | [`create_hook(callbacks)`](create_hook) | the callbacks are methods of a trait, [`HookCallbacks`]; each receives the [`Resource`] instead of an id; a hook covers all threads |
//! | `hook.enable()`, `hook.disable()` | [`hook.enable()`](AsyncHook::enable), [`hook.disable()`](AsyncHook::disable) | covers only resources that are created while the hook is enabled |
//! | a worker starts without stores | a bare thread starts without stores | |
//!
//! # Context is carried explicitly
//!
//! In Node, promises, timers and callbacks carry the stores automatically. In Rust, a future does
//! so once it is tied to a snapshot, with one call where it is spawned:
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
//! A Rust future starts at its first poll, while an async function in JavaScript starts at the
//! call. `run` ends when its closure returns, and a closure that returns a future returns before
//! the future has started: use [`scope`](AsyncLocalStorage::scope) for futures. Scopes nest, as in
//! `A.scope(1, B.scope(2, f))`. A scope that is not awaited where it is created starts elsewhere:
//! to give it all stores of the place where JavaScript would have called it, add
//! `in_current_snapshot()`.
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
//! | `setTimeout`, `setImmediate`, a promise that is not awaited | a task: `asynccontext::tokio::spawn` carries the stores, tokio's own `spawn` doesn't |
//! | `res.on('finish', f)` | [work after the response](crate::docs::patterns::after_the_response) |
//! | `emitter.on('event', AsyncResource.bind(f))` | a callback that is stored for later is wrapped where it is registered: [`AsyncLocalStorage::bind`] |
//! | an emitter's listener without `bind` runs in the context of `emit` | a bare closure runs in the context of its caller |
//! | a job in a queue of the process | [`Carried`](crate::Carried), see [queues](crate::docs::patterns::queue) |
//! | a job in an external queue, a call of another service | exported stores ([`exported`](AsyncLocalStorage::exported)), see [another process](crate::docs::patterns::another_process) |
//! | a transaction that `setImmediate` must not see | an uninherited storage: [`uninherited`](AsyncLocalStorage::uninherited) |
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
//! Node programs often mutate the object in the store. All flows that share it see the change, in
//! Rust as in JavaScript. In Rust the type shows this, by a lock:
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
//! There is one rule instead of a list of special cases: changes by `enter_with`, `disable` and
//! `with_scope` apply to the running frame, and the end of the frame reverts them. Every `run`,
//! `exit`, `run_in_async_scope`, bound closure and scoped future is a frame. In Node there are
//! several cases:
//!
//! - A `run` restores only its own store, so the effect of `enterWith` on *another* storage inside
//!   leaks out of it.
//! - A `run` with the value that is already the store is skipped, so `enterWith` inside it changes
//!   the outer store.
//! - `enterWith` before the first `await` of an async function changes the caller's store, and
//!   after it, it does not.
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
//! Older versions of Node disable and enable a storage for the whole process; newer ones delete it
//! from the running context, which snapshots share. In this crate neither has an effect beyond its
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
//!     before.run(|| assert_eq!(A.get_store(), Some(1))); // Node: undefined here too
//! });
//! ```
//!
//! # Scopes that end in any order
//!
//! Node's `withScope` restores the store from the start of the scope, so overlapping scopes restore
//! stores that have already ended. A guard in this crate ends only its own store.
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
//! An [`AsyncResource`] is a snapshot with an identity. Its scope may be entered any number of
//! times, with the same stores each time.
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
//! While a hook is enabled, each task, thread and closure for which an adapter of this crate
//! captures a context is a resource ([definition and events](crate::als#resources-and-hooks)).
//! `init`, `before` and `after` are called in Node's order, which a test compares with Node itself.
//! The differences:
//!
//! - There are no resources for promises, timers, sockets and ticks: a timer in a task is part of
//!   the task. A task is one resource, from its first poll to its last, where Node has one for each
//!   `await`.
//! - `destroy` is always called, and immediately. Node calls it some time later, for a promise
//!   after its garbage collection, and with 0 as the running id.
//! - The drop of a task is reported as an entry, since it runs code.
//! - A hook that is enabled late, or again, is not called for earlier resources. Node calls their
//!   `before` and `after`, and `after` alone if the hook is enabled in between.
//! - Hooks are not called for the actions of a callback, so that it may print, spawn and capture.
//!   In Node, `console.log` in `init` recurses endlessly.
//! - A panic in a callback unwinds into the observed work. Node ends the process.
//! - `promise_resolve` is called inside the last poll. In Node it may be called anywhere.
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
//! # Migrating to `Variable`
//!
//! Once a ported service runs, it can use the crate's main types: `AsyncLocalStorage` becomes
//! [`Variable`], `get_store` becomes [`get`](crate::Variable::get), `with_scope` becomes
//! [`enter`](crate::Variable::enter), and `AsyncLocalStorage::snapshot()` becomes
//! [`Snapshot::capture`]. `exit` and `disable` become
//! [`Variable::hidden`](crate::Variable::hidden), with which reads return the default. To hide the
//! default as well, as `exit` does, use a `Variable<Option<T>>`.
//!
//! The [patterns](super::patterns) include features that frameworks build on AsyncLocalStorage:
//! SvelteKit's `getRequestEvent`, Next's `after`, and transactions that repositories find
//! implicitly.
//!
//! [`Snapshot`]: crate::Snapshot
//! [`Snapshot::capture`]: crate::Snapshot::capture
//! [`Variable`]: crate::Variable

#[allow(unused_imports, reason = "for the links")]
use crate::als::{
    AsyncHook, AsyncLocalStorage, AsyncResource, HookCallbacks, Resource, create_hook, execution_async_id,
    execution_async_resource, trigger_async_id,
};
