//! Random programs of nested run, capture, run in a snapshot, wrap, call, enter,
//! drop, keep, swap and panic: the core and the model must see the same values at every
//! step. A program is data, so one that fails is made smaller before it is shown.

use crate::support;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use asynccontext::agent::async_context_swap;
use asynccontext::{Guard, Snapshot, Variable, Wrapped};
use support::model::{Frame, Id, Mapping, Strand};
use support::rng::Rng;

const KEYS: usize = 4;
static VARIABLES: [Variable<Id>; KEYS] = [const { Variable::new() }; KEYS];

/// Indices are taken modulo the number of choices.
#[derive(Clone, Debug)]
enum Step {
    Run(usize, Program),
    Capture,
    RunIn(usize, Program),
    Wrap(Program),
    Call(usize),
    Enter(usize),
    Leave(usize),
    Keep(usize),
    Swap(usize),
    /// Steps inside `with`, then the value once more.
    Read(usize, Program),
    Catch(Program),
    Throw,
}
type Program = Vec<Step>;

/// The values of all variables after a step, and in `Read` the held value.
type Trace = Vec<[Option<Id>; KEYS]>;

/// Steps to go, so that a closure that calls itself ends.
const FUEL: usize = 300;

fn random_program(rng: &mut Rng, depth: usize) -> Program {
    let length = rng.below(7);
    (0..length).map(|_| random_step(rng, depth)).collect()
}

fn random_step(rng: &mut Rng, depth: usize) -> Step {
    let pick = rng.below(1000);
    let kinds = if depth == 0 { 9 } else { 18 };
    match rng.below(kinds) {
        0 | 1 => Step::Capture,
        2 => Step::Call(pick),
        3 | 4 => Step::Enter(pick),
        5 | 6 => Step::Leave(pick),
        7 if pick < 333 => Step::Throw,
        7 => Step::Swap(pick),
        8 => Step::Keep(pick),
        9..=11 => Step::Run(pick % KEYS, random_program(rng, depth - 1)),
        12 | 13 => Step::RunIn(pick, random_program(rng, depth - 1)),
        14 => Step::Wrap(random_program(rng, depth - 1)),
        15 => Step::Read(pick % KEYS, random_program(rng, depth - 1)),
        _ => Step::Catch(random_program(rng, depth - 1)),
    }
}

/// Returns its steps.
type Closure<'p> = Box<dyn Fn() -> &'p Program + 'p>;

/// The program on the core. A throw is a panic.
#[derive(Default)]
struct Core<'p> {
    fuel: usize,
    next_value: Id,
    snapshots: Vec<Snapshot>,
    closures: Vec<Rc<Wrapped<Closure<'p>>>>,
    guards: Vec<Guard>,
    trace: Trace,
}

struct Thrown;

impl<'p> Core<'p> {
    fn run(program: &'p Program) -> Trace {
        let mut core = Core { fuel: FUEL, ..Core::default() };
        // a frame of its own, so that the thread's root stays as it is
        Snapshot::empty().run(|| {
            let _ = catch_unwind(AssertUnwindSafe(|| core.steps(program)));
            core.look();
            while core.guards.pop().is_some() {
                core.look();
            }
        });
        core.trace
    }

    fn look(&mut self) {
        self.trace.push(std::array::from_fn(|key| VARIABLES[key].get()));
    }

    fn value(&mut self) -> Id {
        self.next_value += 1;
        self.next_value
    }

    fn steps(&mut self, program: &'p Program) {
        for step in program {
            let Some(left) = self.fuel.checked_sub(1) else { return };
            self.fuel = left;
            self.step(step);
            self.look();
        }
    }

    fn step(&mut self, step: &'p Step) {
        match step {
            Step::Run(key, body) => {
                let value = self.value();
                VARIABLES[*key].run(value, || self.steps(body));
            }
            Step::Capture => self.snapshots.push(Snapshot::capture()),
            Step::RunIn(pick, body) => {
                if let Some(snapshot) = choose(&self.snapshots, *pick).cloned() {
                    snapshot.run(|| self.steps(body));
                }
            }
            Step::Wrap(body) => {
                let closure = Snapshot::capture().wrap(Box::new(move || body) as Closure<'p>);
                self.closures.push(Rc::new(closure));
            }
            Step::Call(pick) => {
                if let Some(closure) = choose(&self.closures, *pick).cloned() {
                    let body = closure.inner()();
                    let closure = closure.snapshot().wrap(|core: &mut Self| core.steps(body));
                    closure.call((self,));
                }
            }
            Step::Enter(key) => {
                let value = self.value();
                self.guards.push(VARIABLES[key % KEYS].enter(value));
            }
            Step::Leave(pick) => {
                if !self.guards.is_empty() {
                    let guard = self.guards.remove(pick % self.guards.len());
                    drop(guard);
                }
            }
            Step::Keep(pick) => {
                if !self.guards.is_empty() {
                    self.guards.remove(pick % self.guards.len()).keep();
                }
            }
            Step::Swap(pick) => {
                if let Some(snapshot) = choose(&self.snapshots, *pick).cloned() {
                    self.snapshots.push(async_context_swap(snapshot));
                }
            }
            Step::Read(key, body) => VARIABLES[*key].with(|value| {
                self.steps(body);
                self.trace.push([value.copied(); KEYS]);
            }),
            Step::Catch(body) => {
                let result = catch_unwind(AssertUnwindSafe(|| self.steps(body)));
                match result {
                    Err(panic) if !panic.is::<Thrown>() => resume_unwind(panic),
                    _ => {}
                }
            }
            Step::Throw => resume_unwind(Box::new(Thrown)),
        }
    }
}

/// The same on the model. A throw is an error.
#[derive(Default)]
struct Model<'p> {
    fuel: usize,
    next_value: Id,
    strand: Strand,
    snapshots: Vec<Mapping>,
    closures: Vec<(Mapping, &'p Program)>,
    next_guard: u64,
    guards: Vec<u64>,
    trace: Trace,
}

impl<'p> Model<'p> {
    fn run(program: &'p Program) -> Trace {
        let mut model = Model { fuel: FUEL, ..Model::default() };
        let _ = model.steps(program);
        model.look();
        while let Some(guard) = model.guards.pop() {
            model.strand.leave(guard);
            model.look();
        }
        model.trace
    }

