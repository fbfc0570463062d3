//! `$262.agent`: the other agents of a test. Each is a context on a separate thread.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use boa_engine::builtins::array_buffer::SharedArrayBuffer;
use boa_engine::native_function::NativeFunctionPointer;
use boa_engine::object::builtins::JsSharedArrayBuffer;
use boa_engine::object::{JsObject, ObjectInitializer};
use boa_engine::property::Attribute;
use boa_engine::{
    Context, JsArgs, JsBigInt, JsError, JsNativeError, JsResult, JsString, JsValue, NativeFunction, js_string,
};

use super::flavor::Engine;
use crate::engine::{STACK, on_own_thread};
use crate::program::reading::Reading;

/// The time at which `monotonicNow` is zero.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A broadcast: shared memory and a number.
#[derive(Clone)]
struct Broadcast {
    memory: SharedArrayBuffer,
    number: Number,
    /// Receives a message when an agent has received the broadcast.
    received: Sender<()>,
}

#[derive(Clone)]
enum Number {
    Float(f64),
    Big(String),
}

/// The state that all agents of a run share.
#[derive(Default)]
struct Shared {
    reports: Mutex<VecDeque<String>>,
    running: AtomicUsize,
}

/// The agents that a test has started.
pub(super) struct Agents {
    engine: Engine,
    reading: Reading,
    shared: Arc<Shared>,
    running: RefCell<Vec<Sender<Broadcast>>>,
}

impl Agents {
    /// Whether any agent still runs.
    pub(super) fn run(&self) -> bool {
        self.shared.running.load(Ordering::Acquire) > 0
    }
}

/// Returns the agents of a test, and the object `agent`.
pub(super) fn install(engine: Engine, reading: Reading, context: &mut Context) -> Rc<Agents> {
    let agents = Rc::new(Agents { engine, reading, shared: Arc::default(), running: RefCell::default() });
    context.insert_data(Rc::clone(&agents));
    agents
}

/// Returns the object `agent` of the main agent.
pub(super) fn object(context: &mut Context) -> JsObject {
    build(&[("start", 1, start), ("broadcast", 2, broadcast), ("getReport", 0, get_report)], context)
}

fn build(functions: &[(&str, usize, NativeFunctionPointer)], context: &mut Context) -> JsObject {
    let shared: [(&str, usize, NativeFunctionPointer); 2] = [("sleep", 1, sleep), ("monotonicNow", 0, monotonic_now)];
    let mut object = ObjectInitializer::new(context);
    for (name, length, function) in functions.iter().chain(&shared) {
        object.function(NativeFunction::from_fn_ptr(*function), JsString::from(*name), *length);
    }
    object.build()
}

fn of(context: &Context) -> JsResult<Rc<Agents>> {
    let agents = context.get_data::<Rc<Agents>>().cloned();
    agents.ok_or_else(|| type_error("this agent cannot start others"))
}

fn type_error(message: &'static str) -> JsError {
    JsNativeError::typ().with_message(message).into()
}

/// Starts an agent and waits until it runs.
fn start(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let agents = of(context)?;
    let (engine, reading, shared) = (agents.engine, agents.reading, Arc::clone(&agents.shared));
    let (send, broadcasts) = mpsc::channel();
    let (runs, wait) = mpsc::channel();
    shared.running.fetch_add(1, Ordering::AcqRel);
    let body = move || {
        let ran = on_own_thread(STACK, || {
            // An error means that the main agent is gone.
            let _ = runs.send(());
            other(engine, reading, &text, broadcasts, &shared)
        });
        // Standard error becomes part of the result if the test hangs.
        match ran {
            Ok(Ok(())) => {}
            Ok(Err(error)) => eprintln!("an agent threw {error}"),
            Err(failure) => eprintln!("an agent ended: {failure}"),
        }
        shared.running.fetch_sub(1, Ordering::AcqRel);
    };
    let thread = thread::Builder::new().name("agent".to_owned()).spawn(body);
    if let Err(error) = thread {
        agents.shared.running.fetch_sub(1, Ordering::AcqRel);
        return Err(JsError::from_rust(error));
    }
    agents.running.borrow_mut().push(send);
    // An error means that the agent has ended.
    let _ = wait.recv();
    Ok(JsValue::undefined())
}

