//! The generator of programs.

use std::sync::Arc;

use fastrand::Rng;

use super::{Body, By, Call, Drive, Fork, Hop, Mood, Pick, Program, Step, Trap};
use crate::model::Key;
use crate::variables::VARIABLES;

/// The features and the length of programs.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The relative number of steps; 1.0 means 150.
    pub(crate) scale: f64,
    pub(crate) threads: bool,
    pub(crate) tokio: bool,
    pub(crate) rayon: bool,
    pub(crate) panics: bool,
    pub(crate) companions: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { scale: 1.0, threads: true, tokio: true, rayon: true, panics: true, companions: false }
    }
}

/// Returns the program of `seed`. Equal seeds give equal programs.
pub(crate) fn generate(seed: u64, options: &Options) -> Program {
    let mut rng = Rng::with_seed(seed);
    let variables = [2, 5, 9, 20, 30, VARIABLES][rng.usize(..6)];
    let steps = rng.usize(20..150) as f64 * options.scale;
    let mut generator = Generator { rng, variables, left: (steps as usize).max(4), options };
    let mut body = Vec::new();
    while generator.left > 0 {
        body.push(generator.step(4));
    }
    Program { seed, variables, body: body.into() }
}

struct Generator<'o> {
    rng: Rng,
    variables: usize,
    /// The number of steps that may be added.
    left: usize,
    options: &'o Options,
}

