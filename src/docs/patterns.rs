//! How to use the crate: short recipes.
//!
//! # A value for a request
//!
//! Bind it where the request comes in, with `scope`, as a request is a future. Everything
//! that it calls and awaits can read it.
//!
//! ```
//! # fn block_on<F: Future>(f: F) -> F::Output {
//! #     let mut f = std::pin::pin!(f);
//! #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
//! # }
//! use asynccontext::Variable;
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//!
//! async fn handle(id: u64) -> String {
//!     REQUEST_ID.scope(id, load()).await
//! }
//! async fn load() -> String {
//!     format!("loaded for request {:?}", REQUEST_ID.get())
//! }
//! assert_eq!(block_on(handle(7)), "loaded for request Some(7)");
//! ```
//!
//! # Taking it along
//!
//! What is handed to another thread or executor starts empty, unless it is captured where
//! it is handed over.
//!
//! ```
//! use asynccontext::{Propagate, Snapshot, Variable, thread};
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//!
//! REQUEST_ID.run(7, || {
//!     // A future: `spawn(task.in_current_snapshot())`.
//!     let task = async { REQUEST_ID.get() }.in_current_snapshot();
//!     # drop(task);
//!
//!     // A thread: `use asynccontext::thread` instead of `use std::thread`.
//!     let thread = thread::spawn(|| REQUEST_ID.get());
//!     assert_eq!(thread.join().unwrap(), Some(7));
//!
//!     // A closure that runs once, for instance on someone's pool of threads.
//!     let snapshot = Snapshot::capture();
//!     let job = move || snapshot.run(|| REQUEST_ID.get());
//!     assert_eq!(std::thread::spawn(job).join().unwrap(), Some(7));
//!
//!     // An iterator that someone else steps.
//!     let rows = (0..3).map(|row| (row, REQUEST_ID.get())).in_current_snapshot();
//!     Snapshot::empty().run(|| assert!(rows.last() == Some((2, Some(7)))));
//!
//!     // A callback that is kept and called later.
//!     let callback = Snapshot::capture().wrap(|event: &str| format!("{event} {:?}", REQUEST_ID.get()));
//!     Snapshot::empty().run(|| assert_eq!(callback.call(("saved",)), "saved Some(7)"));
//! });
//! ```
//!
//! # Long-lived workers
//!
//! A worker's own context is that of whoever started it. What belongs to a message goes
//! with the message.
//!
//! ```
//! use asynccontext::{Carried, Variable};
//! use std::sync::mpsc::channel;
//!
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! let (send, receive) = channel::<Carried<u32>>();
//! let worker = std::thread::spawn(move || {
//!     let handle = |order| format!("{order} of {}", TENANT.get().unwrap_or("nobody"));
//!     receive.into_iter().map(|order| order.handle(handle)).collect::<Vec<_>>()
//! });
//! TENANT.run("blue", || send.send(Carried::new(1)).unwrap());
//! TENANT.run("red", || send.send(Carried::new(2)).unwrap());
//! drop(send);
//! assert_eq!(worker.join().unwrap(), ["1 of blue", "2 of red"]);
//! ```
//!
//! # Leaving the context behind
//!
//! A background task that outlives the request should not keep its values alive. What
//! spawns by inheriting captures at the call, so the call goes into the empty snapshot.
//!
//! ```
//! use asynccontext::{Snapshot, thread};
//!
//! let background = Snapshot::empty().run(|| thread::spawn(|| { /* … */ }));
//! # background.join().unwrap();
//! ```
//!
//! For a bare spawn, [`with_snapshot(Snapshot::empty())`](crate::Propagate::with_snapshot) on
//! the future is enough.
//!
//! # Changing a value
//!
//! A variable has no setter: what is bound in a scope stays the same for everyone who
//! captured it. Bind again for what follows, or bind something that can change.
//!
//! ```
//! use asynccontext::Variable;
//! use std::sync::atomic::{AtomicUsize, Ordering};
//!
//! static QUERIES: Variable<AtomicUsize> = Variable::named("queries");
//!
//! fn query() {
//!     QUERIES.with(|count| count.map(|count| count.fetch_add(1, Ordering::Relaxed)));
//! }
//! let counted = QUERIES.run(AtomicUsize::new(0), || {
//!     query();
//!     query();
//!     QUERIES.with(|count| count.map(|count| count.load(Ordering::Relaxed)))
//! });
//! assert_eq!(counted, Some(2));
//! ```
