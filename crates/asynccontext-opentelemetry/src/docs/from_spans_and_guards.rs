//! From tracing spans and OpenTelemetry guards: how to move values that belong to a request out of spans, baggage and
//! guards, one at a time, while spans stay what they are good at.
//!
//! Programs put a request's id, tenant and user into the fields of a span, or into OpenTelemetry's baggage, because
//! those are the context that is there. A span's fields are for its subscriber: code can't read them. Baggage is text,
//! leaves with every request, and is read from strangers. A variable is a typed value that code reads; spans and
//! lines show it, and it leaves where it is listed.
//!
//! | before | after |
//! |---|---|
//! | `info_span!("request", tenant = %tenant)`, for the lines below it | a variable, and `asynccontext_tracing::Fields` around the layer: each line has it, and each span |
//! | `span.record("user", …)` in the middle of a request | bind the variable where the user becomes known; what follows has it |
//! | `Span::current()` and its extensions, to read a value back | `TENANT.get()` |
//! | `Context::current().with_value(Tenant(…)).attach()`, `context.get::<Tenant>()` | `TENANT.run(…)` or `TENANT.scope(…)`, `TENANT.get()`: two values of a type are two variables |
//! | `context.with_baggage(…)`, to reach the next service | an exported variable, listed where it leaves: [`Traced`](crate::Traced) |
//! | `span.set_attribute(KeyValue::new("app.tenant", …))` on each span | [`Attributes`](crate#attributes), once |
//! | `.instrument(Span::current())`, `.in_current_span()`, `.with_current_context()` at each spawn | `asynccontext::tokio::spawn`, or `.in_current_snapshot()`: values, span and context together |
//! | `let _guard = span.enter()`, `let _guard = context.attach()` over an `.await` | `.instrument(span)`, `TENANT.scope(…)`, or a guard of a variable, which moves with its task |
//! | propagators called by hand around each request | `Traced` in the layer of the client and of the server |
//!
//! # Step by step
//!
//! Each step works alone. First, let snapshots carry what the program has, and replace the spawns. Nothing else changes,
//! and spans that were lost at spawns are there.
//!
//! ```
//! use asynccontext::thread; // in place of std::thread
//! use tracing::{Span, info_span};
//! # use tracing_subscriber::prelude::*;
//! # tracing_subscriber::registry().init();
//!
//! asynccontext_tracing::register();
//! asynccontext_opentelemetry::register();
//!
//! let name = || Span::current().metadata().map(|span| span.name());
//! let job = info_span!("request").in_scope(|| thread::spawn(name));
//! assert_eq!(job.join().unwrap(), Some("request"));
//! ```
//!
//! Second, bind a variable where the span of the request is made, and let lines show it. The field of the span can then
//! go. Bind around the span, so that the span has the value too.
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext_tracing::{Field, Fields};
//! use tracing::{Instrument, info, info_span};
//! use tracing_subscriber::{fmt, prelude::*};
//!
//! static TENANT: Variable<String> = Variable::named("tenant");
//!
//! let fields = Fields::new([Field::display(&TENANT)]);
//! tracing_subscriber::registry().with(fields.layer(fmt::layer())).init();
//!
//! async fn pay() {
//!     info!("paid"); // … request{tenant="blue"}: orders: paid tenant="blue"
//!     assert_eq!(TENANT.get().as_deref(), Some("blue")); // a span's field could not be read
//! }
//! let request = TENANT.scope("blue".into(), async { pay().instrument(info_span!("request")).await });
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(request);
//! ```
//!
//! A span that is made outside the scope, as in `TENANT.scope(…, pay()).instrument(span)`, is created before the value is
//! bound, and has no field for it; the lines have.
//!
//! Third, replace a context that was attached by a guard. OpenTelemetry's guard belongs to the thread: over an `.await`
//! it stays there, where other tasks see it.
//!
//! ```
//! use asynccontext::{Propagate, Variable};
//! use opentelemetry::Context;
//!
//! # fn poll_once(future: std::pin::Pin<&mut impl Future>) {
//! #     assert!(future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_pending());
//! # }
//! struct Shard(u8);
//! let shard = || Context::map_current(|context| context.get::<Shard>().map(|shard| shard.0));
//!
//! // Before.
//! let mut task = Box::pin(async {
//!     let _guard = Context::current_with_value(Shard(7)).attach();
//!     std::future::pending::<()>().await;
//! });
//! poll_once(task.as_mut());
//! assert_eq!(shard(), Some(7), "left on the thread, for any task");
//! drop(task);
//!
//! // After.
//! static SHARD: Variable<u8> = Variable::named("shard");
//! let mut task = Box::pin(SHARD.scope(7, std::future::pending::<()>()));
//! poll_once(task.as_mut());
//! assert_eq!(SHARD.get(), None);
//! ```
//!
//! Fourth, replace baggage, and headers written by hand. The receiving service declares what it reads, with a limit and a
//! policy, and everything else is dropped and counted.
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext::carrier::{Exported, Exports, Imports, Incoming, Outgoing};
//! use asynccontext_opentelemetry::Traced;
//! use opentelemetry::{Context, global, trace::TraceContextExt};
//! use opentelemetry_sdk::propagation::TraceContextPropagator;
//!
//! static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
//! static TO_OUR_SERVICES: Traced<Exports> = Traced::new(Exports::new(&[TENANT.export()]));
//! static FROM_OUR_SERVICES: Traced<Imports> = Traced::new(Imports::new(&[TENANT.import().limit(64)]));
//!
//! asynccontext_opentelemetry::register();
//! global::set_text_map_propagator(TraceContextPropagator::new());
//!
//! // What the layers of the adapters do:
//! let mut headers = http::HeaderMap::new();
//! TENANT.run("blue".into(), || TO_OUR_SERVICES.inject(&mut headers)).unwrap();
//! headers.insert("baggage", "tenant=red,admin=true".parse().unwrap());
//! FROM_OUR_SERVICES.extract(&headers).run(|| {
//!     assert_eq!(TENANT.get().as_deref(), Some("blue"));
//! });
//! assert_eq!(FROM_OUR_SERVICES.dropped().baggage, 2);
//! ```
//!
//! # What stays
//!
//! Spans: they have a beginning, an end and a parent, and subscribers filter and time them. A value that belongs to one
//! operation, such as the number of rows of a query, is a field of its span, not a variable. Filters by span fields, such
//! as those of `EnvFilter`, see the fields that the call site declares, and not those that
//! `asynccontext_tracing::Fields` adds.
//!
//! # Pitfalls
//!
//! - **Register both companions once, tracing's first**, before the first snapshot.
//! - **A snapshot keeps its span open.** Work that outlives its request starts in `Snapshot::empty()`, or in
//!   `asynccontext_tracing::outside`, which keeps the variables.
//! - **Order.** `future.instrument(span).in_current_snapshot()` runs in `span`; the other order hides it.
//! - **A layer that others look up by its type is not wrapped**: tracing-opentelemetry's attributes come from
//!   [`Attributes`](crate#attributes).
