//! Why a variable has no value, or that of another request, and how to fix it.
//!
//! First [find the location](#finding-the-location). Then look up the cause below: each entry has
//! the symptom, the reason and the fix. Last, [let Clippy find the
//! rest](#a-configuration-for-clippy). The [limitations](super::limitations) list what the crate
//! can't do.
//!
//! # Finding the location
//!
//! [`Unbound`], the error of [`try_get`](crate::Variable::try_get), names the variable, the
//! location of the read, the thread and the tokio task, and the likely [`Cause`]:
//!
//! | cause | check |
//! |---|---|
//! | [`NeverBound`](crate::Cause::NeverBound) | the binding: is it reached? Is the variable a `static`, and the same one? |
//! | [`NoScope`](crate::Cause::NoScope) | [work passed to other code](#work-passed-to-other-code), [`run` with a future](#run-with-a-future) |
//! | [`Uninherited`](crate::Cause::Uninherited) | [uninherited variables](#uninherited-variables) |
//! | [`EmptyScope`](crate::Cause::EmptyScope) | the spawn: it captured a snapshot that was already empty |
//! | [`OthersOnly`](crate::Cause::OthersOnly) | [a scope of another variable in `run`](#run-with-a-future), a snapshot that was captured too early |
//!
//! In debug builds, [`lost::report_to_stderr()`](crate::lost::report_to_stderr), called once at the
//! start, prints for each such error where the variable was last bound, the state of that binding,
//! and where the snapshot was captured in which the code runs:
//!
//! ```text
//! variable "tenant" has no value here (read at src/mail.rs:31:12 on thread "worker-2" in tokio's task 54): …
//!   last bound on thread "worker-1" by `run` at src/web.rs:17:12: its closure still runs
//!   this code runs in the snapshot that was captured at src/queue.rs:8:22
//! ```
//!
//! | state of the binding | check |
//! |---|---|
//! | its closure still runs, its guard still holds, its value is still held | the location of the capture: it is outside the binding. If there is none: [a bare spawn](#a-bare-spawn) |
//! | its closure returned before anything read or captured the value | [`run` with a future](#run-with-a-future) |
//! | its closure has returned, nothing holds its value any more | [listeners and timers](#listeners-and-timers), [work started by a `Drop`](#work-started-by-a-drop) |
//! | its guard was dropped | [guards](#dropped-immediately-or-elsewhere) |
//!
//! [`lost::report()`](crate::lost::report) passes the same data to a closure, and
//! [`lost::include_get()`](crate::lost::include_get) adds failed reads by `get`, and
//! [`lost::include_defaults()`](crate::lost::include_defaults) reads that find only a default.
//!
//! Without reports, log [`Snapshot::capture()`] at each step. Its `Debug` output has the names of
//! the bound variables, never a value. Between the last line with the name and the first without
//! it, the work was passed on without its context.
//!
//! ```
//! use asynccontext::{Cause, Snapshot, Variable};
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! let log = |step: &str| format!("{step}: {:?}", Snapshot::capture());
//! TENANT.run("blue", || {
//!     assert_eq!(log("handler"), r#"handler: Snapshot { "tenant" }"#);
//!     std::thread::spawn(move || {
//!         assert_eq!(log("job"), "job: Snapshot {}"); // lost between the two
//!         let error = TENANT.try_get().unwrap_err();
//!         assert!(error.to_string().starts_with("variable \"tenant\" has no value here (read at "));
//!         assert_eq!(error.cause(), Cause::NoScope);
//!     })
//!     .join()
//!     .unwrap();
//! });
//! ```
//!
//! # Work passed to other code
//!
//! ## A bare spawn
//!
//! *Symptom:* no value in a task, a thread or a pool's closure. *Reason:* `std`, tokio and rayon
//! don't carry the context to spawned work. *Fix:* spawn with [`thread`](crate::thread),
//! `asynccontext::tokio` or `asynccontext::rayon`, which have the same names. If a third-party
//! crate spawns, build the runtime with `asynccontext::tokio::runtime::Inherit`, and exclude the
//! tasks of pools.
//!
//! ```
//! use asynccontext::{Variable, thread};
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! TENANT.run("blue", || {
//!     assert_eq!(std::thread::spawn(|| TENANT.get()).join().unwrap(), None);
//!     assert_eq!(thread::spawn(|| TENANT.get()).join().unwrap(), Some("blue"));
//! });
//! ```
//!
//! ```
//! # #[cfg(not(feature = "tokio"))]
//! # fn main() {}
//! # #[cfg(feature = "tokio")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # use asynccontext::Variable;
//! # static TENANT: Variable<&str> = Variable::named("tenant");
//! TENANT.scope("blue", async {
//!     let bare = tokio::spawn(async { TENANT.get() });
//!     assert_eq!(bare.await.unwrap(), None);
//!     let carried = asynccontext::tokio::spawn(async { TENANT.get() });
//!     assert_eq!(carried.await.unwrap(), Some("blue"));
//! }).await;
//! # }
//! ```
//!
//! rayon's parallel iterators spawn work too: create them with `asynccontext::rayon::prelude`
//! instead of rayon's, or tie them before the first closure.
//!
//! ```
//! # #[cfg(not(feature = "rayon"))]
//! # fn main() {}
//! # #[cfg(feature = "rayon")]
//! # fn main() {
//! use asynccontext::{Propagate, Variable};
//! use rayon::prelude::*;
//! # static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! TENANT.run("blue", || {
//!     let (send, bare) = std::sync::mpsc::channel();
//!     rayon::spawn(move || send.send(TENANT.get()).unwrap());
//!     assert_eq!(bare.recv().unwrap(), None);
//!
//!     let rows = (0..9).into_par_iter().in_current_snapshot();
//!     assert!(rows.all(|_| TENANT.get() == Some("blue")));
//! });
//! # }
//! ```
//!
//! ## Uninherited variables
//!
//! *Symptom:* one variable has no value in a spawned task, while others have. *Reason:* it is
//! [uninherited](crate::Variable::uninherited), as for a transaction, and a task may outlive the
//! call. *Fix:* if the task is awaited within the binding, capture everything by hand.
//!
//! ```
//! use asynccontext::{Snapshot, Variable, thread};
//! static TRANSACTION: Variable<u64> = Variable::named("transaction").uninherited();
//!
//! TRANSACTION.run(7, || {
//!     let detached = thread::spawn(|| TRANSACTION.get());
//!     assert_eq!(detached.join().unwrap(), None);
//!     let everything = Snapshot::capture().wrap(|| TRANSACTION.get());
//!     let awaited = thread::spawn(everything.into_fn_once()); // a future: `in_current_snapshot`
//!     assert_eq!(awaited.join().unwrap(), Some(7));
//! });
//! ```
//!
//! ## A crate that spawns
//!
//! *Symptom:* no value in a closure or a future that was passed to a library. *Reason:* the
//! library's spawns are bare. *Fix:* tie the future with
//! [`in_current_snapshot`](crate::Propagate::in_current_snapshot), or wrap the closure with
//! [`Snapshot::wrap`].
//!
//! ```
//! use asynccontext::{Snapshot, Variable};
//! static TENANT: Variable<&str> = Variable::named("tenant");
//! /// Of another crate.
//! fn retry(job: impl Fn(u8) -> bool + Send + 'static) -> bool {
//!     std::thread::spawn(move || (0..3).any(job)).join().unwrap()
//! }
//!
//! TENANT.run("blue", || {
//!     assert!(!retry(|_| TENANT.get().is_some()));
//!     let job = Snapshot::capture().wrap(|_: u8| TENANT.get().is_some());
//!     assert!(retry(move |turn| job.call((turn,))));
//! });
//! ```
//!
//! ## Pools, workers, channels and queues
//!
//! *Symptom:* no value in a worker, or always the value of the code that started it. *Reason:* a
//! worker has one context for all its jobs. *Fix:* send the context with the job, as a
//! [`Carried`](crate::Carried) message or a wrapped closure. For batches, and for workers that
//! their first user starts, see [queues](super::patterns::queue). A pool of HTTP connections starts
//! its workers that way: `ClientExecutor` of the crate `asynccontext-hyper-util` and
//! `Inherit::leave_out` keep a request's values out of them. A request's body, which a connection
//! polls, is tied with `in_current_snapshot()`.
//!
//! ```
//! use asynccontext::{Carried, Variable};
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! let (bare, carried) = TENANT.run("blue", || (1, Carried::new(2))); // into a queue
//! // … and out of it, in the worker:
//! assert_eq!((bare, TENANT.get()), (1, None));
//! assert_eq!(carried.handle(|job| (job, TENANT.get())), (2, Some("blue")));
//! ```
//!
//! ## Listeners and timers
//!
//! *Symptom:* a callback sees no value, or the values of the code that fires the event. *Reason:*
//! it runs where it is called, not where it was registered. *Fix:* decide which context it should
//! have. For the context of the registration, wrap it. The same applies to a timer that takes a
//! callback, and to a periodic task. A timer that is awaited, such as tokio's `sleep` or `timeout`,
//! loses nothing.
//!
//! ```
//! use asynccontext::{Snapshot, Variable};
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! let (bare, wrapped) = TENANT.run("blue", || {
//!     (|| TENANT.get(), Snapshot::capture().wrap(|| TENANT.get()))
//! });
//! TENANT.run("red", || {
//!     assert_eq!(bare(), Some("red")); // of the event
//!     assert_eq!(wrapped.call(()), Some("blue")); // of the registration
//! });
//! ```
//!
//! ## `block_on`
//!
//! *Symptom:* no value in a future that is passed to `block_on`. *Reason:* `block_on` polls on the
//! calling thread and loses nothing, but it is often called on a new thread, to leave a runtime.
//! *Fix:* spawn that thread with [`thread`](crate::thread). A local executor may also poll *other*
//! tasks in `block_on`; bare ones among them then see the caller's values.
//! `asynccontext::tokio::Runtime` prevents this.
//!
//! ```
//! use asynccontext::{Variable, thread};
//! use futures::executor::block_on;
//! static TENANT: Variable<&str> = Variable::named("tenant");
//! let read = async || TENANT.get();
//!
//! TENANT.run("blue", || {
//!     assert_eq!(block_on(read()), Some("blue"));
//!     let bare = std::thread::spawn(move || block_on(read()));
//!     assert_eq!(bare.join().unwrap(), None);
//!     let carried = thread::spawn(move || block_on(read()));
//!     assert_eq!(carried.join().unwrap(), Some("blue"));
//! });
//! ```
//!
//! ## Work started by a `Drop`
//!
//! *Symptom:* clean-up work that a destructor starts sometimes has no value. *Reason:* a destructor
//! runs where the value is dropped. That is the right context if a scoped future owns the value,
//! and may be any other if the value was returned or sent. *Fix:* store a snapshot in the value,
//! and start the work in it.
//!
//! ```
//! use asynccontext::{Snapshot, Variable, thread};
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! struct Upload(Snapshot);
//! impl Drop for Upload {
//!     fn drop(&mut self) {
//!         assert_eq!(TENANT.get(), None);
//!         let clean_up = || assert_eq!(TENANT.get(), Some("blue"));
//!         self.0.run(|| thread::spawn(clean_up)).join().unwrap();
//!     }
//! }
//! let upload = TENANT.run("blue", || Upload(Snapshot::capture()));
//! drop(upload);
//! ```
//!
//! # Work that runs later than expected
//!
//! ## `run` with a future
//!
//! *Symptom:* no value in an `async` block, or in a scope of another variable, inside `run`.
//! *Reason:* a future does nothing until it is polled, and by then `run` has ended. *Fix:* use
//! [`scope`](crate::Variable::scope), or tie the future inside `run`.
//!
//! ```
//! use asynccontext::Variable;
//! use futures::executor::block_on;
//! static TENANT: Variable<&str> = Variable::named("tenant");
//! static USER: Variable<&str> = Variable::named("user");
//!
//! assert_eq!(block_on(TENANT.run("blue", || async { TENANT.get() })), None);
//! assert_eq!(block_on(TENANT.scope("blue", async { TENANT.get() })), Some("blue"));
//!
//! let read = async || (TENANT.get(), USER.get());
//! assert_eq!(block_on(TENANT.run("blue", || USER.scope("ann", read()))), (None, Some("ann")));
//! assert_eq!(block_on(TENANT.scope("blue", USER.scope("ann", read()))), (Some("blue"), Some("ann")));
//! ```
//!
//! ## Lazy iterators and streams
//!
//! *Symptom:* no value in the closure of a `map`. *Reason:* it is called when the iterator is
//! stepped, in the context of that code. *Fix:* collect inside, or tie the returned iterator, after
//! its closures. The same applies to streams, with the feature `futures`, and to the body of an
//! HTTP response, with the feature `http-body`: the server polls it after the handler has returned.
//!
//! ```
//! use asynccontext::{Propagate, Variable};
//! static TENANT: Variable<&str> = Variable::named("tenant");
//! let rows = || (0..2).map(|_| TENANT.get());
//!
//! assert_eq!(TENANT.run("blue", || rows()).last(), Some(None));
//! assert_eq!(TENANT.run("blue", || rows().in_current_snapshot()).last(), Some(Some("blue")));
//! ```
//!
//! # Guards
//!
//! ## Dropped immediately, or elsewhere
//!
//! *Symptom:* a guard binds nothing, or its binding stays. *Reason:* `let _ =` drops immediately.
//! The drop of a guard in an inner scope, or outside its task, [has its effect late or
//! never](super::limitations#guards). *Fix:* give the guard a name, and drop it where it was
//! entered.
//!
//! ```
//! use asynccontext::{Propagate, Variable};
//! use futures::executor::block_on;
//! static STEP: Variable<u8> = Variable::named("step");
//!
//! let _ = STEP.enter(1);
//! assert_eq!(STEP.get(), None);
//!
//! let task = async {
//!     let (sent, kept) = (STEP.enter_task(2).unwrap(), STEP.enter_task(3).unwrap());
//!     std::thread::spawn(move || drop(sent)).join().unwrap();
//!     drop(kept);
//!     assert_eq!(STEP.get(), Some(2)); // until the task ends
//! };
//! block_on(task.in_current_snapshot());
//! ```
//!
//! ## Held in a future that is not scoped
//!
//! *Symptom:* one task sees another's value. *Reason:* the future is not a task with which the
//! guard could leave the thread at an `await`, so the binding stays with the thread. *Fix:* scope
//! each task, or use [`enter_task`](crate::Variable::enter_task), which returns an error there.
//!
//! ```
//! use asynccontext::{Propagate, Variable};
//! use futures::channel::oneshot::{Receiver, Sender, channel};
//! use futures::executor::block_on;
//! static STEP: Variable<u8> = Variable::named("step");
//! async fn work(until: Receiver<()>) {
//!     let _step = STEP.enter(1);
//!     until.await.unwrap();
//! }
//! async fn other(done: Sender<()>) -> Option<u8> {
//!     done.send(()).unwrap();
//!     STEP.get()
//! }
//!
//! let (done, until) = channel();
//! let bare = block_on(async { futures::join!(work(until), other(done)).1 });
//! assert_eq!(bare, Some(1));
//! let (done, until) = channel();
//! let scoped = block_on(async { futures::join!(work(until).in_current_snapshot(), other(done)).1 });
//! assert_eq!(scoped, None);
//! ```
//!
//! # Contexts of other crates
//!
//! *Symptom:* variables arrive, but the current span of tracing or the current context of
//! OpenTelemetry doesn't. *Reason:* those are thread-locals of other crates, and a snapshot holds
//! only variables. *Fix:* register a companion (feature `companions`), or carry both by hand. For a
//! future, use tracing's `instrument` or OpenTelemetry's `with_context` together with
//! `in_current_snapshot`; otherwise read the current context before the spawn, and set it in the
//! spawned work. Replace thread-locals of your own program by variables.
//!
//! ```
//! use asynccontext::{Variable, thread};
//! use std::cell::Cell;
//! static TENANT: Variable<&str> = Variable::named("tenant");
//! thread_local! { static SPAN: Cell<u64> = const { Cell::new(0) } } // of another crate
//!
//! SPAN.set(5);
//! TENANT.run("blue", || {
//!     let ours = thread::spawn(|| (TENANT.get(), SPAN.get()));
//!     assert_eq!(ours.join().unwrap(), (Some("blue"), 0));
//!     let span = SPAN.get();
//!     let both = thread::spawn(move || { SPAN.set(span); (TENANT.get(), SPAN.get()) });
//!     assert_eq!(both.join().unwrap(), (Some("blue"), 5));
//! });
//! ```
//!
//! # A context that stays alive too long
//!
//! *Symptom:* memory of finished requests is not freed, or a shared worker acts for the request
//! that started it. *Reason:* work that carries the context keeps its values alive as long as the
//! work lives. *Fix:* start work that outlives the request in the empty snapshot. The spawn
//! functions of this crate capture at the call, so put the *call* inside `Snapshot::empty().run`.
//! For a bare spawn, which carries nothing, and for a future that is awaited,
//! [`Snapshot::empty().scope`](crate::Snapshot::scope) is enough. Inside a spawn of this crate it
//! is not: the task then sees nothing, but its wrapper holds the values. For values that don't
//! belong in a context, see [what to leave out](super::patterns::what_to_leave_out).
//!
//! ```
//! use asynccontext::{Propagate, Snapshot, Variable, thread};
//! use std::sync::{Arc, mpsc};
//! static USER: Variable<Arc<str>> = Variable::named("user");
//!
//! let ann: Arc<str> = "ann".into();
//! let (stop, stopped) = mpsc::channel::<()>();
//! let worker = USER.run(ann.clone(), || thread::spawn(move || stopped.recv()));
//! assert_eq!(Arc::strong_count(&ann), 2); // held by the worker
//! drop(stop);
//! worker.join().unwrap().unwrap_err();
//!
//! let (stop, stopped) = mpsc::channel::<()>();
//! let start = || thread::spawn(move || stopped.recv());
//! let worker = USER.run(ann.clone(), || Snapshot::empty().run(start));
//! assert_eq!(Arc::strong_count(&ann), 1); // free while the worker runs
//! # drop(stop);
//! # worker.join().unwrap().unwrap_err();
//!
//! // As `asynccontext::tokio::spawn` ties its future:
//! let task = USER.run(ann.clone(), || Snapshot::empty().scope(async {}).in_current_snapshot());
//! assert_eq!(Arc::strong_count(&ann), 2);
//! # drop(task);
//! ```
//!
//! # A configuration for Clippy
//!
//! Put this into the `clippy.toml` of the package or workspace. Clippy then warns of bare spawns,
//! and with `-D warnings` rejects them. A function or a type with a `replacement` can be replaced
//! directly; for a method, replace its type. `allow-invalid` prevents warnings where tokio or rayon
//! is not linked. Mark an intended bare spawn with `#[expect(clippy::disallowed_methods, reason =
//! "…")]`.
//!
//! ```toml
#![doc = include_str!("clippy.toml")]
//! ```
//!
//! Clippy checks only the code of the workspace, not that of other crates. Add the spawn functions
//! of other executors. rayon's parallel iterators are not listed: with `use asynccontext::rayon;`
//! the prelude is that of this crate. Clippy does not report a path with `allow-invalid` that does
//! not exist, so a test of this crate calls every listed function, and requires that Clippy rejects
//! each call.
//!
//! [`Snapshot::capture()`]: crate::Snapshot::capture
//! [`Snapshot::wrap`]: crate::Snapshot::wrap
//! [`Cause`]: crate::Cause
//! [`Unbound`]: crate::Unbound
