//! Why a variable has no value here, or someone else's, and what to do about it.
//!
//! First [find the place](#finding-the-place). Then look the cause up below: each has its
//! symptom, why it is so, and the fix. Last, [let clippy find the
//! rest](#a-recipe-for-clippy). What the crate can't do at all is in the
//! [limitations](super::limitations).
//!
//! # Finding the place
//!
//! [`Unbound`], the error of [`try_get`](crate::Variable::try_get), names the variable, the
//! place that read it, the thread and tokio's task, and the likely [`Cause`]:
//!
//! | cause | look at |
//! |---|---|
//! | [`NeverBound`](crate::Cause::NeverBound) | the binding: is it reached? Is the variable a `static`, and the same one? |
//! | [`NoScope`](crate::Cause::NoScope) | [work handed to someone else](#work-handed-to-someone-else), [`run` with a future](#run-with-a-future) |
//! | [`Uninherited`](crate::Cause::Uninherited) | [uninherited variables](#uninherited-variables) |
//! | [`EmptyScope`](crate::Cause::EmptyScope) | who spawned this: it is tied, to a snapshot that was already empty |
//! | [`OthersOnly`](crate::Cause::OthersOnly) | [a scope of another variable in `run`](#run-with-a-future), a snapshot that was taken too early |
//!
//! In debug builds, [`lost::report_to_stderr()`](crate::lost::report_to_stderr), called once
//! at the start, prints for each such error where the variable was last bound, what became
//! of that binding, and where the snapshot was captured that the code runs in:
//!
//! ```text
//! variable "tenant" has no value here (read at src/mail.rs:31:12 on thread "worker-2" in tokio's task 54): …
//!   last bound on thread "worker-1" by `run` at src/web.rs:17:12: its closure still runs
//!   this code runs in the snapshot that was captured at src/queue.rs:8:22
//! ```
//!
//! | the binding's last word | look at |
//! |---|---|
//! | its closure still runs, its guard still holds, its value is still held | the place of the capture: it is outside the binding. Without one: [a bare spawn](#a-bare-spawn) |
//! | its closure returned before anything read or captured the value | [`run` with a future](#run-with-a-future) |
//! | its closure has returned, nothing holds its value any more | [listeners and timers](#listeners-and-timers), [work started by a `Drop`](#work-started-by-a-drop) |
//! | its guard was dropped | [guards](#dropped-at-once-or-elsewhere) |
//!
//! [`lost::report()`](crate::lost::report) hands the same to a closure, field by field, and
//! [`lost::include_get()`](crate::lost::include_get) adds what `get` reads in vain.
//!
//! Without all this, log [`Snapshot::capture()`] at each step. Its `Debug`
//! prints the names of what is bound, never a value. Between the last line that has the
//! name and the first that lacks it, the work was handed over bare.
//!
//! ```
//! use asynccontext::{Cause, Snapshot, Variable};
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! let log = |step: &str| format!("{step}: {:?}", Snapshot::capture());
//! TENANT.run("blue", || {
//!     assert_eq!(log("handler"), r#"handler: Snapshot { "tenant" }"#);
//!     std::thread::spawn(move || {
//!         assert_eq!(log("job"), "job: Snapshot {}"); // cut between the two
//!         let error = TENANT.try_get().unwrap_err();
//!         assert!(error.to_string().starts_with("variable \"tenant\" has no value here (read at "));
//!         assert_eq!(error.cause(), Cause::NoScope);
//!     })
//!     .join()
//!     .unwrap();
//! });
//! ```
//!
//! # Work handed to someone else
//!
//! ## A bare spawn
//!
//! *Symptom:* no value in a task, a thread or a pool's closure. *Why:* what is spawned runs
//! elsewhere, and `std`, tokio and rayon don't know of the context. *Fix:* spawn with
//! [`thread`](crate::thread), `asynccontext::tokio` or `asynccontext::rayon`: the same
//! names, another `use` line. Where the spawn is a third-party crate's, build the runtime
//! with `asynccontext::tokio::runtime::Inherit`, and tell it which tasks are of a pool.
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
//! rayon's parallel iterators are such a spawn too: make them by `asynccontext::rayon::prelude`
//! in place of rayon's, or tie them before the first closure.
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
//! *Symptom:* one variable has no value in a spawned task, the others have. *Why:* it is
//! [uninherited](crate::Variable::uninherited), as a transaction is, and a task may outlive the
//! call. *Fix:* if the task is awaited within the binding, take everything along by hand.
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
//! *Symptom:* no value in a closure or a future that was given to a library. *Why:* its
//! spawns are bare, and you can't change them. *Fix:* tie what you give it:
//! [`in_current_snapshot`](crate::Propagate::in_current_snapshot) for a future,
//! [`Snapshot::wrap`] for a closure.
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
//! *Symptom:* no value in a worker, or always that of whoever started it. *Why:* a worker
//! has one context for all its jobs. *Fix:* what belongs to a job goes with the job: a
//! [`Carried`](crate::Carried) message, or a wrapped closure. For batches, and for workers
//! that their first user starts, see [queues](super::patterns::queue). A pool of HTTP
//! connections starts them so: `ClientExecutor` of the crate `asynccontext-hyper-util` and
//! `Inherit::leave_out` keep a request's values out of them, and a request's body, which a
//! connection polls, is tied by `in_current_snapshot()`.
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
//! *Symptom:* a callback sees no value, or the values of whoever fires the event. *Why:* it
//! runs where it is called, not where it was registered. *Fix:* decide which is meant. For
//! the context of the registration, wrap it. A timer that takes a callback, and a task that
//! ticks, are the same. A timer that is awaited, such as tokio's `sleep` or `timeout`, loses
//! nothing.
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
//! *Symptom:* no value in a future that is blocked on. *Why:* `block_on` polls on the
//! calling thread and loses nothing, but it is often put on a fresh thread, to get out of a
//! runtime. *Fix:* spawn that thread with [`thread`](crate::thread). A local executor may
//! also poll *other* tasks in `block_on`; bare ones among them then see the caller's values.
//! `asynccontext::tokio::Runtime` prevents it.
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
//! *Symptom:* clean-up that a destructor starts has no value, now and then. *Why:* a
//! destructor runs where the value happens to be dropped. That is the right context if a
//! scoped future owns it, and any other if it was returned or sent. *Fix:* keep a snapshot
//! in the value, and start the work in it.
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
//! # Work that runs later than it looks
//!
//! ## `run` with a future
//!
//! *Symptom:* no value in an `async` block, or in a scope of another variable, that stands
//! inside `run`. *Why:* a future does nothing until it is polled, and by then `run` has ended.
//! *Fix:* [`scope`](crate::Variable::scope), or tie the future inside `run`.
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
//! *Symptom:* no value in the closure of a `map`. *Why:* it is called when someone steps
//! the iterator, in their context. *Fix:* collect inside, or tie what you return, after its
//! closures. The same for streams, with the feature `futures`, and for the body of an HTTP
//! response, with the feature `http-body`: the server polls it when the handler has returned.
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
//! ## Dropped at once, or elsewhere
//!
//! *Symptom:* a guard binds nothing, or its binding stays. *Why:* `let _ =` drops at once.
//! A guard that is dropped in an inner scope, or outside its task, [has its effect late or
//! never](super::limitations#guards). *Fix:* give it a name, and drop it where it was
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
//! *Symptom:* one task sees another's value. *Why:* there is no task that the guard could
//! leave with at an `await`, so it stays with the thread. *Fix:* scope each task, or use
//! [`enter_task`](crate::Variable::enter_task), which refuses.
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
//! # Contexts of others
//!
//! *Symptom:* your variables arrive, but the current span of tracing or the current context
//! of OpenTelemetry doesn't. *Why:* those are thread-locals of their own, and a snapshot
//! holds variables only. *Fix:* carry both. For a future, tracing's `instrument` or
//! OpenTelemetry's `with_context` beside `in_current_snapshot`; for the rest take what is
//! current here, and set it there. A thread-local of your own is better made a variable.
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
//! # The other way round: a context that stays
//!
//! *Symptom:* memory of finished requests is not freed, or a shared worker acts for the
//! request that happened to start it. *Why:* what carries the context keeps its values alive
//! as long as it lives. *Fix:* start what outlives the request in the empty snapshot. The
//! spawns of this crate capture at the call, so put the *call* inside
//! `Snapshot::empty().run`. For a bare spawn, which carries nothing, and for a future that is
//! awaited, [`Snapshot::empty().scope`](crate::Snapshot::scope) is enough. Inside a carrying
//! spawn it is not: the task then sees nothing, but what surrounds it holds the values. Which
//! values to keep out of contexts: [what to leave out](super::patterns::what_to_leave_out).
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
//! # A recipe for clippy
//!
//! Put this into the `clippy.toml` of your package or workspace. Clippy then warns of bare
//! spawns, and with `-D warnings` rejects them. A function or a type with a `replacement`
//! can be exchanged as it is; for a method, exchange its type. `allow-invalid` keeps clippy
//! quiet where tokio or rayon is not linked. Where a bare spawn is meant, say so:
//! `#[expect(clippy::disallowed_methods, reason = "…")]`.
//!
//! ```toml
#![doc = include_str!("clippy.toml")]
//! ```
//!
//! It sees your own code only, not that of other crates. Add the spawns of other executors.
//! rayon's parallel iterators are not listed: with `use asynccontext::rayon;` its prelude is
//! ours. Clippy says nothing of a path that
//! `allow-invalid` lets through and that does not exist, so a test of this crate has one call
//! of everything that is listed, and wants each to be rejected.
//!
//! [`Snapshot::capture()`]: crate::Snapshot::capture
//! [`Snapshot::wrap`]: crate::Snapshot::wrap
//! [`Cause`]: crate::Cause
//! [`Unbound`]: crate::Unbound
