//! Whether anything still holds the values of a scope.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use asynccontext::{Scoped, Variable};

static TOKEN: Variable<Arc<()>> = Variable::named("asynccontext-testing: witness");

/// A value that is bound for one scope, to find what keeps the values of that scope alive.
///
/// A snapshot holds all values that are current where it is captured. A cache, a pool or a timer
/// that captured one in a request therefore keeps that request's values, however large, and a
/// witness that was bound around the request is not released.
///
/// # Examples
///
/// ```
/// use asynccontext::Snapshot;
/// use asynccontext_testing::Witness;
///
/// let witness = Witness::new();
/// witness.run(|| ());
/// witness.assert_released();
///
/// let kept = witness.run(Snapshot::capture); // as a cache may do
/// assert!(!witness.is_released());
/// drop(kept);
/// witness.assert_released();
/// ```
#[derive(Debug, Default)]
pub struct Witness {
    /// The values of all scopes of this witness. Each has its own, held by that scope only.
    scopes: std::sync::Mutex<Vec<Weak<()>>>,
}

impl Witness {
    /// Creates a witness that is bound nowhere yet.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(asynccontext_testing::Witness::new().is_released());
    /// ```
    pub fn new() -> Witness {
        Witness::default()
    }

    /// Calls `f` with the witness bound.
    ///
    /// # Examples
    ///
    /// ```
    /// let witness = asynccontext_testing::Witness::new();
    /// assert_eq!(witness.run(|| 1), 1);
    /// ```
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        TOKEN.run(self.token(), f)
    }

    /// Binds the witness for `future`.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_testing::{Test, Witness};
    ///
    /// let witness = Witness::new();
    /// Test::new().block_on(witness.scope(async {}));
    /// witness.assert_released();
    /// ```
    pub fn scope<F>(&self, future: F) -> Scoped<F> {
        TOKEN.scope(self.token(), future)
    }

    /// Returns whether nothing holds the values of the witness's scopes any more: all have ended,
    /// and no snapshot, task, thread or message still has them.
    ///
    /// # Examples
    ///
    /// ```
    /// let witness = asynccontext_testing::Witness::new();
    /// assert!(!witness.run(|| witness.is_released())); // the scope still runs
    /// assert!(witness.is_released());
    /// ```
    pub fn is_released(&self) -> bool {
        self.scopes().iter().all(|scope| scope.strong_count() == 0)
    }

    /// Checks that nothing holds the values of the witness's scopes any more.
    ///
    /// # Panics
    ///
    /// Panics if something does.
    ///
    /// # Examples
    ///
    /// ```
    /// let witness = asynccontext_testing::Witness::new();
    /// witness.run(|| ());
    /// witness.assert_released();
    /// ```
    #[track_caller]
    pub fn assert_released(&self) {
        let held = self.scopes().iter().filter(|scope| scope.strong_count() > 0).count();
        let what = if held == 1 { "a scope".to_owned() } else { format!("{held} scopes") };
        assert!(
            held == 0,
            "the values of {what} are still held: a task, a timer, a cache or a pool has a snapshot of them"
        );
    }

    /// Checks the same, and first waits up to `limit` for work that is just ending.
    ///
    /// It blocks the thread, so the work must end on others: call it after the runtime's end, or on a
    /// runtime with several workers.
    ///
    /// # Panics
    ///
    /// Panics if something still holds the values after `limit`.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::thread;
    /// use asynccontext_testing::Witness;
    /// use std::time::Duration;
    ///
    /// let witness = Witness::new();
    /// witness.run(|| thread::spawn(|| ()));
    /// witness.assert_released_within(Duration::from_secs(10));
    /// ```
    #[track_caller]
    pub fn assert_released_within(&self, limit: Duration) {
        let end = Instant::now() + limit;
        while !self.is_released() && Instant::now() < end {
            thread::sleep(Duration::from_millis(1));
        }
        self.assert_released();
    }

    fn token(&self) -> Arc<()> {
        let token = Arc::new(());
        self.scopes().push(Arc::downgrade(&token));
        token
    }

    fn scopes(&self) -> std::sync::MutexGuard<'_, Vec<Weak<()>>> {
        self.scopes.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
