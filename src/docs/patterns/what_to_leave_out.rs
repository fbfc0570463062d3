//! What not to put in: values that should not be in a context, the reasons, and the alternatives.
//!
//! A context is for values that belong to the whole flow and that the code in between does not use:
//! the user, the tenant, the priority, the request's id. A value that the functions in between
//! would use, rather than pass on, is a parameter.
//!
//! | leave out | reason | alternative |
//! |---|---|---|
//! | a hidden parameter | the function compiles everywhere and fails at run time | a parameter, or a struct that is built with it |
//! | a value that [changes](#changing-values) | others have captured the old value | bind again, or return it |
//! | a [shared mutable value](#shared-mutable-values) by mistake | subtasks share it, at the same time | a value for each, summed up at the end |
//! | a [held lock](#values-with-an-exact-end), an open file, a permit | a snapshot keeps it after the scope | keep it on the stack; bind a handle |
//! | a [large value](#large-values) | it lives as long as the longest-lived snapshot | bind a key; start long-lived work in the empty snapshot |
//! | a value that holds a [snapshot](#what-holds-a-snapshot) of itself | a cycle is never freed | keep one end outside |
//! | a [secret](#secrets) | all called code can read it | bind the identity; keep the secret where it is used |
//! | a global value | a read costs more than a `static`, and may fail | a `static`, a parameter at start-up |
//! | an authorization | a default, or a lost value, would decide it | check where the action is performed |
//!
//! In a service, the same questions have these answers:
//!
//! | leave out | because | instead |
//! |---|---|---|
//! | a database connection | two queries of one request would wait for each other, and a task would keep it | the pool, in the service's state; a [transaction](super::transaction) as an uninherited handle |
//! | a configuration, a client, a pool | it is the same for every request | the state that the framework passes, or a `static` |
//! | the request's body | it is large, and read once | a parameter |
//! | the response that is built | work that outlives the response would change it | return it |
//! | a person's data, in an [exported](#what-leaves) variable | each service logs it, and each queue stores it | an id that the receiving service looks up |
//! | whether the user may do something | a lost value, or another default, would decide it | the identity; the check where the action is performed |
//! | a span, a timer, a permit | it ends with the last snapshot, not with the request | a companion for the span; the stack for the rest |
//!
//! # Changing values
//!
//! A variable has no setter. A bound value stays the same for all code that captured it, so a task
//! that was spawned before continues with the old value. Bind again for the code that follows.
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
//! # Shared mutable values
//!
//! A value with interior mutability may be bound: a counter, a cell that is set once. All work that
//! inherits shares it. That is right for a total, and wrong for a position.
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
//!             // The total is shared, each thread has its own row.
//!             ROW.run(row, || scope.spawn(move || { query(); assert_eq!(ROW.get(), Some(row)) }));
//!         }
//!     });
//!     QUERIES.with(|count| count.map(|count| count.load(Relaxed)))
//! });
//! assert_eq!(total, Some(4));
//! ```
//!
//! A `Mutex` in a context is locked by independent code: hold it for one statement, and never
//! across an `await` or a call to other code.
//!
//! # Values with an exact end
//!
//! When `run` returns, the binding has ended, but a snapshot may keep the value alive. A value
//! whose drop must run at that point therefore belongs on the stack. Bind a `Weak` to it. Declaring
//! the variable as [uninherited](crate::Variable::uninherited) keeps the value out of tasks, but
//! not out of a snapshot that is captured by hand.
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
//! static HANDLE: Variable<Weak<FileLock>> = Variable::named("handle");
//!
//! // Stands for a background task that inherits, as long as it runs:
//! let background = OWNED.run(FileLock::take(), Snapshot::capture);
//! assert!(is_locked()); // still
//! drop(background);
//! assert!(!is_locked());
//!
//! let lock = Arc::new(FileLock::take());
//! let background = HANDLE.run(Arc::downgrade(&lock), Snapshot::capture);
//! drop(lock);
//! assert!(!is_locked()); // immediately
//! assert!(background.run(|| HANDLE.get()).unwrap().upgrade().is_none()); // and it can check this
//! ```
//!
//! # Large values
//!
//! A request's body, a parsed document, a whole table: each task that inherits keeps it alive. Bind
//! the id, and let the code that needs the value fetch it. Start work that outlives its request in
//! the empty snapshot.
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
//! A list of callbacks or jobs in a variable, each with a captured snapshot, is a cycle: the
//! snapshot holds the list, and the list holds the snapshot. Spawn a task for each job, which
//! [waits](super::after_the_response) until it may run. Or bind the sending end of a queue, and
//! keep its receiving end outside.
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
//! drop(receive); // with everything in it
//! ```
//!
//! # Secrets
//!
//! The `Debug` output of a [`Snapshot`](crate::Snapshot) has names, never values, so a context in a
//! log reveals nothing. But all called code with access to the variable can read it, and every task
//! that inherits keeps it in memory. Make the variable private, and bind the user's identity rather
//! than the token that proves it. If the token must be carried, its type should have no `Debug`, or
//! one that hides it.
//!
//! ```
//! use asynccontext::Snapshot;
//!
//! mod upstream {
//!     use asynccontext::Variable;
//!
//!     struct Token(String); // no `Debug`, no `Clone`; only read in this module
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
//!
//! # What leaves
//!
//! An exported variable is read by every service on the list's way, written to their logs, and kept by queues as long as
//! their messages. So the list of a boundary has ids, not what they stand for, and each destination has a list of its
//! own. A limit on what is read back keeps a stranger from filling logs.
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext::carrier::{Exported, Exports, Imports};
//!
//! struct User { email: &'static str }
//! static USER: Variable<User> = Variable::named("user"); // stays in the process
//! static USER_ID: Exported<u64> = Variable::named("user-id").exported("x-user-id");
//! static REQUEST_ID: Exported<String> = Variable::named("request-id").exported("x-request-id");
//!
//! static TO_OUR_SERVICES: Exports = Exports::new(&[USER_ID.export(), REQUEST_ID.export()]);
//! static TO_PARTNERS: Exports = Exports::new(&[REQUEST_ID.export()]);
//! static FROM_PARTNERS: Imports = Imports::new(&[REQUEST_ID.import().limit(64)]);
//!
//! let mut headers = Vec::new();
//! USER.run(User { email: "ada@example.org" }, || {
//!     USER_ID.run(7, || TO_PARTNERS.inject(&mut headers))?;
//!     assert!(headers.is_empty());
//!     USER_ID.run(7, || TO_OUR_SERVICES.inject(&mut headers))
//! })?;
//! assert_eq!(headers, [("x-user-id".to_owned(), "7".to_owned())]);
//!
//! let hostile = vec![("x-request-id".to_owned(), "x".repeat(1000)), ("x-user-id".to_owned(), "1".to_owned())];
//! let snapshot = FROM_PARTNERS.extract(&hostile).snapshot;
//! assert_eq!(snapshot.run(|| (REQUEST_ID.get(), USER_ID.get())), (None, None));
//! # let _ = |user: User| user.email;
//! # Ok::<_, asynccontext::carrier::InjectError>(())
//! ```
