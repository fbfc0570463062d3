//! The allocations of the hot path, the sizes of its types, and the memory of contexts and snapshots, from one
//! to a million: each figure has a limit in `benches/limits.toml`.
//!
//! The figures are those of a release build, since a debug build stores more for reports.

#![cfg(all(not(debug_assertions), target_pointer_width = "64"))]

#[path = "../../../tests/support/bytes.rs"]
mod bytes;

use std::collections::BTreeMap;
use std::future::{Future, pending};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::{Context, Waker};
use std::thread;

use asynccontext::{Carried, Guard, Propagate, Scoped, Snapshot, TaskGuard, Variable, Wrapped};
use serde_json::{Map, Value};

static FIRST: Variable<u64> = Variable::named("first");
static SECOND: Variable<u64> = Variable::named("second");
static UNBOUND: Variable<u64> = Variable::new();

/// Exact figures by name.
#[derive(Default)]
struct Figures(BTreeMap<String, f64>);

impl Figures {
    fn note(&mut self, name: impl Into<String>, figure: f64) {
        let name = name.into();
        println!("{name}: {figure}");
        assert!(self.0.insert(name.clone(), figure).is_none(), "{name} is recorded twice");
    }

    /// Records the maximum of `f` from one to a million.
    fn most(&mut self, name: &str, f: impl Fn(usize) -> f64) {
        let each = [1, 1_000, 100_000, 1_000_000].map(|n| {
            let figure = f(n);
            println!("{name}: {figure} at {n}");
            figure
        });
        self.note(name, each.into_iter().fold(0.0, f64::max));
    }

    /// Records the number of allocations of `f`, after a first call that allocates permanent objects.
    fn allocations(&mut self, name: &str, mut f: impl FnMut()) {
        f();
        let before = bytes::allocations();
        for _ in 0..1000 {
            f();
        }
        let count = bytes::allocations() - before;
        self.note(format!("allocations/{name}"), count as f64 / 1000.0);
    }
}

/// Runs `f` on a separate thread, whose end frees the memory that a thread keeps for later bindings. A million
/// nested scopes need a large stack.
fn alone<R: Send>(f: impl FnOnce() -> R + Send) -> R {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(1 << 30);
        thread.spawn_scoped(scope, f).unwrap().join().unwrap()
    })
}

/// Returns the number of bytes that the result of `f` occupies.
fn kept<R: Send>(f: impl FnOnce() -> R + Send) -> f64 {
    let before = bytes::allocated();
    let made = black_box(alone(f));
    let bytes = bytes::allocated() - before;
    alone(|| drop(made));
    assert_eq!(bytes::allocated(), before, "memory was not freed");
    bytes as f64
}

fn allocations(figures: &mut Figures) {
    figures.allocations("run", || FIRST.run(1, || black_box(())));
    figures.allocations("run and capture", || drop(FIRST.run(1, Snapshot::capture)));
    figures.allocations("guard", || drop(FIRST.enter(1)));
    FIRST.run(1, || {
        figures.allocations("get", || assert_eq!(FIRST.get(), Some(1)));
        figures.allocations("get, not bound", || assert_eq!(UNBOUND.get(), None));
        figures.allocations("capture, repeated", || drop(black_box(Snapshot::capture())));
        figures.allocations("shadowing run and capture", || drop(FIRST.run(2, Snapshot::capture)));
        figures.allocations("wrap and call", || Snapshot::capture().wrap(|| black_box(())).call_once(()));
        figures.allocations("message", || drop(black_box(Carried::new(7))));
        figures.allocations("future made in the current snapshot", || {
            drop(black_box(pending::<()>().in_current_snapshot()));
        });
        let snapshot = Snapshot::capture();
        figures.allocations("snapshot cloned", || drop(black_box(snapshot.clone())));
        figures.allocations("Snapshot::run", || snapshot.run(|| black_box(())));
    });
    let mut context = Context::from_waker(Waker::noop());
    let mut task = pin!(FIRST.scope(1, pending::<()>()));
    figures.allocations("poll", || assert!(task.as_mut().poll(&mut context).is_pending()));
    let mut task = pin!(FIRST.scope(1, async {
        let _guard = SECOND.enter_task(2);
        pending::<()>().await;
    }));
    figures.allocations("poll, holding a guard", || assert!(task.as_mut().poll(&mut context).is_pending()));
    let mut steps = FIRST.run(1, || std::iter::repeat(1).in_current_snapshot());
    figures.allocations("iterator step", || assert_eq!(black_box(steps.next()), Some(1)));
}

