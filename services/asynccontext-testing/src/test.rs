//! A test: its overrides, its runtime, and what it recorded.

use std::fmt::{self, Debug};
use std::sync::Arc;

use asynccontext::lost::Lost;
use asynccontext::{Scoped, Snapshot, Variable};
use tokio::runtime::Builder;

use crate::layer;
use crate::log::{self, CURRENT, Log};
use crate::recorded::Recorded;
use crate::seen::{Kind, Seen};

/// A test with overridden variables, which records what its events and spans carried.
///
/// Its methods that run code restore the values that were current where the test was
/// [created](Test::new), with the overrides on top.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, tokio};
/// use asynccontext_testing::Test;
///
/// /// Sends a payment, in tests to nobody.
/// type Pay = fn(u32) -> bool;
/// static PAYMENTS: Variable<Pay> = Variable::named("payments").with_default(send);
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// fn send(amount: u32) -> bool {
///     panic!("a test must not pay {amount}") // in a service, a call of the bank
/// }
///
/// async fn order(amount: u32) -> bool {
///     let paid = tokio::spawn(async move { PAYMENTS.get().is_some_and(|pay| pay(amount)) });
///     tracing::info!("ordered");
///     paid.await.unwrap()
/// }
///
/// let test = Test::new().with(&PAYMENTS, |amount| amount < 100).recording([&TENANT]);
/// assert!(test.block_on(TENANT.scope("blue", order(12))));
/// assert!(!test.block_on(TENANT.scope("blue", order(120))));
/// test.assert_each(&TENANT, "blue");
/// ```
#[must_use = "does nothing until it runs code"]
pub struct Test {
    bindings: Snapshot,
    log: Arc<Log>,
}

impl Test {
    /// Creates a test without overrides that records nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(asynccontext_testing::Test::new().block_on(async { 1 }), 1);
    /// ```
    pub fn new() -> Test {
        let log = Arc::new(Log::default());
        Test { bindings: Snapshot::capture().with(&CURRENT, Arc::clone(&log)), log }
    }

