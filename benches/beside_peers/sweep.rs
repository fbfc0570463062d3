//! Every number of bindings from 1 to 1,000, to find lengths at which one more binding costs far more. There are too
//! many for criterion, so each cost is the minimum of a few short batches per round.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io;
use std::path::Path;
use std::time::Instant;

use asynccontext::Snapshot;

use crate::peers::VARIABLES;
use crate::read::with_all;

const LONGEST: usize = 1_000;
const BATCHES: usize = 4;

/// The least nanoseconds so far at 1, 2, 3 … bindings, by series.
#[derive(Default)]
pub(crate) struct Sweep(BTreeMap<&'static str, Vec<f64>>);

impl Sweep {
    /// Measures all lengths once more.
    pub(crate) fn round(&mut self) {
        self.series("run and capture", 32, |n, times| over_captured(n, 1, times));
        self.series("run, run and capture", 32, |n, times| over_captured(n, 2, times));
        self.series("run, run, run and capture", 32, |n, times| over_captured(n, 3, times));
        self.series("as many runs, and a capture", 2, from_nothing);
    }

    fn series(&mut self, name: &'static str, times: u32, f: impl Fn(usize, &mut dyn FnMut(&mut dyn FnMut()))) {
        let least = self.0.entry(name).or_insert_with(|| vec![f64::INFINITY; LONGEST]);
        for (least, n) in least.iter_mut().zip(1..) {
            f(n, &mut |turn| {
                for _ in 0..BATCHES {
                    let start = Instant::now();
                    for _ in 0..times {
                        turn();
                    }
                    *least = least.min(start.elapsed().as_nanos() as f64 / f64::from(times));
                }
            });
        }
    }

    /// Writes `sweep.json` into `folder`.
    pub(crate) fn save(&self, folder: &Path) -> io::Result<()> {
        std::fs::write(folder.join("sweep.json"), serde_json::to_vec(&self.0)?)
    }
}

/// Measures `more` scopes and a capture inside them, over `n` captured bindings.
fn over_captured(n: usize, more: usize, times: &mut dyn FnMut(&mut dyn FnMut())) {
    with_all(&VARIABLES[..n], &mut || {
        let _snapshot = Snapshot::capture();
        times(&mut || with_all(&VARIABLES[n..n + more], &mut || drop(black_box(Snapshot::capture()))));
    });
}

/// Measures `n` scopes and a capture inside them.
fn from_nothing(n: usize, times: &mut dyn FnMut(&mut dyn FnMut())) {
    times(&mut || with_all(&VARIABLES[..n], &mut || drop(black_box(Snapshot::capture()))));
}
