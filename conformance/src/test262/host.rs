//! The host definitions for tests: `print` and `$262`.
//!
//! `IsHTMLDDA` and `AbstractModuleSource` are missing, since the engine supports the former only with its
//! feature `annex-b` and the latter not at all.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use boa_engine::native_function::NativeFunctionPointer;
use boa_engine::object::builtins::JsArrayBuffer;
use boa_engine::object::{JsObject, ObjectInitializer};
use boa_engine::property::Attribute;
use boa_engine::{
    Context, JsArgs, JsNativeError, JsResult, JsString, JsValue, NativeFunction, Script, Source, js_string,
};

use super::agent::{self, Agents};
use super::flavor::Engine;
use crate::program::reading::Reading;

/// The number of lines that are kept. No test that passes prints more.
const MOST_PRINTED: usize = 100;
/// The greatest length of a line.
const LONGEST_PRINTED: usize = 2000;

/// Attributes: writable, configurable, not enumerable.
const HIDDEN: Attribute = Attribute::WRITABLE.union(Attribute::CONFIGURABLE);

/// The state of the host for one run.
pub(super) struct Host {
    engine: Engine,
    agents: Rc<Agents>,
    printed: RefCell<Vec<String>>,
}

impl Host {
    /// Defines `print` and `$262` in the context's realm.
    pub(super) fn install(engine: Engine, reading: Reading, context: &mut Context) -> JsResult<()> {
        let agents = agent::install(engine, reading, context);
        context.insert_data(Rc::new(Host { engine, agents, printed: RefCell::default() }));
        define(context).map(drop)
    }

    pub(super) fn of(context: &Context) -> JsResult<Rc<Host>> {
        let host = context.get_data::<Rc<Host>>().cloned();
        host.ok_or_else(|| JsNativeError::typ().with_message("there is no $262 in this context").into())
    }

    /// Whether an agent of the test still runs.
    pub(super) fn has_agents(&self) -> bool {
        self.agents.run()
    }

    /// Returns the lines that the test printed.
    pub(super) fn printed(&self) -> Vec<String> {
        self.printed.take()
    }
}

/// Defines `print` and `$262` in the current realm, and returns `$262`.
fn define(context: &mut Context) -> JsResult<JsObject> {
    context.register_global_callable(js_string!("print"), 1, NativeFunction::from_fn_ptr(print))?;
    let global = context.global_object();
    let agent = agent::object(context);
    let mut object = ObjectInitializer::new(context);
    object.property(js_string!("global"), global, HIDDEN | Attribute::ENUMERABLE);
    object.property(js_string!("agent"), agent, HIDDEN | Attribute::ENUMERABLE);
    let functions: [(&str, usize, NativeFunctionPointer); 4] = [
        ("createRealm", 0, create_realm),
        ("detachArrayBuffer", 1, detach_array_buffer),
        ("evalScript", 1, eval_script),
        ("gc", 0, gc),
    ];
    for (name, length, function) in functions {
        object.function(NativeFunction::from_fn_ptr(function), JsString::from(name), length);
    }
    let object = object.build();
    context.register_global_property(js_string!("$262"), object.clone(), HIDDEN)?;
    Ok(object)
}

fn print(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let line = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let host = Host::of(context)?;
    let mut printed = host.printed.borrow_mut();
    if printed.len() < MOST_PRINTED {
        printed.push(line.chars().take(LONGEST_PRINTED).collect());
    }
    Ok(JsValue::undefined())
}

fn create_realm(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let realm = Host::of(context)?.engine.create_realm(context)?;
    let before = context.enter_realm(realm);
    let defined = define(context);
    context.enter_realm(before);
    Ok(defined?.into())
}

fn detach_array_buffer(_: &JsValue, args: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let buffer = args.get_or_undefined(0).as_object();
    let buffer = buffer.ok_or_else(|| JsNativeError::typ().with_message("only an ArrayBuffer can be detached"))?;
    let buffer = JsArrayBuffer::from_object(buffer)?;
    let detached = buffer.data().is_none();
    if !detached {
        buffer.detach(args.get_or_undefined(1))?;
    }
    Ok(JsValue::null())
}

fn eval_script(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?;
    let script = match text.to_std_string() {
        Ok(text) => Host::of(context)?.engine.parse_script(context, &text, Path::new("evalScript"))?,
        // Lone surrogates, which Rust strings cannot contain.
        Err(_) => Script::parse(Source::from_utf16(&text.to_vec()), None, context)?,
    };
    script.evaluate(context)
}

fn gc(_: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    boa_gc::force_collect();
    Ok(JsValue::undefined())
}
