//! `Promise.prototype.then` with a missing handler (`sec-performpromisethen`).
//!
//! In the draft, every reaction has a mapping. The engine calls its hook only for reactions with a
//! handler, so a missing handler is replaced with an equivalent one. The mapping is observable if
//! the derived promise belongs to a subclass, whose resolving functions are part of the program, or
//! if its rejection is reported.

use boa_engine::object::builtins::JsFunction;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsError, JsResult, JsValue, js_string};
use boa_gc::{Finalize, Trace};

use crate::agent::Agent;
use crate::intrinsic::{extend_method_with, function};

/// The handlers that are equivalent to missing ones. Programs cannot access them, so a realm needs
/// only one pair.
#[derive(Trace, Finalize)]
struct StandIns {
    fulfilled: JsValue,
    rejected: JsValue,
}

pub(crate) fn install(realm: &Realm, context: &mut Context) -> JsResult<()> {
    let prototype = realm.intrinsics().constructors().promise().prototype();
    let fulfilled = function(realm, "", 1, (), |_, args, (), _| Ok(args.get_or_undefined(0).clone()));
    let rejected =
        function(realm, "", 1, (), |_, args, (), _| Err(JsError::from_opaque(args.get_or_undefined(0).clone())));
    let stand_ins = StandIns { fulfilled: fulfilled.into(), rejected: rejected.into() };
    extend_method_with(&prototype, js_string!("then"), stand_ins, then, realm, context)
}

fn then(
    this: &JsValue,
    args: &[JsValue],
    (original, stand_ins): &(JsFunction, StandIns),
    context: &mut Context,
) -> JsResult<JsValue> {
    let (fulfilled, rejected) = (args.get_or_undefined(0), args.get_or_undefined(1));
    if fulfilled.is_callable() && rejected.is_callable() {
        return register(this, args, original, context);
    }
    let given = |handler: &JsValue, stand_in: &JsValue| {
        if handler.is_callable() { handler.clone() } else { stand_in.clone() }
    };
    let handlers = [given(fulfilled, &stand_ins.fulfilled), given(rejected, &stand_ins.rejected)];
    register(this, &handlers, original, context)
}

/// Calls the engine's method. Its reactions are other frames than the caller's.
fn register(this: &JsValue, handlers: &[JsValue], original: &JsFunction, context: &mut Context) -> JsResult<JsValue> {
    let agent = Agent::of(context);
    let before = agent.registers.replace(true);
    let promise = this.as_object();
    let registered =
        agent.executions.register(promise.as_ref(), context, |context| original.call(this, handlers, context));
    agent.registers.set(before);
    registered?
}
