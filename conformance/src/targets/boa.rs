//! The targets `boa` and `boa-als`: the engine Boa with `asynccontext-boa`, through `AsyncContext` and
//! through `node:async_hooks`.

use std::collections::BTreeSet;

use asynccontext_boa::{EventLoop, Kind, Modules, describe, evaluate, on_uncaught};
use boa_engine::object::{JsObject, ObjectInitializer};
use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsString, JsValue, NativeFunction, js_string};
use serde_json::json;

use super::js;
use super::{Run, Target, answer as answers};
use crate::engine::{self, STACK, on_own_thread};
use crate::program::ast::Case;
use crate::program::outcome::Outcome;
use crate::program::profile::{Api, Profile};
use crate::program::reading::Reading;
use crate::program::table::Capability;

/// The version of the engine, as in `Cargo.toml`.
const VERSION: &str = "0.22";
/// The script that runs a program in its context.
const HOST: &str = include_str!("js/hosts/boa.js");
/// The script that runs a thread of a program.
const THREAD: &str = include_str!("js/hosts/boa_thread.js");
/// The number of programs in a context.
const BATCH: usize = 300;
/// The limit of jobs in a context, which programs that end do not exceed.
const MOST_JOBS: u64 = 1_000_000;
/// The limit of loop iterations, which no loop that ends exceeds. All loops of programs consume generators.
const MOST_TURNS: u64 = 1_000_000;

/// The engine through one of two APIs. Programs run one after another in a context, as they do in a runtime's process;
/// one that gives no outcome there runs again in a context of its own.
///
/// # Examples
///
/// ```
/// use conformance::program::profile::Api;
/// use conformance::targets::{Target, boa::Boa};
///
/// assert!(Boa::new(Api::Ac).must_conform());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Boa {
    api: Api,
    reading: Reading,
}

impl Boa {
    /// Returns the engine through `AsyncContext` or through `node:async_hooks`.
    #[must_use]
    pub fn new(api: Api) -> Boa {
        Boa { api, reading: Reading::Draft }
    }

    /// Makes the engine follow a reading of the draft.
    #[must_use]
    pub fn under(self, reading: Reading) -> Boa {
        Boa { reading, ..self }
    }
}

impl Target for Boa {
    fn name(&self) -> &str {
        match self.api {
            Api::Ac => "boa",
            Api::Als => "boa-als",
        }
    }

    fn describe(&self) -> String {
        let api = match self.api {
            Api::Ac => "AsyncContext",
            Api::Als => "AsyncLocalStorage",
        };
        format!("Boa {VERSION} ({api} of asynccontext-boa)")
    }

    fn profile(&self) -> Profile {
        Profile::Boa
    }

    fn api(&self) -> Option<Api> {
        Some(self.api)
    }

    fn must_conform(&self) -> bool {
        self.api == Api::Ac
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        use Capability::{
            Als, Broadcast, EventTarget, Gc, Guard, Immediate, Message, Module, Mutate, Options, Rejection, Uncaught,
            WebStream, Worker,
        };
        let mut capabilities = BTreeSet::from([
            Broadcast,
            EventTarget,
            Gc,
            Immediate,
            Message,
            Module,
            Options,
            Rejection,
            Uncaught,
            WebStream,
            Worker,
        ]);
        if self.api == Api::Als {
            capabilities.extend([Als, Guard, Mutate]);
        }
        if engine::obstacle(self.reading).is_some() {
            capabilities.remove(&Rejection);
        }
        capabilities
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        let word = match self.api {
            Api::Ac => "ac",
            Api::Als => "als",
        };
        let works = cases.iter().enumerate().map(|(i, case)| {
            let script = js::script(case, self.api);
            json!({ "api": word, "id": i, "text": script.text, "variables": script.variables }).to_string()
        });
        let works: Vec<String> = works.collect();
        let mut next = 0;
        while let Some(work) = works.get(next) {
            let batch = works.iter().enumerate().skip(next).take(BATCH);
            let outcomes = together(batch, self.reading);
            if outcomes.is_empty() {
                report(next, run(answer(work, self.reading), next));
                next += 1;
            }
            for outcome in outcomes {
                report(next, Run::Outcome(outcome));
                next += 1;
            }
        }
    }
}

/// Runs numbered programs in one context, and returns their outcomes up to the first program without one, whose remains
/// could affect the next. No outcomes if the engine panicked.
fn together<'a>(works: impl Iterator<Item = (usize, &'a String)> + Send, reading: Reading) -> Vec<Outcome> {
    let done = on_own_thread(STACK, || {
        let Ok(mut host) = Host::new(reading) else { return Vec::new() };
        let outcome = |(number, work): (usize, &String)| match run(host.play(work), number) {
            Run::Outcome(outcome) => Some(outcome),
            Run::Failed(_) | Run::Unsupported(_) => None,
        };
        works.map_while(outcome).collect()
    });
    done.unwrap_or_default()
}

/// Reads the answer to the program of this number.
fn run(answer: Result<String, String>, number: usize) -> Run {
    match answer {
        Ok(text) => answers::run(&text, number).unwrap_or_else(|| Run::Failed(format!("unreadable answer: {text}"))),
        Err(why) => Run::Failed(why),
    }
}

