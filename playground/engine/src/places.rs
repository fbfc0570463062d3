//! The places of captures and switches. The engine's trace has none, so the built-in functions that capture or
//! switch are replaced by functions that note their caller, and then call them; and the hooks of promises note where
//! a job callback is made.

use std::rc::Rc;

use boa_engine::context::{Context, HostHooks};
use boa_engine::job::JobCallback;
use boa_engine::native_function::NativeFunction;
use boa_engine::object::builtins::JsFunction;
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::property::{PropertyDescriptor, PropertyKey};
use boa_engine::{JsArgs, JsData, JsNativeError, JsResult, JsString, JsValue, js_string};
use boa_gc::{Finalize, Trace};

use crate::recorder::{Place, Recorder};

/// Hooks that note where the callbacks of jobs are made, and when they are called.
pub(crate) struct Hooks(pub(crate) Rc<Recorder>);

/// The number of the capture of a job callback.
#[derive(Trace, Finalize, JsData)]
struct Capture(u32);

impl HostHooks for Hooks {
    fn make_job_callback(&self, callback: JsFunction, context: &mut Context) -> JobCallback {
        JobCallback::new(callback, Capture(self.0.capture_for_job(&place(context))))
    }

    fn call_job_callback(
        &self,
        job: &JobCallback,
        this: &JsValue,
        args: &[JsValue],
        context: &mut Context,
    ) -> JsResult<JsValue> {
        if let Some(capture) = job.host_defined().downcast_ref::<Capture>() {
            self.0.enter(capture.0);
        }
        job.callback().call(this, args, context)
    }
}

/// Returns the place of the function that runs.
fn place(context: &Context) -> Place {
    let mut frames = context.stack_trace();
    let Some(top) = frames.next() else { return Place::default() };
    let location = top.position();
    Place {
        line: location.position.map(|position| position.line_number()),
        function: location.function_name.to_std_string_lossy(),
        depth: frames.count() + 1,
    }
}

/// What a replaced function does beside its own work.
#[derive(Clone, Copy)]
enum Kind {
    /// It switches at once.
    Switches,
    /// It registers reactions.
    Registers,
    /// It calls its first argument later.
    Later(&'static str),
}

/// Replaces the functions that capture and switch.
pub(crate) fn install(recorder: Rc<Recorder>, context: &mut Context) -> JsResult<()> {
    context.insert_data(recorder);
    let global = context.global_object();
    for (path, kind) in [
        ("AsyncContext.Variable.prototype.run", Kind::Switches),
        ("AsyncContext.Snapshot.prototype.run", Kind::Switches),
        ("EventTarget.prototype.dispatchEvent", Kind::Switches),
        ("Promise.prototype.then", Kind::Registers),
        ("setTimeout", Kind::Later("timer")),
        ("setInterval", Kind::Later("timer")),
        ("setImmediate", Kind::Later("immediate")),
        ("queueMicrotask", Kind::Later("microtask")),
    ] {
        let (holder, name) = path.rsplit_once('.').unwrap_or(("", path));
        let mut object = Some(global.clone());
        for part in holder.split('.').filter(|part| !part.is_empty()) {
            object = match object {
                Some(found) => found.get(JsString::from(part), context)?.as_object(),
                None => None,
            };
        }
        if let Some(object) = object {
            replace(&object, name, kind, context)?;
        }
    }
    let objects = context.intrinsics().objects();
    for prototype in [objects.generator(), objects.async_generator()] {
        for name in ["next", "return", "throw"] {
            replace(&prototype, name, Kind::Switches, context)?;
        }
    }
    Ok(())
}

fn replace(object: &JsObject, name: &'static str, kind: Kind, context: &mut Context) -> JsResult<()> {
    let key = PropertyKey::from(JsString::from(name));
    let Some(original) = object.get(key.clone(), context)?.as_function() else { return Ok(()) };
    let length = original.get(js_string!("length"), context)?.to_length(context)?;
    let function = NativeFunction::from_copy_closure_with_captures(
        move |this, args, original: &JsFunction, context| noted(kind, this, args, original, context),
        original,
    );
    let function = FunctionObjectBuilder::new(context.realm(), function)
        .name(JsString::from(name))
        .length(usize::try_from(length).unwrap_or_default())
        .build();
    let property = PropertyDescriptor::builder().value(function).writable(true).configurable(true);
    object.define_property_or_throw(key, property, context)?;
    Ok(())
}

fn noted(
    kind: Kind,
    this: &JsValue,
    args: &[JsValue],
    original: &JsFunction,
    context: &mut Context,
) -> JsResult<JsValue> {
    let recorder = context.get_data::<Rc<Recorder>>().cloned().ok_or_else(JsNativeError::typ)?;
    match kind {
        Kind::Switches => {
            recorder.set_place(place(context).line);
            original.call(this, args, context)
        }
        Kind::Registers => {
            recorder.register(true);
            let registered = original.call(this, args, context);
            recorder.register(false);
            registered
        }
        Kind::Later(how) => match args.get_or_undefined(0).as_function() {
            Some(callback) => {
                let capture = recorder.capture(how, &place(context));
                let mut args = args.to_vec();
                if let Some(first) = args.first_mut() {
                    *first = entering(capture, callback, context).into();
                }
                original.call(this, &args, context)
            }
            None => original.call(this, args, context),
        },
    }
}

/// Returns a function that notes the entry of a capture, and then calls `callback`.
fn entering(capture: u32, callback: JsFunction, context: &mut Context) -> JsFunction {
    let function = NativeFunction::from_copy_closure_with_captures(
        move |this, args, callback: &JsFunction, context| {
            if let Some(recorder) = context.get_data::<Rc<Recorder>>() {
                recorder.enter(capture);
            }
            callback.call(this, args, context)
        },
        callback,
    );
    FunctionObjectBuilder::new(context.realm(), function).build()
}
