//! The built-in modules: their names and texts, and those that a realm has loaded.

use std::rc::Rc;

use boa_engine::module::SyntheticModuleInitializer;
use boa_engine::object::JsObject;
use boa_engine::property::PropertyKey;
use boa_engine::{Context, JsData, JsNativeError, JsResult, JsString, JsValue, Module, js_string};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};

use super::native;
use super::settings::Node;
use crate::intrinsic::function;
use crate::prelude;

/// The text of each module, by its name without `node:`. Those named `internal/…` are for the others.
const TEXTS: [(&str, &str); 25] = [
    ("assert", include_str!("js/assert.js")),
    ("assert/strict", "(function (exports, require, module) { module.exports = require('assert').strict; })"),
    ("async_hooks", include_str!("js/async_hooks.js")),
    ("buffer", include_str!("js/buffer.js")),
    ("console", include_str!("js/console.js")),
    ("crypto", include_str!("js/crypto.js")),
    ("diagnostics_channel", include_str!("js/diagnostics_channel.js")),
    ("events", include_str!("js/events.js")),
    ("internal/equality", include_str!("js/equality.js")),
    ("internal/errors", include_str!("js/errors.js")),
    ("internal/format", include_str!("js/format.js")),
    ("internal/inspect", include_str!("js/inspect.js")),
    ("module", include_str!("js/module.js")),
    ("os", include_str!("js/os.js")),
    ("path", include_str!("js/path.js")),
    ("path/posix", "(function (exports, require, module) { module.exports = require('path'); })"),
    (
        "perf_hooks",
        "(function (exports) { exports.performance = performance; exports.PerformanceEntry = PerformanceEntry; })",
    ),
    ("process", include_str!("js/process.js")),
    ("stream/web", include_str!("js/stream_web.js")),
    ("test", include_str!("js/test.js")),
    ("timers", include_str!("js/timers.js")),
    ("timers/promises", include_str!("js/timers_promises.js")),
    ("url", include_str!("js/url.js")),
    ("util", include_str!("js/util.js")),
    ("util/types", include_str!("js/util_types.js")),
];

/// The modules that have no name without `node:`.
const WITH_SCHEME_ONLY: [&str; 1] = ["test"];

/// The module that programs may import in every context.
const ALWAYS: &str = "async_hooks";

/// The loaded modules of a realm, and its environment.
#[derive(Trace, Finalize)]
struct State {
    /// `{ exports }` of each module.
    loaded: GcRefCell<Vec<(Name, JsObject)>>,
    /// What the modules use of this crate.
    native: GcRefCell<Option<JsObject>>,
    /// The functions that the host calls, which the modules give it.
    host: JsObject,
    #[unsafe_ignore_trace]
    node: Option<Rc<Node>>,
}

#[derive(Clone, Copy, PartialEq, Trace, Finalize)]
#[boa_gc(empty_trace)]
struct Name(&'static str);

/// The built-in modules of a realm.
#[derive(Clone, Trace, Finalize, JsData)]
pub(super) struct Builtins(Gc<State>);

impl Builtins {
    /// Sets the environment of the current realm. Modules that are loaded already are loaded again.
    pub(super) fn keep(node: Option<Rc<Node>>, context: &mut Context) -> Builtins {
        let host = JsObject::with_null_proto();
        let state = State { loaded: GcRefCell::default(), native: GcRefCell::default(), host, node };
        let builtins = Builtins(Gc::new(state));
        context.realm().host_defined_mut().insert(builtins.clone());
        builtins
    }

    /// Returns those of the current realm, if a program has used one or the host has called `add_node`.
    pub(super) fn find(context: &Context) -> Option<Builtins> {
        context.realm().host_defined().get::<Builtins>().cloned()
    }

    pub(super) fn of(context: &mut Context) -> Builtins {
        Builtins::find(context).unwrap_or_else(|| Builtins::keep(None, context))
    }

    /// Returns the environment.
    pub(super) fn node(&self) -> JsResult<Rc<Node>> {
        self.0.node.clone().ok_or_else(|| {
            JsNativeError::typ()
                .with_message("Node's modules are not available: the host has not called `add_node`")
                .into()
        })
    }

    /// Returns the object with the functions that the modules gave to the host.
    pub(super) fn host(&self) -> &JsObject {
        &self.0.host
    }

    /// Returns what the modules use of this crate.
    fn native(&self, context: &mut Context) -> JsResult<JsObject> {
        if let Some(native) = &*self.0.native.borrow() {
            return Ok(native.clone());
        }
        let native = native::create(self, context)?;
        *self.0.native.borrow_mut() = Some(native.clone());
        Ok(native)
    }

    pub(super) fn loaded(&self, name: &str) -> Option<JsObject> {
        self.0.loaded.borrow().iter().find(|(other, _)| other.0 == name).map(|(_, module)| module.clone())
    }
}

/// Returns the name of a built-in module that programs of this realm may load, without `node:`.
pub(crate) fn is_builtin(specifier: &str, context: &Context) -> Option<&'static str> {
    let bare = specifier.strip_prefix("node:");
    let name = bare.unwrap_or(specifier);
    let (name, _) = TEXTS.iter().find(|(other, _)| *other == name && !other.starts_with("internal/"))?;
    let available = *name == ALWAYS || Builtins::find(context).is_some_and(|builtins| builtins.0.node.is_some());
    let named = bare.is_some() || !WITH_SCHEME_ONLY.contains(name);
    (available && named).then_some(*name)
}

