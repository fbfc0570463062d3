//! Code that must not compile, each example next to one that compiles and differs in one point.
//!
//! The examples run as documentation tests. The error codes are compared only by a compiler that
//! allows unstable features (`RUSTC_BOOTSTRAP=1 cargo test --doc`); two of the errors have no code,
//! and rely on the examples that compile.

/// A guard stays on its thread; a task's guard may be sent.
///
/// ```compile_fail,E0277
/// static A: asynccontext::Variable<u8> = asynccontext::Variable::new();
/// let guard = A.enter(1);
/// std::thread::spawn(move || drop(guard));
/// ```
///
/// ```
/// static A: asynccontext::Variable<u8> = asynccontext::Variable::new();
/// if let Ok(guard) = A.enter_task(1) {
///     std::thread::spawn(move || drop(guard));
/// }
/// ```
mod a_guard_sent_to_a_thread {}

/// A future that may move between threads can't hold a guard across an `await`.
///
/// ```compile_fail
/// static A: asynccontext::Variable<u8> = asynccontext::Variable::new();
/// fn spawn(_: impl Future<Output = ()> + Send + 'static) {}
/// spawn(A.scope(0, async {
///     let guard = A.enter(1);
///     std::future::ready(()).await;
///     drop(guard);
/// }));
/// ```
///
/// ```
/// static A: asynccontext::Variable<u8> = asynccontext::Variable::new();
/// fn spawn(_: impl Future<Output = ()> + Send + 'static) {}
/// spawn(A.scope(0, async {
///     let guard = A.enter_task(1);
///     std::future::ready(()).await;
///     drop(guard);
/// }));
/// ```
mod a_guard_held_over_an_await {}

/// A reference to the value can't escape the closure of `with`.
///
/// ```compile_fail,E0521
/// static A: asynccontext::Variable<String> = asynccontext::Variable::new();
/// let mut kept: Option<&String> = None;
/// A.with(|value| kept = value);
/// ```
///
/// ```
/// static A: asynccontext::Variable<String> = asynccontext::Variable::new();
/// let mut kept: Option<String> = None;
/// A.with(|value| kept = value.cloned());
/// ```
///
/// ```compile_fail
/// static A: asynccontext::Variable<String> = asynccontext::Variable::new();
/// let kept = A.with(|value| value);
/// ```
///
/// ```
/// static A: asynccontext::Variable<String> = asynccontext::Variable::new();
/// let kept = A.with(|value| value.cloned());
/// ```
mod a_value_that_escapes {}

/// Snapshots carry values to other threads, where several threads may read them at once.
///
/// ```compile_fail,E0277
/// let variable = asynccontext::Variable::<std::rc::Rc<u8>>::new();
/// ```
///
/// ```compile_fail,E0277
/// let variable = asynccontext::Variable::<std::cell::Cell<u8>>::new();
/// ```
///
/// ```
/// let variable = asynccontext::Variable::<std::sync::Arc<u8>>::new();
/// let variable = asynccontext::Variable::<std::sync::atomic::AtomicU8>::new();
/// ```
mod a_value_that_is_bound_to_a_thread {}

/// A snapshot may outlive the data that a value borrows.
///
/// ```compile_fail,E0597
/// let variable = asynccontext::Variable::<&str>::new();
/// let text = String::from("short-lived");
/// variable.run(&text, || ());
/// ```
///
/// ```
/// let variable = asynccontext::Variable::<&str>::new();
/// let text = "forever";
/// variable.run(&text, || ());
/// ```
mod a_value_that_borrows {}

/// A variable is invariant in its type: otherwise it could be bound as one type and read as a more
/// general one.
///
/// ```compile_fail,E0308
/// type AnyLife = for<'a> fn(&'a str) -> &'a str;
/// type OneLife = fn(&'static str) -> &'static str;
/// let any: asynccontext::Variable<AnyLife> = asynccontext::Variable::new();
/// let one: &asynccontext::Variable<OneLife> = &any;
/// ```
///
/// ```
/// type AnyLife = for<'a> fn(&'a str) -> &'a str;
/// type OneLife = fn(&'static str) -> &'static str;
/// let any: AnyLife = |text| text;
/// let one: OneLife = any; // the values alone convert
/// ```
mod a_variable_of_a_lesser_type {}

