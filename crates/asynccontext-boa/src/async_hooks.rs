//! `node:async_hooks` as a module on the same mapping.
//!
//! The effect of `withScope`, `enterWith` and `disable` lasts for the rest of the frame: until the
//! end of the `run`, the job or the generator step around it. `createHook` is not supported.

use asynccontext::spec::Mapping as _;
use boa_engine::module::SyntheticModuleInitializer;
use boa_engine::object::JsObject;
use boa_engine::property::PropertyKey;
use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsString, JsValue, Module, js_string};

use crate::agent::{Agent, Cause};
use crate::construct::Installed;
use crate::intrinsic::function;
use crate::prelude;
use crate::variable::this_variable;

/// The specifiers of the module.
pub(crate) const NAMES: [&str; 2] = ["node:async_hooks", "async_hooks"];

/// Returns the module for the current realm.
pub(crate) fn module(context: &mut Context) -> JsResult<Module> {
    let realm = context.realm().clone();
    let installed = Installed::of(&realm.intrinsics().constructors().object().prototype(), context)?
        .ok_or_else(|| JsNativeError::typ().with_message("AsyncContext is not installed in this realm"))?;
    let bind = function(&realm, "", 2, (), |_, args, (), context| {
        let (key, _) = this_variable(args.get_or_undefined(0))?;
        let agent = Agent::of(context);
        let mapping = agent.snapshot().with_record(&key, args.get_or_undefined(1).clone());
        agent.swap(mapping, Cause::EnterWith);
        Ok(JsValue::undefined())
    });
    let args = [installed.variable.clone().into(), installed.snapshot.clone().into(), bind.into()];
    let exports = prelude::evaluate(include_str!("async_hooks.js"), &args, context)?;
    let exports = exports.as_object().ok_or_else(JsNativeError::typ)?;
    let mut names: Vec<JsString> = Vec::new();
    for key in exports.own_property_keys(context)? {
        if let PropertyKey::String(name) = key {
            names.push(name);
        }
    }
    names.push(js_string!("default"));
    let steps = SyntheticModuleInitializer::from_copy_closure_with_captures(
        |module, (names, exports): &(Vec<JsString>, JsObject), context| {
            for name in names {
                let value = match name {
                    name if *name == "default" => exports.clone().into(),
                    name => exports.get(name.clone(), context)?,
                };
                module.set_export(name, value)?;
            }
            Ok(())
        },
        (names.clone(), exports),
    );
    Ok(Module::synthetic(&names, steps, None, None, context))
}
