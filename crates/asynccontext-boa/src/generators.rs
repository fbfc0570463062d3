//! Generators go on in the mapping of their creation (`sec-generatorstart`,
//! `sec-generatorresume`, `sec-asyncgeneratorresume`).
//!
//! The engine tells nobody that it makes a generator. So source text is transformed
//! ([`crate::transform`]): a generator function captures the mapping while its parameters
//! are bound, which is when the generator is made, and enters it as the first thing that
//! its body does. Here the methods that resume a generator are extended: each step begins in the
//! mapping in which the step before ended, and the caller's is back after it.
//!
//! A generator from text that was not transformed gets the mapping of its first step.

use std::any::Any;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use boa_engine::builtins::async_generator::AsyncGenerator;
use boa_engine::builtins::generator::Generator;
use boa_engine::error::{EngineError, PanicError};
use boa_engine::object::JsObject;
use boa_engine::object::builtins::{JsFunction, JsGenerator};
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsResult, JsString, JsValue};
use boa_gc::{Finalize, Trace};

use crate::agent::{Agent, Cause};
use crate::intrinsic::extend_method_with;
use crate::mapping::{Held, Mapping};

/// How a generator goes on.
#[derive(Clone, Copy, Trace, Finalize)]
#[boa_gc(empty_trace)]
enum How {
    Next,
    Return,
    Throw,
}

/// A method that resumes generators: those of one kind only.
#[derive(Clone, Copy, Trace, Finalize)]
#[boa_gc(empty_trace)]
struct Method {
    how: How,
    is_async: bool,
}

pub(crate) fn install(realm: &Realm, context: &mut Context) -> JsResult<()> {
    let objects = realm.intrinsics().objects();
    for (prototype, is_async) in [(objects.generator(), false), (objects.async_generator(), true)] {
        for (name, how) in [("next", How::Next), ("return", How::Return), ("throw", How::Throw)] {
            let method = Method { how, is_async };
            extend_method_with(&prototype, JsString::from(name), method, resume, realm, context)?;
        }
    }
    Ok(())
}

fn resume(
    this: &JsValue,
    args: &[JsValue],
    (original, method): &(JsFunction, Method),
    context: &mut Context,
) -> JsResult<JsValue> {
    let generator = match this.as_object() {
        Some(object) if method.resumes(&object) => object,
        // Nothing of the generator runs. What does, belongs to the caller.
        _ => return original.call(this, args, context),
    };
    let agent = Agent::of(context);
    let kept = Held::unwrap(&agent.generators.get(&generator, context)?);
    let mapping = kept.clone().unwrap_or_else(|| agent.snapshot());
    let (result, left) = agent.run(mapping, Cause::Generator, || {
        let result = match method.is_async {
            false => step(&generator, args, method.how, context),
            true => async_step(this, args, original, context),
        };
        (result, agent.snapshot())
    });
    // A step that began the body has entered the mapping of its creation.
    if !kept.is_some_and(|kept| kept.is_same(&left)) {
        keep(&generator, &left, context)?;
    }
    result
}

/// Does what the engine's method does, without a call through its function.
fn step(generator: &JsObject, args: &[JsValue], how: How, context: &mut Context) -> JsResult<JsValue> {
    let generator = JsGenerator::from_object(generator.clone())?;
    let value = args.get_or_undefined(0).clone();
    match how {
        How::Next => generator.next(value, context),
        How::Return => generator.r#return(value, context),
        How::Throw => generator.throw(value, context),
    }
}

/// Calls the engine's method, which panics when an async generator runs into a limit.
///
/// The engine asserts that an async generator's body never fails, when it has put back all
/// that it changed but for the realm. A limit fails it.
fn async_step(this: &JsValue, args: &[JsValue], original: &JsFunction, context: &mut Context) -> JsResult<JsValue> {
    let realm = context.realm().clone();
    match catch_unwind(AssertUnwindSafe(|| original.call(this, args, context))) {
        Ok(result) => result,
        Err(panic) if is_limit(&*panic) => {
            context.enter_realm(realm);
            let error = PanicError::new("an async generator has reached a limit of this execution");
            Err(EngineError::Panic(error).into())
        }
        Err(panic) => resume_unwind(panic),
    }
}

fn is_limit(panic: &(dyn Any + Send)) -> bool {
    panic.downcast_ref::<&str>().is_some_and(|message| message.contains("result.is_throw_completion()"))
}

/// Makes `mapping` the one that the next step of `generator` enters.
pub(crate) fn keep(generator: &JsObject, mapping: &Mapping, context: &mut Context) -> JsResult<()> {
    let agent = Agent::of(context);
    agent.generators.set(generator, agent.hold(mapping).into(), context).map(drop)
}

impl Method {
    /// Whether this method can resume the body of this object.
    ///
    /// An async generator that is done may still call a thenable, which belongs to the caller.
    fn resumes(self, object: &JsObject) -> bool {
        match self.is_async {
            false => object.is::<Generator>(),
            true => object.downcast_ref::<AsyncGenerator>().is_some_and(|generator| !is_done(&generator)),
        }
    }
}

/// Whether the generator's state is `completed`.
///
/// The engine shows the state of an async generator in its debugging output alone. Only the
/// beginning of that is made.
fn is_done(generator: &AsyncGenerator) -> bool {
    let mut beginning = [0; COMPLETED.len()];
    // An error says that there is more than the beginning.
    let _ = write!(beginning.as_mut_slice(), "{generator:?}");
    beginning == *COMPLETED
}

const COMPLETED: &[u8; 33] = b"AsyncGenerator { state: Completed";