/// Broadcasts shared memory to all agents, and waits until they have received it.
fn broadcast(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let memory = args.get_or_undefined(0).as_object();
    let memory = JsSharedArrayBuffer::from_object(
        memory.ok_or_else(|| type_error("only a SharedArrayBuffer can be broadcast"))?,
    )?;
    let number = match args.get_or_undefined(1).as_bigint() {
        Some(number) => Number::Big(number.to_string()),
        None => Number::Float(args.get_or_undefined(1).to_number(context)?),
    };
    let (received, wait) = mpsc::channel();
    let sent = Broadcast { memory: memory.inner(), number, received };
    let agents = of(context)?;
    // Agents that have ended are skipped.
    let receivers = agents.running.borrow().iter().filter(|agent| agent.send(sent.clone()).is_ok()).count();
    drop(sent);
    for _ in 0..receivers {
        if wait.recv().is_err() {
            break;
        }
    }
    Ok(JsValue::undefined())
}

fn get_report(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let agents = of(context)?;
    let report = agents.shared.reports.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    Ok(report.map_or_else(JsValue::null, |report| JsString::from(report).into()))
}

fn sleep(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let milliseconds = args.get_or_undefined(0).to_number(context)?;
    if milliseconds.is_finite() {
        thread::sleep(Duration::from_millis(milliseconds.clamp(0.0, 86_400_000.0) as u64));
    }
    Ok(JsValue::undefined())
}

fn monotonic_now(_: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    Ok((START.elapsed().as_secs_f64() * 1000.0).into())
}

/// The state of a started agent.
struct Other {
    shared: Arc<Shared>,
    broadcasts: Receiver<Broadcast>,
}

/// Runs a started agent to its end.
fn other(
    engine: Engine,
    reading: Reading,
    text: &str,
    broadcasts: Receiver<Broadcast>,
    shared: &Arc<Shared>,
) -> Result<(), String> {
    let message = |error: JsError| error.to_string();
    let mut context = engine.context(Path::new("."), true, reading).map_err(message)?;
    context.insert_data(Other { shared: Arc::clone(shared), broadcasts });
    let functions: [(&str, usize, NativeFunctionPointer); 3] =
        [("receiveBroadcast", 1, receive_broadcast), ("report", 1, report), ("leaving", 0, leaving)];
    let agent = build(&functions, &mut context);
    let mut object = ObjectInitializer::new(&mut context);
    object.property(js_string!("agent"), agent, Attribute::all());
    let object = object.build();
    context.register_global_property(js_string!("$262"), object, Attribute::all()).map_err(message)?;
    let script = engine.parse_script(&mut context, text, Path::new("agent")).map_err(message)?;
    script.evaluate(&mut context).map_err(message)?;
    context.run_jobs().map_err(message)
}

fn receive_broadcast(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let callback = args.get_or_undefined(0).as_callable();
    let callback = callback.ok_or_else(|| type_error("receiveBroadcast needs a function"))?;
    let other = context.get_data::<Other>().ok_or_else(|| type_error("this agent cannot receive broadcasts"))?;
    let received = other.broadcasts.recv().map_err(|_| type_error("the main agent has ended"))?;
    // An error means that the sender is gone.
    let _ = received.received.send(());
    let memory = JsSharedArrayBuffer::from_buffer(received.memory, context);
    let number = match received.number {
        Number::Float(number) => JsValue::from(number),
        Number::Big(digits) => JsBigInt::from_string(&digits).map_or_else(JsValue::undefined, JsValue::from),
    };
    callback.call(&JsValue::undefined(), &[memory.into(), number], context)
}

fn report(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let other = context.get_data::<Other>().ok_or_else(|| type_error("this agent cannot report"))?;
    other.shared.reports.lock().unwrap_or_else(PoisonError::into_inner).push_back(text);
    Ok(JsValue::undefined())
}

fn leaving(_: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    Ok(JsValue::undefined())
}