/// Runs a program in a new agent, and returns its answer.
fn answer(work: &str, reading: Reading) -> Result<String, String> {
    let done = on_own_thread(STACK, || Host::new(reading)?.play(work));
    done.map_err(|failure| failure.to_string()).flatten()
}

/// Runs a thread of a program in a new agent, and returns its answer.
fn thread_answer(work: &str, reading: Reading) -> Result<String, String> {
    let done = on_own_thread(STACK, || {
        let mut context = context(reading, engine::agent).map_err(|error| error.to_string())?;
        let thread = script(THREAD, &mut context).and_then(|thread| {
            let native = JsObject::with_null_proto();
            answer_of(&thread, &native, work, &mut context)
        });
        thread.map_err(|error| describe(&error, &context))
    });
    done.map_err(|failure| failure.to_string()).flatten()
}

/// A context with the script that runs programs in it, one after another.
struct Host {
    context: Context,
    reading: Reading,
    play: JsObject,
}

impl Host {
    fn new(reading: Reading) -> Result<Host, String> {
        let mut context = context(reading, engine::context).map_err(|error| error.to_string())?;
        match script(&format!("{}\n{HOST}", js::PRELUDE), &mut context) {
            Ok(play) => Ok(Host { context, reading, play }),
            Err(error) => Err(describe(&error, &context)),
        }
    }

    fn play(&mut self, work: &str) -> Result<String, String> {
        let Host { context, reading, play } = self;
        answer_in(context, play, work, *reading).map_err(|error| describe(&error, context))
    }
}

fn context(reading: Reading, make: fn(EventLoop) -> JsResult<Context>) -> JsResult<Context> {
    let event_loop = EventLoop::with_virtual_time();
    event_loop.limit_jobs(MOST_JOBS);
    let mut context = make(event_loop)?;
    if engine::obstacle(reading).is_none() {
        engine::follow(&mut context, reading)?;
    }
    context.runtime_limits_mut().set_loop_iteration_limit(MOST_TURNS);
    Ok(context)
}

/// Returns a script of `js/hosts` as a function of `native` and `work`.
fn script(text: &str, context: &mut Context) -> JsResult<JsObject> {
    let text = format!("(function (native, work) {{ 'use strict';\n{text}\n}})");
    Ok(evaluate(context, &text, None)?.as_callable().ok_or_else(JsNativeError::typ)?)
}

fn answer_in(context: &mut Context, play: &JsObject, work: &str, reading: Reading) -> JsResult<String> {
    let native = native(reading, context);
    let listener = native.clone();
    on_uncaught(context, move |uncaught, context| {
        let args = [(uncaught.kind == Kind::Rejection).into(), JsString::from(uncaught.message.as_str()).into()];
        let callback = listener.get(js_string!("uncaught"), context);
        if let Some(callback) = callback.ok().and_then(|callback| callback.as_callable()) {
            // The listener belongs to the script, which handles exceptions of the program itself.
            let _ = callback.call(&JsValue::undefined(), &args, context);
        }
    });
    answer_of(play, &native, work, context)
}

/// Calls a script, and returns the answer that it has given when all jobs have run.
fn answer_of(script: &JsObject, native: &JsObject, work: &str, context: &mut Context) -> JsResult<String> {
    script.call(&JsValue::undefined(), &[native.clone().into(), JsString::from(work).into()], context)?;
    context.run_jobs()?;
    match native.get(js_string!("answer"), context)?.as_string() {
        Some(answer) => Ok(answer.to_std_string_lossy()),
        None => Err(JsNativeError::error().with_message("the program ended without an answer").into()),
    }
}

/// The functions that `js/hosts/boa.js` calls.
fn native(reading: Reading, context: &mut Context) -> JsObject {
    let mut native = ObjectInitializer::new(context);
    let mut add = |name, behavior: fn(&[JsValue], &mut Context) -> JsResult<JsValue>| {
        let behavior = NativeFunction::from_copy_closure(move |_, args, context| behavior(args, context));
        native.function(behavior, name, 0);
    };
    add(js_string!("evaluate"), |args, context| {
        let script = text(args, 0, context)?;
        evaluate(context, &script, None)
    });
    add(js_string!("collect"), |_, _| {
        boa_gc::force_collect();
        Ok(JsValue::undefined())
    });
    add(js_string!("module"), |args, context| {
        let (name, module) = (text(args, 0, context)?, text(args, 1, context)?);
        let modules = context.downcast_module_loader::<Modules>().ok_or_else(JsNativeError::typ)?;
        modules.add(name, module);
        Ok(JsValue::undefined())
    });
    let thread = NativeFunction::from_copy_closure(move |_, args, context| {
        let work = text(args, 0, context)?;
        match thread_answer(&work, reading) {
            Ok(answer_text) => Ok(JsString::from(answer_text.as_str()).into()),
            Err(why) => Err(JsNativeError::error().with_message(why).into()),
        }
    });
    native.function(thread, js_string!("thread"), 0);
    native.build()
}

fn text(args: &[JsValue], index: usize, context: &mut Context) -> JsResult<String> {
    Ok(args.get_or_undefined(index).to_string(context)?.to_std_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::VERSION;

    #[test]
    fn the_version_is_the_one_that_is_linked() {
        assert!(include_str!("../../Cargo.toml").contains(&format!("boa_engine = {{ version = \"{VERSION}\"")));
    }
}
