//! The portable subset of AsyncLocalStorage that WinterTC describes, as a subset of the language.
//!
//! The text (`asynclocalstorage.md` of WinterTC's minimum common API) has the constructor, `run`, `exit` and `getStore`
//! of AsyncLocalStorage, and of AsyncResource the constructor, `runInAsyncScope` and `bind`. It says in which context
//! reactions, thenables, microtasks, timers, events and reports of rejections run, each as the draft does. A program is
//! in the subset if the text defines its outcome.

use super::ast::{Case, Stmt};
use super::table::{Field, Op};

/// Returns the reason why a case is outside the subset, or none if it is in it.
///
/// # Examples
///
/// ```
/// use conformance::program::{parse::parse, portable};
///
/// let (file, _) = parse("litmus 1; case c { program { var v; enter-with v a } }");
/// let reason = portable::outside(&file.cases[0]).unwrap();
/// assert_eq!(reason, "`enter-with` is not in WinterTC's portable subset of AsyncLocalStorage, which has no such method");
/// ```
pub fn outside(case: &Case) -> Option<String> {
    block(&case.program)
}

fn block(statements: &[Stmt]) -> Option<String> {
    statements.iter().find_map(|stmt| {
        let reason = |what: &str, why: &str| {
            format!("`{what}` is not in WinterTC's portable subset of AsyncLocalStorage, which {why}")
        };
        let own = match presence(stmt) {
            Presence::In => None,
            Presence::NoSuchMethod => Some(reason(stmt.op.word(), "has no such method")),
            Presence::NoOptions(property) => Some(reason(property, "has no options of the constructor")),
            Presence::NotSaid => Some(reason(stmt.op.word(), "does not say in which context it runs")),
        };
        own.or_else(|| stmt.blocks().find_map(|statements| block(statements)))
    })
}

/// How a statement relates to the subset.
enum Presence {
    In,
    NoSuchMethod,
    /// The property of `var` that stands for an option.
    NoOptions(&'static str),
    /// JavaScript or the host has it, and the text says nothing about it.
    NotSaid,
}

fn presence(stmt: &Stmt) -> Presence {
    match stmt.op {
        Op::Var if stmt.get(Field::Default).is_some() => Presence::NoOptions("default="),
        Op::Var if stmt.get(Field::Label).is_some() => Presence::NoOptions("name="),
        Op::Var
        | Op::Get
        | Op::Log
        | Op::Run
        | Op::RunAsync
        | Op::Snapshot
        | Op::In
        | Op::InAsync
        | Op::Fn
        | Op::Wrap
        | Op::Call
        | Op::Throw
        | Op::Try
        | Op::Caught
        | Op::Error
        | Op::Raise
        | Op::InCaught
        | Op::Task
        | Op::Await
        | Op::Return
        | Op::Deferred
        | Op::Resolve
        | Op::Reject
        | Op::Then
        | Op::Catch
        | Op::Finally
        | Op::Thenable
        | Op::Microtask
        | Op::Timer
        | Op::Interval
        | Op::Iterator
        | Op::Next
        | Op::Close
        | Op::ThrowIn
        | Op::ForOf
        | Op::Break
        | Op::Emitter
        | Op::EventTarget
        | Op::On
        | Op::Emit
        | Op::AbortSignal
        | Op::Abort
        | Op::Unhandled
        | Op::Exit
        | Op::Resource
        | Op::InResource => Presence::In,
        Op::Name | Op::Enter | Op::Leave | Op::Hide | Op::EnterWith | Op::Disable => Presence::NoSuchMethod,
        // Diagnostics channels are Node's.
        Op::Diagnostics | Op::BindStore | Op::RunStores => Presence::NoSuchMethod,
        Op::Generator
        | Op::AsyncGenerator
        | Op::Yield
        | Op::YieldFrom
        | Op::ForAwait
        | Op::Immediate
        | Op::NextTick
        | Op::Operation
        | Op::Channel
        | Op::Listen
        | Op::Post
        | Op::Finalizer
        | Op::Drop
        | Op::Uncaught
        | Op::Module
        | Op::Thread => Presence::NotSaid,
    }
}
