//! Generators resume in the mapping of their creation (`sec-generatorstart`,
//! `sec-generatorresume`, `sec-asyncgeneratorresume`).
//!
//! The engine has no hook for the creation of a generator. So source text is transformed
//! ([`crate::transform`]): a generator function captures the mapping while its parameters are bound,
//! which happens at the creation of the generator, and enters the mapping at the start of its body.
//! This module extends the methods that resume a generator: each step starts in the mapping in which
//! the previous step ended, and the mapping of the caller is restored after it.
//!
//! A generator from untransformed text has the mapping of its first step.

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
use crate::delegate::reveal;
use crate::intrinsic::extend_method_with;
use crate::mapping::{Held, Mapping};
use crate::reading::Reading;

/// The way in which a generator is resumed.
#[derive(Clone, Copy, Trace, Finalize)]
#[boa_gc(empty_trace)]
enum How {
    Next,
    Return,
    Throw,
}

/// A method that resumes generators of one kind.
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
        // The body of the generator does not run, so the call runs in the mapping of the caller.
        _ => return original.call(this, args, context),
    };
    let agent = Agent::of(context);
    let resume = |context: &mut Context| match method.is_async {
        false => step(&generator, args, method.how, context),
        true => async_step(this, args, original, context),
    };
    let reading = agent.reading.get();
    if reading == Reading::GeneratorsResumption {
        return resume(context);
    }
    let kept = Held::unwrap(&agent.generators.get(&generator, context)?);
    let mut mapping = kept.clone().unwrap_or_else(|| agent.snapshot());
    if reading == Reading::YieldStar2025 {
        mapping = mapping.resumed_by(&agent.snapshot());
    }
    let (result, left) = agent.resume(mapping, Cause::Generator, || {
        let result = resume(context);
        (result, agent.snapshot())
    });
    // The first step of the body has entered the mapping of the creation.
    if !kept.is_some_and(|kept| kept.is_same(&left)) {
        keep(&generator, &left, context)?;
    }
    if reading == Reading::YieldStar2025 { result.map(reveal) } else { result }
}

/// Resumes a generator as the engine's method does, without a call of its function object.
fn step(generator: &JsObject, args: &[JsValue], how: How, context: &mut Context) -> JsResult<JsValue> {
    let generator = JsGenerator::from_object(generator.clone())?;
    let value = args.get_or_undefined(0).clone();
    match how {
        How::Next => generator.next(value, context),
        How::Return => generator.r#return(value, context),
        How::Throw => generator.throw(value, context),
    }
}

/// Calls the engine's method, which panics if an async generator exceeds a limit.
///
/// The engine asserts that the body of an async generator never fails. A limit violates the
/// assertion. At that point the engine has restored its state, except the realm.
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

/// Sets the mapping that the next step of `generator` enters.
pub(crate) fn keep(generator: &JsObject, mapping: &Mapping, context: &mut Context) -> JsResult<()> {
    let agent = Agent::of(context);
    agent.generators.set(generator, agent.hold(mapping).into(), context).map(drop)
}

impl Method {
    /// Whether this method can resume the body of the object.
    ///
    /// A completed async generator may still call a thenable, which runs in the caller's mapping.
    fn resumes(self, object: &JsObject) -> bool {
        match self.is_async {
            false => object.is::<Generator>(),
            true => object.downcast_ref::<AsyncGenerator>().is_some_and(|generator| !is_done(&generator)),
        }
    }
}

/// Whether the generator's state is `completed`.
///
/// The engine exposes the state of an async generator in its debug output only. Only the start of
/// that output is generated.
fn is_done(generator: &AsyncGenerator) -> bool {
    let mut beginning = [0; COMPLETED.len()];
    // The write fails when the buffer is full, which is expected.
    let _ = write!(beginning.as_mut_slice(), "{generator:?}");
    beginning == *COMPLETED
}

const COMPLETED: &[u8; 33] = b"AsyncGenerator { state: Completed";
