//! The target `rust`, and the manners in which it runs a program: with closures, futures or streams.

use std::collections::BTreeSet;
use std::sync::Arc;

use asynccontext::Snapshot;

use super::agreed::Agreed;
use super::code::Program;
use super::executor::{Executor, Start};
use super::fifo::Fifo;
use super::storage::Surface;
use super::throw::{Throwing, catching};
use super::world::{Home, Strand, World};
use crate::program::ast::Case;
use crate::program::outcome::Outcome;
use crate::program::profile::Profile;
use crate::program::table::Capability;
use crate::targets::{Run, Target};

/// The core with closures, if the only strands of a program are `main` and generators, and with futures on a
/// deterministic executor on one thread. Each program runs twice in each manner: with `throw` as an `Err` and as a panic.
/// Async generators that only loops consume are polled as streams too. All runs must have the same outcome.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rust;

/// The manner in which a case is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Manner {
    closures: bool,
    streams: bool,
    throwing: Throwing,
}

/// Runs a program in every manner that it allows.
pub(super) fn compare(program: &Program, surface: Surface) -> Run {
    let mut agreed = Agreed::new();
    for manner in manners(program) {
        let outcome = match once(program, surface, manner) {
            Ok(outcome) => outcome,
            Err(fault) => return Run::Failed(format!("{manner}: {fault}")),
        };
        if let Err(differs) = agreed.add(manner, outcome) {
            return Run::Failed(differs);
        }
    }
    agreed.run("manner")
}

/// Returns the manners that a program allows.
fn manners(program: &Program) -> impl Iterator<Item = Manner> {
    let ways = [(true, false), (false, false), (false, true)];
    let (closures, streams) = (program.closures, !program.streams.is_empty());
    let ways = ways
        .into_iter()
        .filter(move |(by_closures, by_streams)| (closures || !by_closures) && (streams || !by_streams));
    ways.flat_map(|(closures, streams)| {
        [Throwing::Errors, Throwing::Panics].map(|throwing| Manner { closures, streams, throwing })
    })
}

impl std::fmt::Display for Manner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.closures { "closures" } else { "futures" })?;
        f.write_str(if self.streams { " and streams" } else { "" })?;
        write!(f, ", {}", self.throwing)
    }
}

/// Runs a program once.
fn once(program: &Program, surface: Surface, manner: Manner) -> Result<Outcome, String> {
    let executor = Arc::new(Fifo::default());
    let streams = if manner.streams { program.streams.clone() } else { BTreeSet::new() };
    let world = World::new(executor.clone(), surface, manner.throwing, streams);
    let main = Strand::main(&world, if manner.closures { Home::Stack } else { Home::Task });
    let ticket = world.running.start(&main.name);
    if manner.closures {
        let body = || catching(|| main.now_framed(&program.code));
        // Outside a scope, the facade binds for the rest of the thread, so `main` gets a scope.
        let flow = if surface == Surface::Facade { Snapshot::empty().run(body) } else { body() };
        world.running.ended(&main.name, flow);
        drop(ticket);
        if !Snapshot::capture().is_empty() {
            world.running.fault("the mapping is not restored at the end of `main`".to_owned());
        }
    } else {
        let code = program.code.clone();
        let begun = world.clone().run_main(ticket, Snapshot::empty().scope(async move { main.framed(&code).await }));
        executor.spawn(Start::Later, Box::pin(begun));
        executor.drive(&world.running);
    }
    world.close()
}

impl Target for Rust {
    fn name(&self) -> &str {
        "rust"
    }

    fn describe(&self) -> String {
        "asynccontext with closures, and with futures on a deterministic executor".to_owned()
    }

    fn profile(&self) -> Profile {
        Profile::Rust
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        Surface::Core.capabilities().collect()
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        for (i, case) in cases.iter().enumerate() {
            report(i, compare(&Program::new(&case.program), Surface::Core));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::parse::parse;
    use crate::targets::rust::code::{Code, Node};

    const CASES: &str = include_str!("../../../tests/programs/rust_statements.kdl");

    /// Whether anything but the program itself holds a share of a body.
    fn shared(code: &Code) -> bool {
        let inner = |node: &Node| [&node.body, &node.catch, &node.finally].into_iter().flatten().any(shared);
        Arc::strong_count(code) > 1 || code.iter().any(inner)
    }

    #[test]
    fn a_run_leaves_nothing_behind() {
        for case in &parse(CASES).0.cases {
            let program = Program::new(&case.program);
            for manner in manners(&program) {
                once(&program, Surface::Core, manner).unwrap_or_else(|fault| panic!("{}: {manner}: {fault}", case.id));
                assert!(!shared(&program.code), "{}: {manner}: a strand is still there", case.id);
            }
        }
    }

    #[test]
    fn a_thread_and_the_executor_may_poll_one_task() {
        let text = "litmus 1; case c { program { thread n {}; then n q { task t { await tick } } } }";
        let program = Program::new(&parse(text).0.cases[0].program);
        for manner in manners(&program).collect::<Vec<_>>().repeat(200) {
            once(&program, Surface::Core, manner).unwrap_or_else(|fault| panic!("{manner}: {fault}"));
        }
    }

    #[test]
    fn a_binding_of_the_facade_ends_with_its_frame() {
        let program = |text: &str| {
            Program::new(&parse(&format!("litmus 1; case c {{ program {{ {text} }} }}")).0.cases[0].program)
        };
        for bare in ["var v; enter-with v a; get v", "var v; disable v", "var v; get v"] {
            for manner in manners(&program(bare)) {
                once(&program(bare), Surface::Facade, manner)
                    .unwrap_or_else(|fault| panic!("{bare}: {manner}: {fault}"));
            }
        }
        let returns = program("var v; task t { enter-with v a; thenable h { get v; resolve h }; return h }; await t");
        for manner in manners(&returns) {
            let outcome = once(&returns, Surface::Facade, manner).unwrap_or_else(|fault| panic!("{manner}: {fault}"));
            assert_eq!(outcome.to_string(), "h none", "{manner}");
        }
    }

    #[test]
    fn closures_and_streams_are_used_where_a_program_allows() {
        let count = |id: &str| {
            let (file, _) = parse(CASES);
            let case = file.cases.iter().find(|case| case.id.as_ref() == id).expect("the case is there");
            manners(&Program::new(&case.program)).map(|manner| manner.to_string()).collect::<Vec<_>>()
        };
        let by = ["throw by Err", "throw by panic"];
        let both = |way: &str| by.map(|by| format!("{way}, {by}"));
        assert_eq!(count("loops"), [both("closures"), both("futures")].concat());
        assert_eq!(count("async-loops"), [both("futures"), both("futures and streams")].concat());
        assert_eq!(count("async-generators"), both("futures"));
    }
}
