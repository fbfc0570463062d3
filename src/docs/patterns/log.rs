//! Logging: where to read the context, one line for each request, and spans.
//!
//! # Where to read
//!
//! The context is that of the code that logs, on its thread. A logger that passes its lines to a
//! writer thread must put the values into the line before.
//!
//! ```
//! use std::sync::mpsc::channel;
//! use asynccontext::Variable;
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//!
//! let (queue, lines) = channel::<(&str, Option<u64>)>();
//! let writer = std::thread::spawn(move || {
//!     let too_late = |(text, id)| (text, id, REQUEST_ID.get());
//!     lines.into_iter().map(too_late).collect::<Vec<_>>()
//! });
//! let log = |text| queue.send((text, REQUEST_ID.get())).unwrap();
//! REQUEST_ID.run(7, || log("paid"));
//! # drop(log);
//! # drop(queue);
//! assert_eq!(writer.join().unwrap(), [("paid", Some(7), None)]);
//! ```
//!
//! The same applies to `tracing`: a layer's `on_event` runs in the code that emits the event, and
//! so does a formatter before a non-blocking writer.
//!
//! # One line for a request
//!
//! *Use it* where ten lines for a request are too many. Each function adds its facts; the boundary
//! writes one line, also after an error.
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::sync::{Arc, Mutex};
//! use asynccontext::Variable;
//! # use futures::executor::block_on;
//!
//! type Notes = Arc<Mutex<BTreeMap<&'static str, String>>>;
//! static NOTES: Variable<Notes> = Variable::named("notes");
//!
//! fn note(name: &'static str, value: impl ToString) {
//!     NOTES.with(|notes| notes?.lock().unwrap().insert(name, value.to_string()));
//! }
//! async fn serve(handler: impl Future<Output = Result<(), &'static str>>) -> String {
//!     let notes = Notes::default();
//!     let result = NOTES.scope(notes.clone(), handler).await;
//!     let mut notes = notes.lock().unwrap();
//!     notes.insert("ok", result.is_ok().to_string());
//!     notes.iter().map(|(name, value)| format!("{name}={value} ")).collect()
//! }
//! async fn handler() -> Result<(), &'static str> {
//!     note("user", "ann");
//!     note("rows", 3);
//!     Err("no such page")
//! }
//! assert_eq!(block_on(serve(handler())), "ok=false rows=3 user=ann ");
//! note("user", "no one"); // no effect outside a request
//! ```
//!
//! *Without it:* a line for each step, and a query to join them.
//!
//! *Pitfalls:* facts that a task adds after the line was written are lost; write the line [after
//! the response](super::after_the_response) if that matters. After a panic `serve` writes no line:
//! a value whose `Drop` writes the line does.
//!
//! # Spans
//!
//! The current span of tracing and the current context of OpenTelemetry are thread-locals [of their
//! own](super::super::where_did_my_context_go#contexts-of-other-crates). Create the span where the
//! variable is bound, with the variable's value as a field, so that both apply to the same work:
//! `REQUEST_ID.scope(id, handle().instrument(span))`.
//!
//! For spawned work, use the feature `companions`: snapshots carry the context of every registered
//! companion.
