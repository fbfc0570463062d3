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
use crate::program::profile::{Api, Profile};
use crate::program::reading::Reading;
use crate::program::table::Capability;

/// The version of the engine, as in `Cargo.toml`.
const VERSION: &str = "0.22";
/// The script that runs a program in its context.
const HOST: &str = include_str!("js/hosts/boa.js");
/// The limit of jobs, which no program that ends exceeds.
const MOST_JOBS: u64 = 1_000_000;
/// The limit of loop iterations, which no loop that ends exceeds. All loops of programs consume generators.
const MOST_TURNS: u64 = 1_000_000;

/// The engine through one of two APIs. Each program runs in a separate context on a separate thread.
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
        use Capability::{Als, Gc, Guard, Module, Mutate, Options, Rejection, Worker};
        let mut capabilities = BTreeSet::from([Gc, Module, Options, Rejection, Worker]);
        if self.api == Api::Als {
            capabilities.extend([Als, Guard, Mutate]);
        }
        if engine::obstacle(self.reading).is_some() {
            capabilities.remove(&Rejection);
        }
        capabilities
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        for (i, case) in cases.iter().enumerate() {
            let script = js::script(case, self.api);
            let word = match self.api {
                Api::Ac => "ac",
                Api::Als => "als",
            };
            let work = json!({ "api": word, "id": i, "text": script.text, "variables": script.variables });
            report(i, run(&work.to_string(), i, self.reading));
        }
    }
}

fn run(work: &str, number: usize, reading: Reading) -> Run {
    match answer(work, reading) {
        Ok(answer_text) => answers::run(&answer_text, number)
            .unwrap_or_else(|| Run::Failed(format!("unreadable answer: {answer_text}"))),
        Err(why) => Run::Failed(why),
    }
}

/// Runs a program, or a thread of a program, in a new agent, and returns its answer.
fn answer(work: &str, reading: Reading) -> Result<String, String> {
    let done = on_own_thread(STACK, || {
        let mut context = context(reading).map_err(|error| error.to_string())?;
        play(work, reading, &mut context).map_err(|error| describe(&error, &context))
    });
    done.map_err(|failure| failure.to_string()).flatten()
}

fn context(reading: Reading) -> JsResult<Context> {
    let event_loop = EventLoop::with_virtual_time();
    event_loop.limit_jobs(MOST_JOBS);
    let mut context = engine::context(event_loop)?;
    if engine::obstacle(reading).is_none() {
        engine::follow(&mut context, reading)?;
    }
    context.runtime_limits_mut().set_loop_iteration_limit(MOST_TURNS);
    Ok(context)
}

fn play(work: &str, reading: Reading, context: &mut Context) -> JsResult<String> {
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
    let host = format!("(function (native, work) {{ 'use strict';\n{}\n{HOST}\n}})", js::PRELUDE);
    let host = evaluate(context, &host, None)?.as_callable().ok_or_else(JsNativeError::typ)?;
    host.call(&JsValue::undefined(), &[native.clone().into(), JsString::from(work).into()], context)?;
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
        match answer(&work, reading) {
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