    /// Overrides `variable` for the test. [`run`](Test::run) and [`block_on`](Test::block_on) panic if
    /// code of the test reads the variable and doesn't find an override, see [the crate's
    /// documentation](crate#overrides-that-are-lost).
    ///
    /// For a binding without that check, use [`Variable::scope`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_testing::Test;
    /// static CLOCK: Variable<u64> = Variable::named("clock").with_default(1_700_000_000);
    /// assert_eq!(Test::new().with(&CLOCK, 12).run(|| CLOCK.get()), Some(12));
    /// ```
    #[track_caller]
    pub fn with<T: Send + Sync + 'static>(mut self, variable: &Variable<T>, value: T) -> Test {
        self.log.override_named(variable.name());
        self.bindings = self.bindings.with(variable, value);
        self
    }

    /// Records every event and span of the test, with the values of `variables`.
    ///
    /// # Panics
    ///
    /// Panics if the program has set a global subscriber without [`layer`](crate::layer).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_testing::Test;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let test = Test::new().recording([&TENANT]);
    /// test.run(|| TENANT.run("blue", || tracing::info!("hello")));
    /// test.event("hello").assert_value(&TENANT, "blue");
    /// ```
    pub fn recording<const N: usize>(self, variables: [&'static dyn Recorded; N]) -> Test {
        layer::ensure();
        self.log.record(variables.into());
        self
    }

    /// Calls `f` in the test.
    ///
    /// # Panics
    ///
    /// Panics if an override was lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::Test;
    /// assert_eq!(Test::new().run(|| 1), 1);
    /// ```
    #[track_caller]
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        self.run_in(&self.bindings, f)
    }

    /// Runs `future` in the test, on a new runtime of tokio with one thread, as `#[tokio::test]` does.
    ///
    /// With `--cfg tokio_unstable`, bare tasks inherit the values of their spawner, except those of
    /// pooled HTTP connections.
    ///
    /// # Panics
    ///
    /// Panics if an override was lost, or if the runtime can't be built.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::Test;
    /// assert_eq!(Test::new().block_on(async { 1 }), 1);
    /// ```
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.block_on_with(Builder::new_current_thread().enable_all(), future)
    }

    /// Does the same on a runtime from `builder`, whose `on_thread_start` is replaced.
    ///
    /// # Panics
    ///
    /// Panics if an override was lost, or if the runtime can't be built.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::Test;
    /// use tokio::runtime::Builder;
    ///
    /// let value = Test::new().block_on_with(Builder::new_multi_thread().worker_threads(2), async { 1 });
    /// assert_eq!(value, 1);
    /// ```
    #[track_caller]
    pub fn block_on_with<F: Future>(&self, builder: &mut Builder, future: F) -> F::Output {
        let log = Arc::clone(&self.log);
        builder.on_thread_start(move || Arc::clone(&log).own_thread_for_good());
        // Bare tasks must not see the values of the thread that polls them.
        self.run_in(&Snapshot::empty(), || {
            let runtime = build(builder).unwrap_or_else(|error| panic!("the runtime can't be built: {error}"));
            runtime.block_on(self.scope(future))
        })
    }

    /// Returns `future` with the overrides, for a test that has a runtime of its own.
    ///
    /// Events and spans of work that loses its context, and losses of overrides, are noticed only with
    /// [`block_on`](Test::block_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_testing::Test;
    /// static CLOCK: Variable<u64> = Variable::named("clock").with_default(1_700_000_000);
    ///
    /// # /*
    /// #[tokio::test]
    /// # */
    /// # #[tokio::main]
    /// async fn noon() {
    ///     Test::new().with(&CLOCK, 12).scope(async { assert_eq!(CLOCK.get(), Some(12)) }).await;
    /// }
    /// # noon();
    /// ```
    pub fn scope<F>(&self, future: F) -> Scoped<F> {
        self.bindings.scope(future)
    }

    /// Returns the reads that lost an override so far, for a test that expects them. [`run`](Test::run)
    /// and [`block_on`](Test::block_on) have panicked in that case.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// # use asynccontext_testing::Test;
    /// static CLOCK: Variable<u64> = Variable::named("clock").with_default(1_700_000_000);
    ///
    /// let test = Test::new().with(&CLOCK, 12);
    /// let job = || Snapshot::empty().run(|| CLOCK.get());
    /// let result = std::panic::catch_unwind(|| test.run(job));
    /// assert_eq!(result.is_err(), cfg!(debug_assertions));
    /// assert_eq!(test.lost().len(), usize::from(cfg!(debug_assertions)));
    /// ```
    pub fn lost(&self) -> Vec<Lost> {
        self.log.lost()
    }

    /// Returns all recorded events, in the order of their recording.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::Test;
    /// let test = Test::new().recording([]);
    /// test.run(|| {
    ///     tracing::info!("ordered");
    ///     tracing::info!("charged");
    /// });
    /// let events = test.events();
    /// let texts: Vec<_> = events.iter().map(|event| event.text()).collect();
    /// assert_eq!(texts, ["ordered", "charged"]);
    /// ```
    pub fn events(&self) -> Vec<Seen> {
        self.all(Kind::Event)
    }

    /// Returns all recorded spans, in the order in which they began.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::Test;
    /// let test = Test::new().recording([]);
    /// test.run(|| _ = tracing::info_span!("query"));
    /// assert_eq!(test.spans().len(), 1);
    /// ```
    pub fn spans(&self) -> Vec<Seen> {
        self.all(Kind::Span)
    }

    /// Returns the recorded event whose text contains `text`.
    ///
    /// # Panics
    ///
    /// Panics if there is none, or if there are several, and lists the events.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::Test;
    /// let test = Test::new().recording([]);
    /// test.run(|| tracing::info!("charged 12 EUR"));
    /// assert_eq!(test.event("charged").text(), "charged 12 EUR");
    /// ```
    #[track_caller]
    pub fn event(&self, text: &str) -> Seen {
        self.one(Kind::Event, text, |event| event.text().contains(text))
    }

    /// Returns the recorded span with the name `name`.
    ///
    /// # Panics
    ///
    /// Panics if there is none, or if there are several, and lists the spans.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::Test;
    /// let test = Test::new().recording([]);
    /// test.run(|| _ = tracing::info_span!("query", table = "orders"));
    /// assert_eq!(test.span("query").field("table"), Some("orders"));
    /// ```
    #[track_caller]
    pub fn span(&self, name: &str) -> Seen {
        self.one(Kind::Span, name, |span| span.text() == name)
    }

    /// Checks that `variable` had the value `expected` in every event and span of the test.
    ///
    /// # Panics
    ///
    /// Panics if one had another value or none, and lists all of them. Panics if there is no event and
    /// no span.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_testing::Test;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let test = Test::new().recording([&TENANT]);
    /// test.run(|| TENANT.run("blue", || tracing::info!("hello")));
    /// test.assert_each(&TENANT, "blue");
    /// ```
    #[track_caller]
    pub fn assert_each<T: Debug + PartialEq + Send + Sync + 'static>(&self, variable: &Variable<T>, expected: T) {
        let seen = self.log.seen();
        assert!(!seen.is_empty(), "the test recorded no event and no span");
        let wrong: Vec<_> = seen.iter().filter_map(|seen| seen.difference(variable, Some(&expected))).collect();
        assert!(wrong.is_empty(), "{} of {} are wrong:\n  {}", wrong.len(), seen.len(), wrong.join("\n  "));
    }

    fn all(&self, kind: Kind) -> Vec<Seen> {
        self.log.seen().into_iter().filter(|seen| seen.kind() == kind).collect()
    }

    #[track_caller]
    fn one(&self, kind: Kind, text: &str, is_it: impl Fn(&Seen) -> bool) -> Seen {
        let all = self.all(kind);
        let mut found: Vec<_> = all.iter().filter(|seen| is_it(seen)).cloned().collect();
        if found.len() == 1 {
            return found.remove(0);
        }
        let what = if kind == Kind::Span { "spans" } else { "events" };
        let strays: Vec<_> = log::strays().into_iter().filter(|seen| kind == Kind::Event && is_it(seen)).collect();
        let count = match found.len() {
            0 => "no".to_owned(),
            several => several.to_string(),
        };
        let mut message = format!("the test recorded {count} {what} {text:?}, expected one");
        if found.is_empty() && !strays.is_empty() {
            message.push_str("; outside any test, so perhaps of work that lost its context:");
            found = strays;
        } else {
            message.push_str(&format!("; all {} {what}:", all.len()));
            found = all;
        }
        for seen in &found {
            message.push_str(&format!("\n  {seen}"));
        }
        panic!("{message}");
    }

    #[track_caller]
    fn run_in<R>(&self, snapshot: &Snapshot, f: impl FnOnce() -> R) -> R {
        let told = Told(&self.log);
        let owned = Arc::clone(&self.log).own_thread();
        let result = snapshot.run(f);
        drop((owned, told));
        if let Some(report) = report(&self.log) {
            panic!("{report}");
        }
        result
    }
}

