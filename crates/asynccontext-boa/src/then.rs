//! `Promise.prototype.then` with a handler left out (`sec-performpromisethen`).
//!
//! The draft gives every reaction a mapping. The engine asks its host only for reactions
//! with a handler, so one that does the same as none stands in. It matters where the
//! derived promise is a subclass's, whose resolving functions are the program's, or where
//! its rejection is reported.

use boa_engine::object::builtins::JsFunction;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsError, JsResult, JsValue, js_string};

use crate::intrinsic::{extend_method, function};

pub(crate) fn install(realm: &Realm, context: &mut Context) -> JsResult<()> {
    let prototype = realm.intrinsics().constructors().promise().prototype();
    extend_method(&prototype, js_string!("then"), then, realm, context)
}

fn then(this: &JsValue, args: &[JsValue], original: &JsFunction, context: &mut Context) -> JsResult<JsValue> {
    let (fulfilled, rejected) = (args.get_or_undefined(0), args.get_or_undefined(1));
    if fulfilled.is_callable() && rejected.is_callable() {
        return original.call(this, args, context);
    }
    let realm = context.realm().clone();
    let given = |handler: &JsValue, stand_in| {
        if handler.is_callable() { handler.clone() } else { function(&realm, "", 1, (), stand_in).into() }
    };
    let fulfilled = given(fulfilled, |_, args, (), _| Ok(args.get_or_undefined(0).clone()));
    let rejected = given(rejected, |_, args, (), _| Err(JsError::from_opaque(args.get_or_undefined(0).clone())));
    original.call(this, &[fulfilled, rejected], context)
}
