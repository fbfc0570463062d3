//! What the built-in modules use of this crate: one object of functions and values.

use std::env::consts::{ARCH, OS};
use std::io::IsTerminal as _;
use std::num::NonZero;
use std::path::Path;

use asynccontext::spec::Mapping as _;
use boa_engine::builtins::promise::PromiseState;
use boa_engine::error::{EngineError, PanicError};
use boa_engine::job::{GenericJob, NativeJob};
use boa_engine::object::builtins::{JsArray, JsPromise};
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::{Context, JsArgs, JsError, JsNativeError, JsResult, JsString, JsValue, NativeFunction, js_string};

use super::builtins::{Builtins, builtin, is_builtin, names};
use super::settings::{Node, Output};
use super::{end, files, kind};
use crate::agent::{Agent, Cause};
use crate::construct::Installed;
use crate::event_loop::EventLoop;
use crate::executions::Collected;
use crate::host::{self, STREAM_CLASSES, call_back, ordered};
use crate::intrinsic::function;
use crate::mapping::Mapping;
use crate::promise_hooks;
use crate::report::report_exception;
use crate::snapshot::this_snapshot;
use crate::transform;
use crate::variable::{call, hidden, this_variable};

/// The behavior of a function of the object.
type Behavior = fn(&[JsValue], &mut Context) -> JsResult<JsValue>;

/// Functions that need no more than `install`.
const CONTEXTS: [(&str, Behavior); 10] = [
    ("bind", bind),
    ("bindScope", bind_scope),
    ("unbind", unbind),
    ("isBound", is_bound),
    ("runAs", run_as),
    ("resume", resume),
    ("report", report),
    ("queueTask", queue_task),
    ("kindOf", kind_of),
    ("promiseState", promise_state),
];

/// Functions of `executions`.
const EXECUTIONS: [(&str, Behavior); 8] = [
    ("next", |_, context| Ok(Agent::of(context).executions.next().into())),
    ("id", |_, context| Ok(Agent::of(context).executions.current().0.into())),
    ("trigger", |_, context| Ok(Agent::of(context).executions.current().1.into())),
    ("resource", |_, context| Ok(Agent::of(context).executions.resource(context).into())),
    ("hook", set_hook),
    ("enter", enter),
    ("leave", leave),
    ("whenCollected", when_collected),
];

/// Functions that need the environment.
const NODE: [(&str, Behavior); 13] = [
    ("builtin", |args, context| {
        let specifier = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
        builtin(is_builtin(&specifier, context).unwrap_or(&specifier), context)
    }),
    ("isBuiltin", |args, context| {
        let specifier = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
        Ok(is_builtin(&specifier, context).is_some().into())
    }),
    ("isLoaded", |args, context| {
        let name = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
        Ok(Builtins::of(context).loaded(&name).is_some().into())
    }),
    ("keep", |args, context| end::keep(args.get_or_undefined(0), &Builtins::of(context), context)),
    ("nextTick", next_tick),
    ("exit", exit),
    ("write", write),
    ("now", |_, context| Ok((context.clock().now().nanos_since_epoch() as f64 / 1e6).into())),
    ("fileKind", files::kind),
    ("realPath", files::real),
    ("readFile", files::read),
    ("compile", compile),
    ("streamClass", stream_class),
];

/// Returns the object for the current realm.
pub(super) fn create(builtins: &Builtins, context: &mut Context) -> JsResult<JsObject> {
    let realm = context.realm().clone();
    let installed = Installed::of(&realm.intrinsics().constructors().object().prototype(), context)?
        .ok_or_else(|| JsNativeError::typ().with_message("AsyncContext is not installed in this realm"))?;
    let native = JsObject::with_null_proto();
    native.insert_property(js_string!("Variable"), hidden(installed.variable.clone()));
    native.insert_property(js_string!("Snapshot"), hidden(installed.snapshot.clone()));
    let ordered = ordered(&realm, context)?;
    native.insert_property(js_string!("Ordered"), hidden(ordered));
    add(&native, &CONTEXTS, context);
    let executions = JsObject::with_null_proto();
    add(&executions, &EXECUTIONS, context);
    native.insert_property(js_string!("executions"), hidden(executions));
    if let Ok(node) = builtins.node() {
        add(&native, &NODE, context);
        let classes = STREAM_CLASSES.map(|name| JsString::from(name).into());
        native.insert_property(js_string!("streamClasses"), hidden(JsArray::from_iter(classes, context)));
        let settings = settings(&node, context)?;
        native.insert_property(js_string!("settings"), hidden(settings));
        let names: Vec<JsValue> = names(context).iter().map(|name| JsString::from(name.as_str()).into()).collect();
        native.insert_property(js_string!("builtins"), hidden(JsArray::from_iter(names, context)));
    }
    Ok(native)
}