/// A scoped future can be sent only if the inner value can.
///
/// ```compile_fail,E0277
/// use asynccontext::Propagate;
/// let scoped = std::rc::Rc::new(()).in_current_snapshot();
/// std::thread::spawn(move || drop(scoped));
/// ```
///
/// ```
/// use asynccontext::Propagate;
/// let scoped = std::sync::Arc::new(()).in_current_snapshot();
/// std::thread::spawn(move || drop(scoped));
/// ```
mod a_scoped_value_that_is_bound_to_a_thread {}

/// A pinned inner value can't be moved out.
///
/// ```compile_fail,E0277
/// use asynccontext::Propagate;
/// let mut scoped = Box::pin(std::marker::PhantomPinned.in_current_snapshot());
/// let inner = scoped.as_mut().inner_pin_mut().get_mut();
/// ```
///
/// ```
/// use asynccontext::Propagate;
/// let mut scoped = Box::pin(1.in_current_snapshot());
/// let inner = scoped.as_mut().inner_pin_mut().get_mut();
/// ```
mod a_pinned_value_that_moves {}

/// A closure that mutates its captures can't be called through `&`.
///
/// ```compile_fail,E0525
/// let mut count = 0;
/// let wrapped = asynccontext::Snapshot::empty().wrap(|| count += 1);
/// wrapped.call(());
/// ```
///
/// ```
/// let mut count = 0;
/// let mut wrapped = asynccontext::Snapshot::empty().wrap(|| count += 1);
/// wrapped.call_mut(());
/// ```
///
/// A closure that moves out of its captures can be called only once.
///
/// ```compile_fail,E0382
/// let held = String::new();
/// let wrapped = asynccontext::Snapshot::empty().wrap(move || held);
/// wrapped.call_once(());
/// wrapped.call_once(());
/// ```
///
/// ```
/// let held = String::new();
/// let wrapped = asynccontext::Snapshot::empty().wrap(move || held);
/// wrapped.call_once(());
/// ```
///
/// The same applies to the plain closure.
///
/// ```compile_fail,E0382
/// let held = String::new();
/// let plain = asynccontext::Snapshot::empty().wrap(move || held).into_fn_once();
/// plain();
/// plain();
/// ```
///
/// ```
/// let held = String::new();
/// let plain = asynccontext::Snapshot::empty().wrap(move || held).into_fn_once();
/// plain();
/// ```
mod a_closure_called_too_freely {}

/// A variable has one default.
///
/// ```compile_fail,E0080
/// use asynccontext::Variable;
/// static TWICE: Variable<u8> = Variable::new().with_default(1).with_default(2);
/// ```
///
/// ```
/// use asynccontext::Variable;
/// static ONCE: Variable<u8> = Variable::new().with_default(1);
/// ```
mod a_second_default {}

/// A thread that inherits has the same bounds on its closure as `std`'s.
///
/// ```compile_fail,E0277
/// let count = std::rc::Rc::new(());
/// asynccontext::thread::spawn(move || drop(count));
/// ```
///
/// ```
/// let count = std::sync::Arc::new(());
/// asynccontext::thread::spawn(move || drop(count));
/// ```
///
/// ```compile_fail,E0373
/// let rows = vec![1, 2, 3];
/// let count = asynccontext::thread::spawn(|| rows.len());
/// ```
///
/// ```
/// let rows = vec![1, 2, 3];
/// let count = asynccontext::thread::spawn(move || rows.len());
/// ```
mod a_thread_that_takes_what_it_may_not {}