/// Returns the specifiers of the built-in modules that programs of this realm may load.
pub(crate) fn names(context: &Context) -> Vec<String> {
    let all = TEXTS.iter().map(|(name, _)| format!("node:{name}"));
    all.filter(|name| is_builtin(name, context).is_some()).collect()
}

/// Returns the exports of a module, which is loaded if it was not. While it loads, its exports are those that it has so far.
pub(super) fn builtin(name: &str, context: &mut Context) -> JsResult<JsValue> {
    let builtins = Builtins::of(context);
    if let Some(module) = builtins.loaded(name) {
        return module.get(js_string!("exports"), context);
    }
    let Some(&(name, text)) = TEXTS.iter().find(|(other, _)| *other == name) else {
        return Err(JsNativeError::typ().with_message(format!("there is no built-in module `{name}`")).into());
    };
    let exports = JsObject::with_object_proto(context.intrinsics());
    let module = JsObject::with_object_proto(context.intrinsics());
    module.set(js_string!("exports"), exports.clone(), true, context)?;
    builtins.0.loaded.borrow_mut().push((Name(name), module.clone()));
    let realm = context.realm().clone();
    let require = function(&realm, "require", 1, (), |_, args, (), context| {
        let name = args.first().cloned().unwrap_or_default().to_string(context)?;
        builtin(&name.to_std_string_lossy(), context)
    });
    let native = builtins.native(context)?;
    let args = [exports.into(), require.into(), module.clone().into(), native.into()];
    prelude::evaluate(name, text, &args, context)?;
    module.get(js_string!("exports"), context)
}

/// Returns a built-in module for `import`, with its exports by name and as the default.
pub(crate) fn synthetic(name: &str, context: &mut Context) -> JsResult<Module> {
    let exports = builtin(name, context)?;
    synthetic_of(exports, context)
}

/// Returns a module whose exports are the properties of a value, and the value as the default.
pub(crate) fn synthetic_of(value: JsValue, context: &mut Context) -> JsResult<Module> {
    let mut names: Vec<JsString> = Vec::new();
    let mut values: Vec<JsValue> = Vec::new();
    if let Some(object) = value.as_object() {
        for key in object.own_property_keys(context)? {
            let PropertyKey::String(name) = key else { continue };
            let text = name.to_std_string_lossy();
            let own =
                object.is_callable() && ["length", "name", "prototype", "arguments", "caller"].contains(&text.as_str());
            if own || text == "default" {
                continue;
            }
            values.push(object.get(name.clone(), context)?);
            names.push(name);
        }
    }
    names.push(js_string!("default"));
    values.push(value);
    let steps = SyntheticModuleInitializer::from_copy_closure_with_captures(
        |module, (names, values): &(Vec<JsString>, Vec<JsValue>), _| {
            names.iter().zip(values).try_for_each(|(name, value)| module.set_export(name, value.clone()))
        },
        (names.clone(), values),
    );
    Ok(Module::synthetic(&names, steps, None, None, context))
}