fn add(object: &JsObject, functions: &[(&str, Behavior)], context: &Context) {
    for (name, behavior) in functions {
        let behavior = *behavior;
        let native = NativeFunction::from_copy_closure(move |_, args, context| behavior(args, context));
        let function = FunctionObjectBuilder::new(context.realm(), native).name(JsString::from(*name)).build();
        object.insert_property(JsString::from(*name), hidden(function));
    }
}

fn settings(node: &Node, context: &mut Context) -> JsResult<JsObject> {
    let strings = |texts: &[String], context: &mut Context| {
        let texts: Vec<JsValue> = texts.iter().map(|text| JsString::from(text.as_str()).into()).collect();
        JsArray::from_iter(texts, context)
    };
    let settings = JsObject::with_null_proto();
    let arguments = strings(&node.arguments, context);
    settings.set(js_string!("argv"), arguments, true, context)?;
    let variables = JsObject::with_null_proto();
    for (name, value) in &node.variables {
        variables.set(JsString::from(name.as_str()), JsString::from(value.as_str()), true, context)?;
    }
    settings.set(js_string!("env"), variables, true, context)?;
    let platform = if OS == "macos" { "darwin" } else { OS };
    let arch = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let directory = node.directory().display().to_string();
    for (name, value) in [("platform", platform), ("arch", arch), ("cwd", &directory), ("hostName", &node.host_name)] {
        settings.set(JsString::from(name), JsString::from(value), true, context)?;
    }
    // WebAssembly has no processes, and `std::process::id` panics there.
    let process = if cfg!(target_family = "wasm") { 1 } else { std::process::id() };
    settings.set(js_string!("pid"), process, true, context)?;
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    settings.set(js_string!("processors"), processors, true, context)?;
    let is_terminal = function(context.realm(), "isTerminal", 1, (), |_, args, (), _| {
        Ok(match args.get_or_undefined(0).as_number() {
            Some(1.0) => std::io::stdout().is_terminal(),
            Some(2.0) => std::io::stderr().is_terminal(),
            _ => false,
        }
        .into())
    });
    settings.set(js_string!("isTerminal"), is_terminal, true, context)?;
    Ok(settings)
}

/// Loads `module` and calls a function that it gave to the host.
pub(super) fn call_host(name: &str, args: &[JsValue], module: &str, context: &mut Context) -> JsResult<JsValue> {
    Builtins::of(context).node()?;
    builtin(module, context)?;
    let function = Builtins::of(context).host().get(JsString::from(name), context)?;
    let function = function.as_function().ok_or_else(JsNativeError::typ)?;
    function.call(&JsValue::undefined(), args, context)
}

/// Returns the words for a method of a store.
fn of_store(name: &JsString, method: &JsValue, context: &mut Context) -> JsResult<JsString> {
    let method = method.to_string(context)?;
    let name = if name.is_empty() { js_string!("(unnamed store)") } else { name.clone() };
    Ok(js_string!(&name, &js_string!("."), &method))
}

/// `(variable, value, method)`: binds for the rest of the frame.
fn bind(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (key, _) = this_variable(args.get_or_undefined(0))?;
    let agent = Agent::of(context);
    let words = of_store(key.name(), args.get_or_undefined(2), context)?;
    agent.enter_with(&key, Some(args.get_or_undefined(1).clone()), words);
    Ok(JsValue::undefined())
}

