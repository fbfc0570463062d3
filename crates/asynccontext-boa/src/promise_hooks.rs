//! The events of promises for `createHook`: the engine's constructor is extended when the first hook needs them.
//!
//! The engine creates each promise by its constructor, also those of `then`, `await` and async functions.

use boa_engine::object::builtins::JsFunction;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsData, JsNativeError, JsResult, JsValue};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};

use crate::agent::Agent;
use crate::executions::Execution;
use crate::intrinsic::{extend, function};

/// Whether the constructor of a realm is extended.
#[derive(Trace, Finalize, JsData)]
struct Extended;

/// Extends the promise constructor of `realm`, once.
pub(crate) fn install(realm: &Realm, context: &mut Context) -> JsResult<()> {
    if realm.host_defined_mut().insert(Extended).is_some() {
        return Ok(());
    }
    let constructor = realm.intrinsics().constructors().promise().constructor();
    extend(&constructor, true, construct, realm, context)
}

/// The resolving functions of the engine, which its constructor passes to the executor.
type Resolving = Gc<GcRefCell<Option<(JsValue, JsValue)>>>;

/// The work of a promise whose resolution is reported once.
type Once = Gc<GcRefCell<Option<Execution>>>;

fn construct(
    new_target: &JsValue,
    args: &[JsValue],
    original: &JsFunction,
    context: &mut Context,
) -> JsResult<JsValue> {
    let agent = Agent::of(context);
    let executor = args.get_or_undefined(0);
    let (Some(target), Some(executor), true) =
        (new_target.as_object(), executor.as_function(), agent.executions.tracks_promises())
    else {
        return construct_plain(new_target, args, original, context);
    };
    let realm = context.realm().clone();
    let resolving = Resolving::default();
    let keep = function(&realm, "", 2, resolving.clone(), |_, args, resolving, _| {
        *resolving.borrow_mut() = Some((args.get_or_undefined(0).clone(), args.get_or_undefined(1).clone()));
        Ok(JsValue::undefined())
    });
    let promise = original.construct(&[keep.into()], Some(&target), context)?;
    let Some((resolve, reject)) = resolving.borrow_mut().take() else {
        return Err(JsNativeError::typ().with_message("the promise constructor did not call its executor").into());
    };
    let execution = agent.executions.created(&promise, context)?;
    let once = Once::new(GcRefCell::new(Some(execution)));
    let reported = |inner: &JsValue| function(&realm, "", 1, (inner.clone(), once.clone()), settle);
    let (resolve, reject) = (reported(&resolve), reported(&reject));
    if let Err(error) = executor.call(&JsValue::undefined(), &[resolve.into(), reject.clone().into()], context) {
        let reason = error.into_opaque(context)?;
        reject.call(&JsValue::undefined(), &[reason], context)?;
    }
    Ok(promise.into())
}

fn construct_plain(
    new_target: &JsValue,
    args: &[JsValue],
    original: &JsFunction,
    context: &mut Context,
) -> JsResult<JsValue> {
    match new_target.as_object() {
        Some(target) => original.construct(args, Some(&target), context).map(JsValue::from),
        None => original.call(new_target, args, context),
    }
}

/// Calls a resolving function of the engine, and reports the first such call.
fn settle(_: &JsValue, args: &[JsValue], (inner, once): &(JsValue, Once), context: &mut Context) -> JsResult<JsValue> {
    let Some(inner) = inner.as_function() else { return Ok(JsValue::undefined()) };
    let execution = once.borrow_mut().take();
    let call = |context: &mut Context| inner.call(&JsValue::undefined(), args, context);
    match execution {
        Some(execution) => Agent::of(context).executions.resolve(&execution, context, call),
        None => call(context),
    }
}