    fn look(&mut self) {
        let mapping = self.strand.mapping();
        self.trace.push(std::array::from_fn(|key| mapping.get(key)));
    }

    fn value(&mut self) -> Id {
        self.next_value += 1;
        self.next_value
    }

    fn steps(&mut self, program: &'p Program) -> Result<(), Thrown> {
        for step in program {
            let Some(left) = self.fuel.checked_sub(1) else { return Ok(()) };
            self.fuel = left;
            self.step(step)?;
            self.look();
        }
        Ok(())
    }

    /// Runs steps in a frame that starts with `mapping` and ends even if a step throws.
    fn steps_in(&mut self, mapping: Mapping, body: &'p Program) -> Result<(), Thrown> {
        self.strand.push(Frame::new(mapping));
        let result = self.steps(body);
        self.strand.pop();
        result
    }

    fn step(&mut self, step: &'p Step) -> Result<(), Thrown> {
        match step {
            Step::Run(key, body) => {
                let value = self.value();
                let mapping = self.strand.mapping().with_record(*key, value);
                self.steps_in(mapping, body)?;
            }
            Step::Capture => self.snapshots.push(self.strand.mapping()),
            Step::RunIn(pick, body) => {
                if let Some(mapping) = choose(&self.snapshots, *pick).cloned() {
                    self.steps_in(mapping, body)?;
                }
            }
            Step::Wrap(body) => self.closures.push((self.strand.mapping(), body)),
            Step::Call(pick) => {
                if let Some((mapping, body)) = choose(&self.closures, *pick).cloned() {
                    self.steps_in(mapping, body)?;
                }
            }
            Step::Enter(key) => {
                let value = self.value();
                self.next_guard += 1;
                self.strand.enter(self.next_guard, key % KEYS, value);
                self.guards.push(self.next_guard);
            }
            Step::Leave(pick) => {
                if !self.guards.is_empty() {
                    let guard = self.guards.remove(pick % self.guards.len());
                    self.strand.leave(guard);
                }
            }
            Step::Keep(pick) => {
                if !self.guards.is_empty() {
                    self.guards.remove(pick % self.guards.len()); // never left
                }
            }
            Step::Swap(pick) => {
                if let Some(mapping) = choose(&self.snapshots, *pick).cloned() {
                    let previous = self.strand.swap(mapping);
                    self.snapshots.push(previous);
                }
            }
            Step::Read(key, body) => {
                let value = self.strand.mapping().get(*key);
                self.steps(body)?;
                self.trace.push([value; KEYS]);
            }
            Step::Catch(body) => drop(self.steps(body)),
            Step::Throw => return Err(Thrown),
        }
        Ok(())
    }
}

fn choose<T>(from: &[T], pick: usize) -> Option<&T> {
    from.get(pick.checked_rem(from.len())?)
}

fn agrees(program: &Program) -> bool {
    Core::run(program) == Model::run(program)
}

/// Every program with one step less.
fn smaller(program: &Program) -> Vec<Program> {
    let mut all = Vec::new();
    for (index, step) in program.iter().enumerate() {
        let mut without = program.clone();
        without.remove(index);
        all.push(without);
        let inner = match step {
            Step::Run(_, p) | Step::RunIn(_, p) | Step::Read(_, p) => p,
            Step::Wrap(p) | Step::Catch(p) => p,
            _ => continue,
        };
        for body in smaller(inner) {
            let mut step = step.clone();
            match &mut step {
                Step::Run(_, p) | Step::RunIn(_, p) | Step::Read(_, p) => *p = body,
                Step::Wrap(p) | Step::Catch(p) => *p = body,
                _ => unreachable!("has a body"),
            }
            let mut program = program.clone();
            program[index] = step;
            all.push(program);
        }
    }
    all
}

#[test]
fn random_programs() {
    let mut observed = 0;
    for seed in 0..support::scaled(20_000) as u64 {
        let mut program = random_program(&mut Rng::new(seed), 5);
        observed += Model::run(&program).len();
        if agrees(&program) {
            continue;
        }
        while let Some(less) = smaller(&program).into_iter().find(|p| !agrees(p)) {
            program = less;
        }
        let (core, model) = (Core::run(&program), Model::run(&program));
        panic!("seed {seed}: {program:#?}\ncore  {core:?}\nmodel {model:?}");
    }
    println!("{observed} observations");
}
