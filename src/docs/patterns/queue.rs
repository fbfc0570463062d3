//! Custom queues, pools and batchers, and the contexts in which their work runs.
//!
//! | the worker handles | it runs in the context of |
//! |---|---|
//! | one message at a time | its sender: [`Carried`](crate::Carried) |
//! | a submitted closure | the submitting code: [`Snapshot::wrap`](crate::Snapshot::wrap) |
//! | a batch from many requests | none of them: the batch takes its input as data |
//! | its own maintenance: timers, reconnects | none: start it in [`Snapshot::empty()`](crate::Snapshot::empty) |
//!
//! # A queue
//!
//! *Use it* where a long-lived worker does jobs for others. The message carries the context through
//! the channel.
//!
//! ```
//! use asynccontext::{Carried, Variable};
//! use tokio::sync::{mpsc, oneshot};
//!
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! struct Resize { image: u32, answer: oneshot::Sender<String> }
//!
//! async fn resize(job: Resize) {
//!     let text = format!("{} of {}", job.image, TENANT.get().unwrap_or("nobody"));
//!     let _ = job.answer.send(text); // the request may have ended
//! }
//! async fn worker(mut jobs: mpsc::Receiver<Carried<Resize>>) {
//!     while let Some(job) = jobs.recv().await {
//!         job.handle_async(resize).await;
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let (queue, jobs) = mpsc::channel(16);
//! tokio::spawn(worker(jobs));
//! let ask = async |image| {
//!     let (answer, answered) = oneshot::channel();
//!     queue.send(Carried::new(Resize { image, answer })).await.ok()?;
//!     answered.await.ok()
//! };
//! let (one, two) = tokio::join!(TENANT.scope("blue", ask(1)), TENANT.scope("red", ask(2)));
//! assert_eq!((one.unwrap(), two.unwrap()), ("1 of blue".into(), "2 of red".into()));
//! # }
//! ```
//!
//! *Without it:* the worker runs in the context in which it was started. With a bare message it
//! acts for no request, or, worse, for the one that started it.
//!
//! *Pitfall:* a message that is sent inside a transaction is handled outside it, since the job may
//! run after the commit: the sender's [uninherited](crate::Variable::uninherited) variables [are
//! left out](super::transaction#detached-work). All other variables are included, so declare a
//! transaction's variable as uninherited. [`Carried::from_parts`](crate::Carried::from_parts) with
//! a captured snapshot includes all values, for a sender that waits for the answer before it
//! commits.
//!
//! # Lazily started workers
//!
//! A worker that is started by its first user inherits that user's context, and keeps it as long as
//! it lives: every later job acts for the first user. In Node, [a pooled
//! connection](https://github.com/brianc/node-pg-pool/issues/108) stays with the request that
//! opened it, and [a queued job](https://github.com/sindresorhus/p-queue/issues/200) ran in the
//! context of the job that made room for it. In Rust a bare spawn doesn't inherit, but a spawn of
//! this crate does, also in the initializer of a `LazyLock` or `OnceLock`. So does a bare spawn on
//! a runtime built by `asynccontext::tokio::runtime::Inherit`, unless `Inherit::leave_out` excludes
//! it: `Inherit::pooled_connections` recognizes those of hyper and reqwest.
//!
//! ```
//! use std::sync::OnceLock;
//! use std::sync::mpsc::{Sender, channel};
//! use asynccontext::{Snapshot, Variable, thread};
//!
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! fn start() -> Sender<Sender<Option<&'static str>>> {
//!     let (send, receive) = channel::<Sender<_>>();
//!     thread::spawn(move || receive.into_iter().for_each(|ask| ask.send(TENANT.get()).unwrap()));
//!     send
//! }
//! fn ask(worker: &Sender<Sender<Option<&'static str>>>) -> Option<&'static str> {
//!     let (send, receive) = channel();
//!     worker.send(send).unwrap();
//!     receive.recv().unwrap()
//! }
//!
//! static FIRST_COME: OnceLock<Sender<Sender<Option<&str>>>> = OnceLock::new();
//! TENANT.run("blue", || ask(FIRST_COME.get_or_init(start)));
//! let red = TENANT.run("red", || ask(FIRST_COME.get_or_init(start)));
//! assert_eq!(red, Some("blue")); // a job of red, run for blue
//!
//! static NOBODYS: OnceLock<Sender<Sender<Option<&str>>>> = OnceLock::new();
//! let start = || Snapshot::empty().run(start);
//! TENANT.run("blue", || ask(NOBODYS.get_or_init(start)));
//! let red = TENANT.run("red", || ask(NOBODYS.get_or_init(start)));
//! assert_eq!(red, None); // and with `Carried`: red
//! ```
//!
//! # A batcher
//!
//! *Use it* where many single loads become one query, as with DataLoader. A batch has many callers,
//! so it runs in the context of none. The values on which the query depends are read where the load
//! is requested, and become part of the key. Each caller awaits the answer in its own context.
//!
//! ```
//! use std::collections::BTreeMap;
//! use asynccontext::Variable;
//! use tokio::sync::{mpsc, oneshot};
//!
//! static TENANT: Variable<&str> = Variable::named("tenant");
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//!
//! struct Load { tenant: &'static str, id: u32, answer: oneshot::Sender<String> }
//!
//! async fn batcher(mut loads: mpsc::Receiver<Load>) {
//!     let mut batch = Vec::new();
//!     while loads.recv_many(&mut batch, 100).await > 0 {
//!         let mut queries = BTreeMap::<_, Vec<Load>>::new();
//!         for load in batch.drain(..) {
//!             queries.entry(load.tenant).or_default().push(load);
//!         }
//!         for (tenant, loads) in queries {
//!             let ids = loads.iter().map(|load| load.id).collect();
//!             let rows = TENANT.scope(tenant, query(ids)).await;
//!             for (load, row) in loads.into_iter().zip(rows) {
//!                 let _ = load.answer.send(row);
//!             }
//!         }
//!     }
//! }
//! async fn query(ids: Vec<u32>) -> Vec<String> {
//!     assert_eq!(REQUEST_ID.get(), None); // not for a single request
//!     let tenant = TENANT.get().unwrap();
//!     ids.iter().map(|id| format!("{tenant}.{id} of {}", ids.len())).collect()
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let (queue, loads) = mpsc::channel(100);
//! tokio::spawn(batcher(loads));
//! let load = async |id| {
//!     let (answer, answered) = oneshot::channel();
//!     let tenant = TENANT.get()?;
//!     queue.send(Load { tenant, id, answer }).await.ok()?;
//!     Some(format!("{} for request {}", answered.await.ok()?, REQUEST_ID.get()?))
//! };
//! let request = |number, tenant, id| REQUEST_ID.scope(number, TENANT.scope(tenant, load(id)));
//! let answers = tokio::join!(request(1, "blue", 7), request(2, "red", 8), request(3, "blue", 9));
//! assert_eq!(answers.0.unwrap(), "blue.7 of 2 for request 1");
//! assert_eq!(answers.1.unwrap(), "red.8 of 1 for request 2");
//! assert_eq!(answers.2.unwrap(), "blue.9 of 2 for request 3");
//! # }
//! ```
//!
//! *Without it:* the query runs in the context of the first caller, or the last: with that user's
//! rights, tenant and deadline, for all the others.
//!
//! *Pitfalls:* to trace a batch, link its span to the spans of all callers, rather than making it
//! the child of one. A batcher per request needs none of this: it is dropped with the request, and
//! all its loads share one context.