impl Generator<'_> {
    /// Returns true with a probability of one in `n`.
    fn once_in(&mut self, n: usize) -> bool {
        self.rng.usize(..n) == 0
    }

    fn pick(&mut self) -> Pick {
        self.rng.u16(..1000)
    }

    fn key(&mut self) -> Key {
        // One variable is used most often.
        if self.once_in(3) { 0 } else { self.rng.usize(..self.variables) }
    }

    fn body(&mut self, depth: usize, most: usize) -> Body {
        let many = self.rng.usize(..=most).min(self.left);
        (0..many).map(|_| self.step(depth)).collect()
    }

    fn mood(&mut self, depth: usize) -> Mood {
        match self.rng.usize(..12) {
            0 if self.options.panics => Mood::Panics,
            1 | 2 if depth > 0 => Mood::Does(self.body(depth.min(2) - 1, 2)),
            _ => Mood::Quiet,
        }
    }

    /// Returns a step whose bodies nest at most `depth` deep.
    fn step(&mut self, depth: usize) -> Step {
        self.left = self.left.saturating_sub(1);
        if depth == 0 { self.flat() } else { self.deep(depth) }
    }

    fn deep(&mut self, depth: usize) -> Step {
        let inner = depth - 1;
        match self.rng.usize(..44) {
            0..=6 => Step::Run { key: self.key(), value: self.mood(depth), body: self.body(inner, 5) },
            7 => self.nest(depth),
            8..=10 => Step::RunIn { pick: self.pick(), body: self.body(inner, 4) },
            11..=13 => Step::Read { key: self.key(), body: self.body(inner, 4) },
            14 if self.once_in(2) => Step::Hide { key: self.key(), body: self.body(inner, 3) },
            14 => Step::Exit { key: self.key(), body: self.body(inner, 3) },
            15 | 16 => {
                let how = [Call::Fn, Call::FnMut, Call::FnOnce][self.rng.usize(..3)];
                Step::Wrap { how, body: self.body(inner, 3) }
            }
            17..=20 => self.scope(depth),
            21 => Step::Send { body: self.body(inner, 3) },
            22 | 23 => Step::Catch(self.body(inner, 4)),
            24 if self.options.threads => {
                let how = [Hop::Bare, Hop::Scope, Hop::Spawn][self.rng.usize(..3)];
                Step::Hop { how, body: self.body(inner, 4) }
            }
            25 => self.fork(inner),
            _ => self.flat(),
        }
    }

    /// Returns a step with many bindings, usually enough for a map.
    fn nest(&mut self, depth: usize) -> Step {
        let from = self.rng.usize(..self.variables);
        let many = [3, 15, 16, 17, 20, 33, 66][self.rng.usize(..7)];
        let values: Arc<[Mood]> = (0..many).map(|_| if self.once_in(4) { self.mood(1) } else { Mood::Quiet }).collect();
        Step::Nest { from, values, body: self.body(depth - 1, 6) }
    }

    /// Returns concurrent steps, if the options allow any kind of them.
    fn fork(&mut self, inner: usize) -> Step {
        let mut ways = Vec::new();
        if self.options.threads {
            ways.extend([Fork::Threads, Fork::DetachedThreads]);
        }
        if self.options.tokio {
            ways.extend([Fork::Tasks, Fork::JoinSet, Fork::Blocking]);
        }
        if self.options.rayon {
            ways.extend([Fork::Join, Fork::Jobs, Fork::DetachedJobs, Fork::Parallel]);
        }
        match self.rng.choice(ways) {
            Some(how) => Step::Fork { how, bodies: (0..self.rng.usize(2..4)).map(|_| self.body(inner, 5)).collect() },
            None => self.flat(),
        }
    }

    fn scope(&mut self, depth: usize) -> Step {
        let by = match self.rng.usize(..9) {
            0..3 => By::Current,
            3..6 => By::Value(self.key(), self.mood(depth)),
            6 => By::Hidden(self.key()),
            _ => By::Snapshot(self.pick()),
        };
        let turns = (0..self.rng.usize(..4)).map(|_| self.body(depth - 1, 4)).collect();
        Step::Scope { by, turns, last: self.body(0, 2) }
    }

    /// Returns a step that concerns the companion.
    fn foreign(&mut self) -> Step {
        match self.rng.usize(..6) {
            0 if self.options.panics => Step::Trap(Trap::Capture),
            1 if self.options.panics => Step::Trap(Trap::Enter),
            2 if self.options.panics => Step::Trap(Trap::Leave),
            _ => Step::Level(self.rng.u32(1..100)),
        }
    }

    /// Returns a step without a body.
    fn flat(&mut self) -> Step {
        let pick = self.pick();
        match self.rng.usize(..44) {
            0..=4 => Step::Capture,
            5 if self.once_in(3) => Step::Without { pick, key: self.key() },
            5 => Step::Inherit,
            6 if self.once_in(3) => Step::Empty,
            6 => Step::Clone(pick),
            7 if self.once_in(2) => Step::With { pick, key: self.key(), value: self.mood(1) },
            7..=9 => Step::Release(pick),
            10 | 11 => Step::Swap(pick),
            12 if self.once_in(2) => Step::EnterHidden { key: self.key() },
            12..=16 => Step::Enter { key: self.key(), value: self.mood(1) },
            17..=19 => Step::EnterTask { key: self.key(), value: self.mood(1) },
            20..=23 => Step::Leave(pick),
            24 | 25 => Step::LeaveTask(pick),
            26 => Step::Keep(pick),
            27 if self.once_in(2) => Step::Forget(pick),
            27 => Step::ForgetTask(pick),
            28..=30 => Step::Call(pick),
            31 => Step::DropWrapped(pick),
            32..=35 => {
                let how = [Drive::Poll, Drive::Poll, Drive::Next, Drive::PollNext][self.rng.usize(..4)];
                Step::Drive { how, pick }
            }
            36 => Step::DropScoped(pick),
            37 if self.once_in(2) => Step::IntoInner(pick),
            37 => Step::DropMessage(pick),
            38 => Step::Handle(pick),
            39 => Step::EnterWith { key: self.key(), value: self.mood(1) },
            40 if self.once_in(2) => Step::Disable { key: self.key() },
            41 | 42 if self.options.companions => self.foreign(),
            _ if self.options.panics && self.once_in(3) => Step::Throw,
            _ => Step::Capture,
        }
    }
}