/// `(variable, value, method)`: binds for the rest of the frame, and returns a function that removes the binding.
fn bind_scope(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (key, _) = this_variable(args.get_or_undefined(0))?;
    let words = of_store(key.name(), args.get_or_undefined(2), context)?;
    let guard = Agent::of(context).enter(&key, args.get_or_undefined(1).clone(), words.clone());
    let realm = context.realm().clone();
    let leave = crate::intrinsic::function(&realm, "dispose", 0, (guard, words), |_, _, (guard, words), context| {
        Agent::of(context).leave(*guard, words.clone());
        Ok(JsValue::undefined())
    });
    Ok(leave.into())
}

/// `(variable, method)`: removes the binding for the rest of the frame.
fn unbind(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (key, _) = this_variable(args.get_or_undefined(0))?;
    let agent = Agent::of(context);
    let words = of_store(key.name(), args.get_or_undefined(1), context)?;
    agent.enter_with(&key, None, words);
    Ok(JsValue::undefined())
}

/// `(variable)`: returns whether the current mapping has a binding.
fn is_bound(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (key, _) = this_variable(args.get_or_undefined(0))?;
    Ok(Agent::of(context).snapshot().value(&key).is_some().into())
}

/// `(variable, value, method, function, arguments)`: calls the function with the binding.
fn run_as(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (key, _) = this_variable(args.get_or_undefined(0))?;
    let agent = Agent::of(context);
    let words = of_store(key.name(), args.get_or_undefined(2), context)?;
    let mapping = agent.snapshot().with_record(&key, args.get_or_undefined(1).clone());
    let rest = list(args.get_or_undefined(4), context)?;
    agent.run(mapping, Cause::AsyncHooks(words), || call(args.get_or_undefined(3), &rest, context))
}

/// `(snapshot, words, this, function, arguments)`: calls the function in the snapshot's mapping.
fn resume(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let mapping = this_snapshot(args.get_or_undefined(0))?;
    let words = args.get_or_undefined(1).to_string(context)?;
    let rest = list(args.get_or_undefined(4), context)?;
    let callback = args.get_or_undefined(3).as_function();
    let callback = callback.ok_or_else(|| JsNativeError::typ().with_message("the callback is not a function"))?;
    Agent::of(context)
        .run(mapping, Cause::AsyncHooks(words), || callback.call(args.get_or_undefined(2), &rest, context))
}

fn list(value: &JsValue, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let Some(array) = value.as_object() else { return Ok(Vec::new()) };
    let length = array.get(js_string!("length"), context)?.to_u32(context)?;
    (0..length).map(|index| array.get(index, context)).collect()
}

/// `(error)`: reports an uncaught error.
fn report(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    report_exception(JsError::from_opaque(args.get_or_undefined(0).clone()), context)?;
    Ok(JsValue::undefined())
}

/// `(function)`: calls the function as a separate task in the empty mapping.
fn queue_task(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let callback = args.get_or_undefined(0).clone();
    let realm = context.realm().clone();
    let job = GenericJob::new(move |context| call_back(&callback, &[], Mapping::default(), "task", context), realm);
    context.enqueue_job(job.into());
    Ok(JsValue::undefined())
}

/// `(value)`: returns the name of the kind of an object.
fn kind_of(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let realm = context.realm().clone();
    let kind = args.get_or_undefined(0).as_object().and_then(|object| kind::kind_of(&object, &realm));
    Ok(kind.map_or_else(JsValue::undefined, |kind| JsString::from(kind).into()))
}

/// `(promise)`: returns `[state, result]`.
fn promise_state(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let promise = args.get_or_undefined(0).as_object().ok_or_else(JsNativeError::typ)?;
    let (state, result) = match JsPromise::from_object(promise)?.state() {
        PromiseState::Pending => ("pending", JsValue::undefined()),
        PromiseState::Fulfilled(value) => ("fulfilled", value),
        PromiseState::Rejected(reason) => ("rejected", reason),
    };
    Ok(JsArray::from_iter([JsString::from(state).into(), result], context).into())
}

