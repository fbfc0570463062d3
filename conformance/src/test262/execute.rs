//! One run on the engine: the harness, the test and its jobs.

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use boa_engine::builtins::promise::PromiseState;
use boa_engine::error::EngineError;
use boa_engine::object::builtins::JsPromise;
use boa_engine::{Context, JsError, JsString, js_string};

use super::flavor::Engine;
use super::frontmatter::Phase;
use super::host::Host;
use super::order::{End, Mode, Observed, Order, Thrown};
use super::suite::Suite;
use crate::engine::{self, Failure, on_own_thread};
use crate::program::reading::Reading;

/// The number of places of a backtrace that are reported.
const PLACES: usize = 6;

/// Runs a test in a fresh context on a fresh thread.
pub(super) fn execute(order: &Order, suite: &Suite, engine: Engine, reading: Reading) -> Observed {
    let text = match fs::read_to_string(&order.file) {
        Ok(text) => text,
        Err(error) => return not_run(format!("the test cannot be read: {error}")),
    };
    let mut harness = Vec::new();
    for name in &order.harness {
        match suite.harness.text(name) {
            Ok(text) => harness.push((name.as_str(), text)),
            Err(why) => return not_run(why),
        }
    }
    let test = Test { order, suite, engine, reading, text, harness };
    let broken = |end| Observed { end, printed: Vec::new(), spent: true };
    match on_own_thread(engine::STACK, || test.run()) {
        Ok(observed) => observed,
        Err(Failure::Panicked(text)) => broken(End::Panicked(text)),
        Err(failure @ Failure::NoThread(_)) => broken(End::NotRun(failure.to_string())),
    }
}

fn not_run(why: String) -> Observed {
    Observed { end: End::NotRun(why), printed: Vec::new(), spent: false }
}

struct Test<'a> {
    order: &'a Order,
    suite: &'a Suite,
    engine: Engine,
    reading: Reading,
    text: String,
    harness: Vec<(&'a str, String)>,
}

/// The first exception of a host job.
type Uncaught = Rc<RefCell<Option<JsError>>>;

impl Test<'_> {
    fn run(&self) -> Observed {
        let made =
            self.engine.context(&self.suite.folder, self.order.can_block, self.reading).and_then(|mut context| {
                Host::install(self.engine, self.reading, &mut context)?;
                let host = Host::of(&context)?;
                Ok((context, host))
            });
        let (mut context, host) = match made {
            Ok(made) => made,
            Err(error) => return not_run(format!("the engine cannot make a context for the test: {error}")),
        };
        let end = match self.steps(&mut context) {
            Ok(end) => end,
            Err((phase, error)) => self.ended(phase, error, &mut context),
        };
        Observed { end, printed: host.printed(), spent: host.has_agents() }
    }

    fn steps(&self, context: &mut Context) -> Result<End, (Phase, JsError)> {
        let uncaught = self.listen(context);
        for (name, text) in &self.harness {
            let script = self.engine.parse_script(context, text, &Path::new("harness").join(name));
            if let Err(error) = script.and_then(|script| script.evaluate(context)) {
                let error = self.error_text(&error, context);
                return Ok(End::Harness(format!("its harness file `{name}` threw {error}")));
            }
        }
        let pending = match self.order.mode {
            Mode::Module => self.module(context)?,
            // On the first line, so that all other lines keep their numbers.
            Mode::Strict => self.script(&format!("\"use strict\"; {}", self.text), context)?,
            Mode::Sloppy | Mode::Raw => self.script(&self.text, context)?,
        };
        if let Some(error) = uncaught.take() {
            return Err((Phase::Runtime, error));
        }
        Ok(if pending { End::Waits } else { End::Completed })
    }

    /// Records exceptions of jobs. test262 does not treat unhandled rejections as errors.
    fn listen(&self, context: &Context) -> Uncaught {
        let uncaught = Uncaught::default();
        if self.engine == Engine::AsyncContext {
            let first = Rc::clone(&uncaught);
            asynccontext_boa::on_uncaught(context, move |uncaught, _| {
                if uncaught.kind == asynccontext_boa::Kind::Exception {
                    first.borrow_mut().get_or_insert(uncaught.error);
                }
            });
        }
        uncaught
    }

    fn script(&self, text: &str, context: &mut Context) -> Result<bool, (Phase, JsError)> {
        let script = self.engine.parse_script(context, text, &self.order.file).map_err(at(Phase::Parse))?;
        script.evaluate(context).map_err(at(Phase::Runtime))?;
        context.run_jobs().map_err(at(Phase::Runtime))?;
        Ok(false)
    }

    /// Whether the module still waits when no job is left.
    fn module(&self, context: &mut Context) -> Result<bool, (Phase, JsError)> {
        let module = self.engine.parse_module(context, &self.text, &self.order.file).map_err(at(Phase::Parse))?;
        let loaded = module.load(context);
        if settle(&loaded, context).map_err(at(Phase::Resolution))? {
            return Ok(true);
        }
        module.link(context).map_err(at(Phase::Resolution))?;
        let evaluated = module.evaluate(context).map_err(at(Phase::Runtime))?;
        settle(&evaluated, context).map_err(at(Phase::Runtime))
    }

    fn ended(&self, phase: Phase, error: JsError, context: &mut Context) -> End {
        let text = self.error_text(&error, context);
        match error.as_engine() {
            Some(EngineError::Panic(_)) => End::Panicked(text),
            Some(_) => End::Threw(Thrown { phase, kind: None, text }),
            None => End::Threw(Thrown { phase, kind: constructor(error, context), text }),
        }
    }

    /// Returns an error and its backtrace as text, with the paths and lines of the original test.
    fn error_text(&self, error: &JsError, context: &mut Context) -> String {
        let described = self.engine.describe(error, context);
        let (head, places): (Vec<_>, Vec<_>) = described.lines().partition(|line| !line.starts_with("    at "));
        // Objects that are not errors, such as Test262Error, have their own `toString`.
        let string = error.as_opaque().cloned().and_then(|value| value.to_string(context).ok());
        let mut text = string.map_or_else(|| head.join("\n"), |string| string.to_std_string_lossy());
        for place in places.iter().take(PLACES) {
            text.extend(["\n", place]);
        }
        text.replace(&format!("{}/", self.suite.folder.display()), "")
    }
}

fn at(phase: Phase) -> impl Fn(JsError) -> (Phase, JsError) {
    move |error| (phase, error)
}

/// Runs all jobs. Returns whether the promise is still pending, or the error with which it was rejected.
fn settle(promise: &JsPromise, context: &mut Context) -> Result<bool, JsError> {
    let ran = context.run_jobs();
    match promise.state() {
        PromiseState::Rejected(reason) => Err(JsError::from_opaque(reason)),
        PromiseState::Fulfilled(_) => ran.map(|()| false),
        PromiseState::Pending => ran.map(|()| true),
    }
}

/// Returns the name of the constructor of a thrown value.
fn constructor(error: JsError, context: &mut Context) -> Option<String> {
    let thrown = error.into_opaque(context).ok()?.as_object()?;
    let constructor = thrown.get(js_string!("constructor"), context).ok()?.as_object()?;
    let name = constructor.get(js_string!("name"), context).ok()?;
    name.as_string().as_ref().map(JsString::to_std_string_lossy)
}
