//! A wrapped closure keeps the closure's properties: `Fn`, `FnMut` or `FnOnce`, up to eight
//! arguments, `Clone`, `Send`, `Sync`.
use asynccontext::{Snapshot, Variable, Wrapped};

static NAME: Variable<String> = Variable::named("name");

fn name() -> String {
    NAME.get().unwrap_or_default()
}

fn snapshot() -> Snapshot {
    NAME.run("wrapped".to_owned(), Snapshot::capture)
}

#[test]
fn by_reference_by_mutable_reference_and_by_value() {
    let shared = snapshot().wrap(|a: u8| (name(), a));
    assert_eq!(shared.call((1,)), ("wrapped".to_owned(), 1));
    assert_eq!(shared.call((2,)), ("wrapped".to_owned(), 2));

    let mut calls = Vec::new();
    let mut changing = snapshot().wrap(|| calls.push(name()));
    changing.call_mut(());
    changing.call_mut(());
    drop(changing);
    assert_eq!(calls, ["wrapped", "wrapped"]);

    let owned = String::from("owned");
    let once = snapshot().wrap(move |suffix: &str| owned + suffix + &name());
    assert_eq!(once.call_once((" by ",)), "owned by wrapped");
    assert_eq!(name(), "");
}

#[test]
fn with_up_to_eight_arguments() {
    let s = snapshot();
    assert_eq!(s.wrap(|| 0).call(()), 0);
    assert_eq!(s.wrap(|a: u8| a).call((1,)), 1);
    assert_eq!(s.wrap(|a: u8, b: u16| u16::from(a) + b).call((1, 2)), 3);
    assert_eq!(s.wrap(|a, b, c| a + b + c).call((1, 2, 3)), 6);
    assert_eq!(s.wrap(|a, b, c, d| a + b + c + d).call((1, 2, 3, 4)), 10);
    let five = |a, b, c, d, e| a + b + c + d + e;
    assert_eq!(s.wrap(five).call((1, 2, 3, 4, 5)), 15);
    let six = |a, b, c, d, e, f| a + b + c + d + e + f;
    assert_eq!(s.wrap(six).call((1, 2, 3, 4, 5, 6)), 21);
    let seven = |a, b, c, d, e, f, g| a + b + c + d + e + f + g;
    assert_eq!(s.wrap(seven).call((1, 2, 3, 4, 5, 6, 7)), 28);
    let eight = |a, b, c, d, e, f, g, h| a + b + c + d + e + f + g + h;
    assert_eq!(s.wrap(eight).call((1, 2, 3, 4, 5, 6, 7, 8)), 36);
    let eight = s.wrap(eight).into_fn();
    assert_eq!(eight(1, 2, 3, 4, 5, 6, 7, 8), 36);
}

#[test]
fn as_a_plain_closure_where_one_is_wanted() {
    fn on_a_thread(f: impl Fn(u8, u8) -> String + Send + Sync + 'static) -> String {
        std::thread::spawn(move || f(1, 2)).join().unwrap()
    }
    let wrapped = snapshot().wrap(|a: u8, b: u8| format!("{}{a}{b}", name()));
    assert_eq!(on_a_thread(wrapped.clone().into_fn()), "wrapped12");
    let boxed: Box<dyn Fn(u8, u8) -> String + Send> = Box::new(wrapped.into_fn());
    assert_eq!(boxed(3, 4), "wrapped34");

    let names: Vec<String> = (0..2).map(snapshot().wrap(|_| name()).into_fn_mut()).collect();
    assert_eq!(names, ["wrapped", "wrapped"]);
    let held = String::from("held");
    let thread = snapshot().wrap(move || held + &name()).into_fn_once();
    assert_eq!(std::thread::spawn(thread).join().unwrap(), "heldwrapped");

    let lengths: Vec<usize> = ["a", "bc"].into_iter().map(snapshot().wrap(str::len).into_fn()).collect();
    assert_eq!(lengths, [1, 2]);
}

/// Called through `call`, a closure may take references of any lifetime.
#[test]
fn with_references() {
    let wrapped = snapshot().wrap(|text: &str, out: &mut Vec<String>| out.push(text.to_owned()));
    let mut out = Vec::new();
    wrapped.call(("static", &mut out));
    let local = String::from("local");
    wrapped.call((local.as_str(), &mut out));
    assert_eq!(out, ["static", "local"]);
}

/// Also if the referenced type is not `'static`.
#[test]
fn with_references_to_any_type() {
    fn looking<T>(f: impl Fn(&T) -> String) -> impl Fn(&T) -> String {
        let wrapped = snapshot().wrap(f);
        move |item| wrapped.call((item,))
    }
    struct Job<F>(Wrapped<F, 1>);
    let local = String::from("local");
    let job = Job(snapshot().wrap(looking(|text: &&str| format!("{text} {}", name()))));
    assert_eq!(job.0.call((&local.as_str(),)), "local wrapped");
}

#[test]
fn wrapped_twice_the_inner_snapshot_wins() {
    let inner = snapshot().wrap(name);
    let outer = NAME.run("outer".to_owned(), || Snapshot::capture().wrap(move || inner.call(())));
    assert_eq!(outer.call(()), "wrapped");
}

#[test]
fn its_own_values_inside_its_snapshot() {
    let wrapped: Wrapped<_> = snapshot().wrap(|| NAME.run("own".to_owned(), name));
    assert_eq!(wrapped.call(()), "own");
    assert_eq!(wrapped.snapshot().run(name), "wrapped");
    assert_eq!(wrapped.inner()(), "own");
}