/// A scoped thread can borrow only data that outlives its scope.
///
/// ```compile_fail,E0373
/// asynccontext::thread::scope(|scope| {
///     let rows = vec![1, 2, 3];
///     scope.spawn(|| rows.len());
/// });
/// ```
///
/// ```
/// let rows = vec![1, 2, 3];
/// asynccontext::thread::scope(|scope| {
///     scope.spawn(|| rows.len());
/// });
/// ```
///
/// The borrow lasts until the scope ends.
///
/// ```compile_fail,E0506
/// let mut count = 1;
/// asynccontext::thread::scope(|scope| {
///     scope.spawn(|| count + 1);
///     count = 2;
/// });
/// ```
///
/// ```
/// let mut count = 1;
/// asynccontext::thread::scope(|scope| {
///     scope.spawn(|| count + 1);
/// });
/// count = 2;
/// # assert_eq!(count, 2);
/// ```
///
/// The scope can't escape its closure.
///
/// ```compile_fail,E0521
/// let mut out = None;
/// asynccontext::thread::scope(|scope| out = Some(scope));
/// ```
///
/// ```
/// let mut out = None;
/// asynccontext::thread::scope(|scope| out = Some(scope.spawn(|| 1).join().unwrap()));
/// ```
mod a_scoped_thread_that_outlives_what_it_borrows {}

/// Only an exported variable can be on the list of a boundary.
///
/// ```compile_fail,E0599
/// use asynccontext::{Variable, carrier::Exports};
/// static A: Variable<u8> = Variable::named("a");
/// static LIST: Exports = Exports::new(&[A.export()]);
/// ```
///
/// ```
/// use asynccontext::{Variable, carrier::{Exported, Exports}};
/// static A: Exported<u8> = Variable::named("a").exported("x-a");
/// static LIST: Exports = Exports::new(&[A.export()]);
/// ```
mod a_variable_that_is_not_exported {}

/// Keys are checked at compile time, individually and within a list.
///
/// ```compile_fail,E0080
/// use asynccontext::{Variable, carrier::Exported};
/// static A: Exported<u8> = Variable::named("a").exported("X-A");
/// ```
///
/// ```
/// use asynccontext::{Variable, carrier::Exported};
/// static A: Exported<u8> = Variable::named("a").exported("x-a");
/// ```
///
/// ```compile_fail,E0080
/// use asynccontext::{Variable, carrier::{Exported, Exports}};
/// static A: Exported<u8> = Variable::named("a").exported("x-a");
/// static B: Exported<u8> = Variable::named("b").exported("x-a");
/// static LIST: Exports = Exports::new(&[A.export(), B.export()]);
/// ```
///
/// ```
/// use asynccontext::{Variable, carrier::{Exported, Exports}};
/// static A: Exported<u8> = Variable::named("a").exported("x-a");
/// static B: Exported<u8> = Variable::named("b").exported("x-b");
/// static LIST: Exports = Exports::new(&[A.export(), B.export()]);
/// ```
mod keys_that_no_carrier_has {}

/// Limits and keys of imports are checked at compile time.
///
/// ```compile_fail,E0080
/// use asynccontext::{Variable, carrier::{Exported, Imports}};
/// static A: Exported<u8> = Variable::named("a").exported("x-a");
/// static LIST: Imports = Imports::new(&[A.import().limit(4097)]);
/// ```
///
/// ```
/// use asynccontext::{Variable, carrier::{Exported, Imports}};
/// static A: Exported<u8> = Variable::named("a").exported("x-a");
/// static LIST: Imports = Imports::new(&[A.import().limit(4096)]);
/// ```
///
/// ```compile_fail,E0080
/// use asynccontext::{Variable, carrier::{Exported, Imports}};
/// static A: Exported<u8> = Variable::named("a").exported("x-a");
/// static LIST: Imports = Imports::new(&[A.import(), A.import().ignored()]);
/// ```
///
/// ```compile_fail,E0080
/// use asynccontext::{Variable, carrier::{Exported, Imports}};
/// static A: Exported<u8> = Variable::named("a").exported("x-a");
/// static LIST: Imports = Imports::new(&[A.import(); 65]);
/// ```
mod imports_out_of_limits {}

/// A parallel iterator from this crate's prelude has no method that loses its values.
///
/// ```compile_fail,E0277
/// use asynccontext::rayon::prelude::*;
/// fn bare(_: impl rayon::iter::ParallelIterator) {}
/// bare([1].par_iter());
/// ```
///
/// ```
/// use asynccontext::rayon::prelude::*;
/// fn bare(_: impl rayon::iter::ParallelIterator) {}
/// bare([1].par_iter().into_inner());
/// ```
#[cfg(feature = "rayon")]
mod a_parallel_iterator_that_is_not_scoped {}
