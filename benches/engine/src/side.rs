//! One side of the comparison: a context on a separate thread.
//!
//! The engine's heap belongs to the thread, so no side collects the garbage of another. Only one side runs at
//! a time.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use boa_engine::context::ContextBuilder;
use boa_engine::object::JsObject;
use boa_engine::{Context, JsNativeError, JsResult, JsValue, Source, js_string};
use thiserror::Error;

use crate::operation::{OPERATIONS, Operation};

/// The stack size of the engine.
const STACK: usize = 16 << 20;

/// A side of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Side {
    /// The engine alone.
    Plain,
    /// The engine alone once more, which shows the deviation between two equal sides.
    Again,
    /// With AsyncContext, nothing bound.
    Empty,
    /// With AsyncContext, nothing bound, and the texts as they are: a generator keeps the mapping of its first step.
    Untransformed,
    /// With AsyncContext, inside a `run`.
    Bound,
}

impl Side {
    pub(crate) const ALL: [Side; 5] = [Side::Plain, Side::Again, Side::Empty, Side::Untransformed, Side::Bound];

    /// Returns its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Side::Plain => "plain",
            Side::Again => "again",
            Side::Empty => "empty",
            Side::Untransformed => "untransformed",
            Side::Bound => "bound",
        }
    }

    fn has_async_context(self) -> bool {
        matches!(self, Side::Empty | Side::Untransformed | Side::Bound)
    }
}

/// The reason why a side has no result.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The program threw, or did not end as expected.
    #[error("`{operation}` on the side `{side}`: {message}")]
    Program { side: &'static str, operation: &'static str, message: String },
    /// Its thread has ended.
    #[error("the thread of the side `{0}` has ended; see the panic above")]
    Gone(&'static str),
}

/// A round: the operation and the number of steps.
type Round = (usize, u32);

/// A thread that measures for one side.
pub(crate) struct Worker {
    pub(crate) side: Side,
    rounds: Sender<Round>,
    times: Receiver<Result<Duration, Failure>>,
}

impl Worker {
    pub(crate) fn start(side: Side) -> std::io::Result<Worker> {
        let (rounds, asked) = channel::<Round>();
        let (answer, times) = channel();
        thread::Builder::new().name(side.name().to_owned()).stack_size(STACK).spawn(move || {
            let mut programs = None;
            for (at, steps) in asked {
                let Some(operation) = OPERATIONS.get(at) else { continue };
                let time = Programs::of(side, &mut programs).and_then(|programs| programs.time(at, steps));
                let time = time.map_err(|error| Failure::Program {
                    side: side.name(),
                    operation: operation.name,
                    message: error.to_string(),
                });
                if answer.send(time).is_err() {
                    return;
                }
            }
        })?;
        Ok(Worker { side, rounds, times })
    }

    /// Returns the time of `steps` steps of an operation.
    pub(crate) fn time(&self, operation: usize, steps: u32) -> Result<Duration, Failure> {
        let gone = || Failure::Gone(self.side.name());
        self.rounds.send((operation, steps)).map_err(|_| gone())?;
        self.times.recv().map_err(|_| gone())?
    }
}

/// A context with the function of each operation.
struct Programs {
    context: Context,
    functions: Vec<JsObject>,
    bound: bool,
}

impl Programs {
    fn of(side: Side, made: &mut Option<Programs>) -> JsResult<&mut Programs> {
        if made.is_none() {
            *made = Some(Programs::new(side)?);
        }
        made.as_mut().ok_or_else(|| JsNativeError::error().with_message("there is no context").into())
    }

    fn new(side: Side) -> JsResult<Programs> {
        let builder = ContextBuilder::new();
        let mut context =
            if side.has_async_context() { asynccontext_boa::install(builder)? } else { builder.build()? };
        evaluate(&mut context, side, "var seen; function finish() { seen = 'finished'; }")?;
        match side {
            Side::Plain | Side::Again => {}
            Side::Empty | Side::Untransformed => {
                drop(evaluate(&mut context, side, "var v = new AsyncContext.Variable();")?)
            }
            // The value at the end shows that the context was propagated.
            Side::Bound => drop(evaluate(
                &mut context,
                side,
                "var v = new AsyncContext.Variable(); finish = () => { seen = v.get(); };",
            )?),
        }
        let function = |operation: &Operation| {
            let text = match side {
                Side::Plain | Side::Again => operation.plain.to_owned(),
                Side::Empty | Side::Untransformed => operation.ours.to_owned(),
                Side::Bound => format!("(n => v.run('finished', {}, n))", operation.ours),
            };
            let function = evaluate(&mut context, side, &text)?;
            function.as_object().ok_or_else(|| JsNativeError::typ().with_message("not a function").into())
        };
        let functions = OPERATIONS.iter().map(function).collect::<JsResult<_>>()?;
        Ok(Programs { context, functions, bound: side == Side::Bound })
    }

    fn time(&mut self, operation: usize, steps: u32) -> JsResult<Duration> {
        let context = &mut self.context;
        let Some(function) = self.functions.get(operation) else {
            return Err(JsNativeError::range().with_message("there is no such operation").into());
        };
        context.global_object().set(js_string!("seen"), JsValue::undefined(), true, context)?;
        boa_gc::force_collect();
        let start = Instant::now();
        function.call(&JsValue::undefined(), &[steps.into()], context)?;
        context.run_jobs()?;
        let time = start.elapsed();
        let seen = context.global_object().get(js_string!("seen"), context)?;
        if seen.as_string().is_some_and(|seen| seen == "finished") {
            return Ok(time);
        }
        let what = if self.bound { "the bound value was not propagated" } else { "the last step did not run" };
        Err(JsNativeError::error().with_message(what).into())
    }
}

fn evaluate(context: &mut Context, side: Side, text: &str) -> JsResult<JsValue> {
    if side.has_async_context() && side != Side::Untransformed {
        asynccontext_boa::evaluate(context, text, None)
    } else {
        context.eval(Source::from_bytes(text))
    }
}