impl Default for Test {
    fn default() -> Test {
        Test::new()
    }
}

impl fmt::Debug for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Test").field("bindings", &self.bindings).finish_non_exhaustive()
    }
}

#[cfg(not(tokio_unstable))]
fn build(builder: &mut Builder) -> std::io::Result<tokio::runtime::Runtime> {
    builder.build()
}

#[cfg(tokio_unstable)]
fn build(builder: &mut Builder) -> std::io::Result<asynccontext::tokio::runtime::Runtime> {
    use asynccontext::tokio::runtime::Inherit;
    Inherit::new().leave_out(Inherit::pooled_connections).build(builder)
}

/// Says which overrides were lost, if any.
fn report(log: &Log) -> Option<String> {
    let lost = log.lost();
    if lost.is_empty() {
        return None;
    }
    let reports: Vec<_> = lost.iter().map(Lost::to_string).collect();
    let what = if lost.len() == 1 { "a read".to_owned() } else { format!("{} reads", lost.len()) };
    Some(format!("{what} did not find the test's override:\n{}", reports.join("\n")))
}

/// Prints the lost overrides if the test panics, since they are probably the cause.
struct Told<'a>(&'a Log);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        if let Some(report) = report(self.0) {
            eprintln!("{report}");
        }
    }
}