/// Records the sizes that the types add to the wrapped value.
fn sizes(figures: &mut Figures) {
    let added = |whole: usize, inner: usize| (whole - inner) as f64;
    figures.note("size/Scoped adds", added(size_of::<Scoped<[u64; 10]>>(), size_of::<[u64; 10]>()));
    figures.note("size/Wrapped adds", added(size_of::<Wrapped<fn()>>(), size_of::<fn()>()));
    figures.note("size/Carried adds", added(size_of::<Carried<u64>>(), size_of::<u64>()));
    figures.note("size/Snapshot", size_of::<Snapshot>() as f64);
    figures.note("size/Guard", size_of::<Guard>() as f64);
    figures.note("size/TaskGuard", size_of::<TaskGuard>() as f64);
}

/// Returns the growth of memory when `in_scope` calls its argument.
fn grown(in_scope: impl FnOnce(fn() -> isize) -> isize) -> f64 {
    let before = bytes::allocated();
    (in_scope(bytes::allocated) - before) as f64
}

/// Records the memory of one binding of a `u64`, and of an additional one.
fn memory(figures: &mut Figures) {
    figures.note("bytes/run", alone(|| grown(|f| FIRST.run(1, f))));
    figures.note("bytes/guard", alone(|| grown(|f| (FIRST.enter(1), f()).1)));
    figures.note("bytes/scoped future, beside its size", kept(|| FIRST.scope(1, pending::<()>())));
    figures.most("bytes/snapshot, one of up to a million", |count| {
        let all = || (0..count as u64).map(|i| FIRST.run(i, Snapshot::capture)).collect::<Box<[_]>>();
        kept(all) / count as f64 - size_of::<Snapshot>() as f64
    });
}

/// Runs `f` under the given number of scopes that bind two variables alternately.
fn under<R>(depth: usize, f: impl FnOnce() -> R) -> R {
    match depth {
        0 => f(),
        _ if depth.is_multiple_of(2) => FIRST.run(depth as u64, || under(depth - 1, f)),
        _ => SECOND.run(depth as u64, || under(depth - 1, f)),
    }
}

/// Records the memory of a snapshot of two bindings whose scopes have ended.
fn depth(figures: &mut Figures) {
    figures.most("bytes/snapshot, up to a million scopes deep", |depth| kept(|| under(depth + 1, Snapshot::capture)));
    // Each scope starts in a snapshot of the previous one, which has ended.
    figures.most("bytes/snapshot, after up to a million hops", |hops| {
        let chain =
            |last: Snapshot, i| last.run(|| if i % 2 == 0 { &FIRST } else { &SECOND }.run(i, Snapshot::capture));
        kept(|| (0..=hops as u64).fold(Snapshot::empty(), chain))
    });
}

/// Returns the limits of the figures of this test.
fn limits() -> BTreeMap<String, f64> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../limits.toml");
    let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let limits = table["limit"].as_array().unwrap().iter();
    let number = |value: &toml::Value| value.as_float().or_else(|| value.as_integer().map(|number| number as f64));
    let figure = |limit: &toml::Value| Some((limit.get("figure")?.as_str()?.to_owned(), number(&limit["at_most"])?));
    limits.filter_map(figure).filter(|(name, _)| !name.starts_with("instructions/")).collect()
}

/// Writes the figures to the file that the reporter of `benches/` reads.
fn write(figures: &Figures) {
    let target: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("asynccontext-benches");
    std::fs::create_dir_all(&target).unwrap();
    let figures: Map<String, Value> = figures.0.iter().map(|(name, figure)| (name.clone(), (*figure).into())).collect();
    std::fs::write(target.join("allocations.json"), format!("{:#}\n", Value::from(figures))).unwrap();
}

/// All figures are in one test, since the allocations of concurrent tests would be counted too.
#[test]
fn every_figure_is_within_its_limit() {
    let mut figures = Figures::default();
    allocations(&mut figures);
    sizes(&mut figures);
    memory(&mut figures);
    depth(&mut figures);
    write(&figures);
    let limits = limits();
    let names = |map: &BTreeMap<String, f64>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&limits), names(&figures.0), "each figure has one limit");
    let past: Vec<_> = figures.0.iter().filter(|(name, figure)| **figure > limits[*name]).collect();
    assert!(past.is_empty(), "beyond their limits: {past:?}");
}