/// `(hook, tracksPromises)`: sets the function that receives events, or removes it.
fn set_hook(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (hook, tracks) = (args.get_or_undefined(0).as_function(), args.get_or_undefined(1).to_boolean());
    if hook.is_some() && tracks {
        let realm = context.realm().clone();
        promise_hooks::install(&realm, context)?;
    }
    Agent::of(context).executions.set_hook(hook, tracks);
    Ok(JsValue::undefined())
}

/// `(id, trigger, resource)`: begins a resource's work. Returns the number of executions before.
fn enter(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let id = args.get_or_undefined(0).to_length(context)?;
    let trigger = args.get_or_undefined(1).to_number(context)?;
    let resource = args.get_or_undefined(2).as_object();
    let executions = &Agent::of(context).executions;
    let depth = executions.depth();
    executions.enter_resource(id, trigger as u64, resource, context);
    Ok(JsValue::from(depth as u64))
}

/// `(depth)`: ends the work above this number of executions.
fn leave(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let depth = args.get_or_undefined(0).to_length(context)?;
    Agent::of(context).executions.leave(usize::try_from(depth).unwrap_or(0), context);
    Ok(JsValue::undefined())
}

/// `(id)`: returns an object whose collection is reported as the end of this resource, until it is cancelled.
fn when_collected(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let id = args.get_or_undefined(0).to_length(context)?;
    let object = JsObject::from_proto_and_data(None, Agent::of(context).executions.when_collected(id, false));
    let cancel = function(context.realm(), "cancel", 0, (), |this, _, (), _| {
        if let Some(object) = this.as_object()
            && let Some(mut collected) = object.downcast_mut::<Collected>()
        {
            collected.cancel();
        }
        Ok(JsValue::undefined())
    });
    object.insert_property(js_string!("cancel"), hidden(cancel));
    Ok(object.into())
}

/// `(function, arguments)`: calls the function before all promise reactions that wait.
fn next_tick(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let callback = args.get_or_undefined(0).clone();
    let rest = list(args.get_or_undefined(1), context)?;
    let agent = Agent::of(context);
    let mapping = agent.snapshot();
    let execution = agent.executions.start("TickObject", None, context);
    let job = NativeJob::with_realm(
        move |context| {
            let agent = Agent::of(context);
            agent.executions.enter(execution.clone(), context);
            let result = call_back(&callback, &rest, mapping, "tick", context);
            agent.executions.destroy(&execution, context);
            result
        },
        context.realm().clone(),
    );
    match context.downcast_job_executor::<EventLoop>() {
        Some(events) => events.start_tick(job),
        None => {
            return Err(JsNativeError::typ()
                .with_message("process.nextTick needs `asynccontext_boa::EventLoop`")
                .into());
        }
    }
    Ok(JsValue::undefined())
}

/// `(code)`: ends the program.
fn exit(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let code = args.get_or_undefined(0).to_i32(context)?;
    if let Some(exit) = &Builtins::of(context).node()?.exit {
        exit(code);
    }
    Agent::of(context).exit.set(Some(code));
    Err(EngineError::Panic(PanicError::new("the program has called process.exit")).into())
}

/// `(descriptor, text)`: writes to an output.
fn write(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let output = if args.get_or_undefined(0).as_number() == Some(2.0) { Output::Error } else { Output::Standard };
    let text = args.get_or_undefined(1).to_string(context)?.to_std_string_lossy();
    (Builtins::of(context).node()?.write)(output, &text);
    Ok(JsValue::undefined())
}

/// `(text, path)`: returns the function of a CommonJS module.
fn compile(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let path = args.get_or_undefined(1).to_string(context)?.to_std_string_lossy();
    transform::common_js(&text, Path::new(&path), context)?.evaluate(context)
}

/// `(name)`: returns a class of the Streams Standard.
fn stream_class(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let name = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let Some(name) = STREAM_CLASSES.into_iter().find(|other| *other == name) else { return Ok(JsValue::undefined()) };
    host::stream_class(name, context)
}
