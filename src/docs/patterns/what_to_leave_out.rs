//! What should not go into a context, why not, and what to do instead.
//!
//! A context is for what belongs to the whole flow, while the code in between has no
//! business with it: who asks, for whom, how urgently, under which id. A value that the
//! functions in between would do more with than pass it on is a parameter.
//!
//! | leave out | since | instead |
//! |---|---|---|
//! | a parameter in disguise | the signature lies: the function compiles everywhere and fails at run time | a parameter, or a struct that is built with it |
//! | what [changes inside](#what-changes) | others have captured the old value | bind again, or return it |
//! | what is [changed by all](#what-is-changed-by-all) by mistake | sub-tasks share it, at the same time | a value for each, added up at the end |
//! | a [lock that is held](#what-must-end-exactly), an open file, a permit | a snapshot keeps it after your scope | keep it on the stack; bind a handle |
//! | what is [big](#what-is-big) | it lives as long as the longest-lived snapshot | bind a key; start long-lived work in the empty snapshot |
//! | what holds a [snapshot](#what-holds-a-snapshot) that shows it | a cycle is never freed | keep one end outside |
//! | a [secret](#secrets) | all code that is called can read it | bind who it is; keep the secret where it is used |
//! | what is the same for all | a read costs more than a `static`, and may be missing | a `static`, a parameter at start-up |
//! | whether a user may do something | a default, or a lost value, answers for you | ask, at the place that does it |
//!
//! # What changes
//!
//! A variable has no setter. What is bound stays the same for everyone who captured it, so
//! a task that was spawned before goes on with what it has. Bind again for what follows.
//!
//! ```
//! use asynccontext::{Snapshot, Variable};
//!
//! static STEP: Variable<&str> = Variable::named("step");
//!
//! STEP.run("parse", || {
//!     let spawned_before = Snapshot::capture();
//!     STEP.run("store", || {
//!         assert_eq!(STEP.get(), Some("store"));
//!         assert_eq!(spawned_before.run(|| STEP.get()), Some("parse"));
//!     });
//!     assert_eq!(STEP.get(), Some("parse"));
//! });
//! ```
//!
//! # What is changed by all
//!
//! Something that can change may be bound: a counter, a cell that is set once. All that
//! inherit share it. That is right for a total, and wrong for "where am I".
//!
//! ```
//! use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
//! use asynccontext::{Variable, thread};
//!
//! static QUERIES: Variable<AtomicUsize> = Variable::named("queries");
//! static ROW: Variable<usize> = Variable::named("row");
//!
//! fn query() {
//!     QUERIES.with(|count| count.map(|count| count.fetch_add(1, Relaxed)));
//! }
//! let total = QUERIES.run(AtomicUsize::new(0), || {
//!     thread::scope(|scope| {
//!         for row in 0..4 {
//!             // The total is shared by all, the row is each one's own.
//!             ROW.run(row, || scope.spawn(move || { query(); assert_eq!(ROW.get(), Some(row)) }));
//!         }
//!     });
//!     QUERIES.with(|count| count.map(|count| count.load(Relaxed)))
//! });
//! assert_eq!(total, Some(4));
//! ```
//!
//! A `Mutex` in a context is locked by code that doesn't know of the others who lock it:
//! hold it for one statement, and never over an `await` or a call to someone else's code.
//!
//! # What must end exactly
//!
//! When `run` returns, the binding has ended. The value has not, if a snapshot shows it. So
//! what does something at its end, and must do it now, is owned by the stack. Bind a `Weak`
//! to it. That the variable is [uninherited](crate::Variable::uninherited) keeps tasks from
//! inheriting it, but not a snapshot that is taken by hand.
//!
//! ```
//! use std::sync::{Arc, Weak};
//! use asynccontext::{Snapshot, Variable};
//! # static LOCKED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
//! # fn is_locked() -> bool { LOCKED.load(std::sync::atomic::Ordering::Relaxed) }
//!
//! struct FileLock; // unlocks in its `Drop`
//! # impl FileLock { fn take() -> FileLock { LOCKED.store(true, std::sync::atomic::Ordering::Relaxed); FileLock } }
//! # impl Drop for FileLock { fn drop(&mut self) { LOCKED.store(false, std::sync::atomic::Ordering::Relaxed) } }
//! static OWNED: Variable<FileLock> = Variable::named("owned");
//! static LENT: Variable<Weak<FileLock>> = Variable::named("lent");
//!
//! // A task in the background that inherits, for as long as it runs:
//! let background = OWNED.run(FileLock::take(), Snapshot::capture);
//! assert!(is_locked()); // still
//! drop(background);
//! assert!(!is_locked());
//!
//! let lock = Arc::new(FileLock::take());
//! let background = LENT.run(Arc::downgrade(&lock), Snapshot::capture);
//! drop(lock);
//! assert!(!is_locked()); // at once
//! assert!(background.run(|| LENT.get()).unwrap().upgrade().is_none()); // and it can tell
//! ```
//!
//! # What is big
//!
//! A request's body, a parsed document, a whole table: each task that inherits keeps it.
//! Bind the id, and let who needs the thing fetch it. What is started by a request but
//! lives on starts in the empty snapshot.
//!
//! ```
//! use std::sync::Arc;
//! use asynccontext::{Propagate, Snapshot, Variable};
//!
//! static BODY: Variable<Arc<Vec<u8>>> = Variable::named("body");
//!
//! let body = Arc::new(vec![0; 1 << 20]);
//! let task = async { /* a timer that ticks for hours */ };
//! let holds = BODY.run(body.clone(), || task.in_current_snapshot());
//! assert_eq!(Arc::strong_count(&body), 2);
//! # drop(holds);
//!
//! let task = async { /* the same */ };
//! let free = BODY.run(body.clone(), || task.with_snapshot(Snapshot::empty()));
//! assert_eq!(Arc::strong_count(&body), 1);
//! # drop(free);
//! ```
//!
//! # What holds a snapshot
//!
//! A list of callbacks or jobs in a variable, each of which has captured, is a cycle: the
//! snapshot shows the list, the list holds the snapshot. Spawn a task for each, which
//! [waits](super::after_the_response) until its time has come. Or let a queue be the value,
//! and keep its receiving end outside.
//!
//! ```
//! use std::sync::{Arc, Mutex, mpsc};
//! use asynccontext::{Snapshot, Variable};
//!
//! static LIST: Variable<Arc<Mutex<Vec<Snapshot>>>> = Variable::named("list");
//! static QUEUE: Variable<mpsc::Sender<Snapshot>> = Variable::named("queue");
//!
//! let list = Arc::default();
//! let leaked = Arc::downgrade(&list);
//! LIST.run(list, || LIST.with(|list| list.unwrap().lock().unwrap().push(Snapshot::capture())));
//! assert!(leaked.upgrade().is_some());
//! # leaked.upgrade().unwrap().lock().unwrap().clear();
//!
//! let (queue, receive) = mpsc::channel();
//! QUEUE.run(queue, || QUEUE.with(|queue| queue.unwrap().send(Snapshot::capture()).unwrap()));
//! drop(receive); // and all that was in it
//! ```
//!
//! # Secrets
//!
//! `Debug` of a [`Snapshot`](crate::Snapshot) prints names, never values, so a context in a
//! log gives nothing away. But all code that the request calls and that can name the
//! variable can read it, and every task that inherits keeps it in memory. Make the variable
//! private, and bind who the user is rather than the token that proves it. If the token must
//! go along, its type has no `Debug`, or one that hides it.
//!
//! ```
//! use asynccontext::Snapshot;
//!
//! mod upstream {
//!     use asynccontext::Variable;
//!
//!     struct Token(String); // no `Debug`, no `Clone`; it is read in this module alone
//!     static TOKEN: Variable<Token> = Variable::named("token");
//!
//!     pub fn with_token<T>(token: String, f: impl FnOnce() -> T) -> T {
//!         TOKEN.run(Token(token), f)
//!     }
//!     pub fn authorization() -> Option<String> {
//!         TOKEN.with(|token| Some(format!("Bearer {}", token?.0)))
//!     }
//! }
//! upstream::with_token("hunter2".into(), || {
//!     assert_eq!(format!("{:?}", Snapshot::capture()), r#"Snapshot { "token" }"#);
//!     assert!(upstream::authorization().is_some());
//! });
//! ```
