//! The embedded JavaScript engine: its thread, whose panics are returned as errors, and its context.

use std::cell::Cell;
use std::io;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::rc::Rc;
use std::sync::Once;
use std::thread;

use asynccontext_boa::{EventLoop, Hooks, Modules, add_host, install_with};
use boa_engine::context::ContextBuilder;
use boa_engine::{Context, JsNativeError, JsResult};

use crate::program::reading::Reading;

/// The stack size that Boa's default limits need in a build without optimization.
pub const STACK: usize = 16 << 20;

/// The reason why the engine cannot follow [`Reading::RejectionCreation`].
const NO_CREATION: &str = "Boa has no hook for the creation of a promise";

/// The name of the engine's threads.
const NAME: &str = "engine";

thread_local! {
    /// The message of the last panic of this thread, with its place.
    static PANIC: Cell<Option<String>> = const { Cell::new(None) };
}

/// The reason why the engine's thread has no result.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The thread could not be started.
    #[error("the engine's thread cannot be started: {0}; free some memory or use a smaller stack")]
    NoThread(#[from] io::Error),
    /// The engine panicked, which is a defect of the engine or of its extensions.
    #[error("the engine panicked: {0}")]
    Panicked(String),
}

/// Runs `work` on a new thread with a stack of the given number of bytes, and waits for it.
///
/// A panic of the thread is returned instead of printed.
///
/// # Examples
///
/// ```
/// use conformance::engine::{STACK, on_own_thread};
///
/// assert_eq!(on_own_thread(STACK, || 1 + 1).unwrap(), 2);
/// let failure = on_own_thread(STACK, || -> () { panic!("no such opcode") }).unwrap_err();
/// assert!(failure.to_string().contains("no such opcode"));
/// ```
///
/// # Errors
///
/// Returns an error if the thread cannot be started, or if `work` panics.
#[cfg(not(target_family = "wasm"))]
pub fn on_own_thread<T: Send>(stack: usize, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    keep_panics();
    let work = || panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| PANIC.take());
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(NAME.to_owned()).stack_size(stack).spawn_scoped(scope, work)?;
        let unknown = || Failure::Panicked("unknown panic message".to_owned());
        // A second panic while the payload of the first one is dropped ends the thread.
        thread.join().map_err(|_| unknown())?.map_err(|panic| panic.map_or_else(unknown, Failure::Panicked))
    })
}

/// Runs `work` on this thread, since WebAssembly has no other. A panic ends the program.
///
/// # Errors
///
/// Returns no error.
#[cfg(target_family = "wasm")]
pub fn on_own_thread<T: Send>(_stack: usize, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    Ok(work())
}

/// Installs a panic hook that keeps panics of the engine's threads instead of printing them.
fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if thread::current().name() == Some(NAME) { PANIC.set(Some(panic_text(panic))) } else { print(panic) }
        }));
    });
}

fn panic_text(panic: &PanicHookInfo<'_>) -> String {
    let message = panic.payload_as_str().unwrap_or("no message");
    panic.location().map_or_else(|| message.to_owned(), |place| format!("{message} ({place})"))
}

/// Returns a context with all of `asynccontext-boa`: AsyncContext, modules, `node:async_hooks`, timers and events.
/// `event_loop` runs its jobs.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// let mut context = conformance::engine::context(asynccontext_boa::EventLoop::default())?;
/// let kinds = "typeof AsyncContext + typeof setTimeout + typeof AbortSignal";
/// let kinds = asynccontext_boa::evaluate(&mut context, kinds, None)?;
/// assert_eq!(kinds.as_string().unwrap(), "objectfunctionfunction");
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns the error that the engine throws while it is set up.
pub fn context(event_loop: EventLoop) -> JsResult<Context> {
    let mut context = agent(event_loop)?;
    add_host(&mut context)?;
    Ok(context)
}

/// Returns a context with AsyncContext, modules and `node:async_hooks`, without timers, events and other functions of a
/// host. It takes half the time of [`context`].
///
/// # Errors
///
/// Returns the error that the engine throws while it is set up.
pub fn agent(event_loop: EventLoop) -> JsResult<Context> {
    let mut context = ContextBuilder::new()
        .host_hooks(Rc::new(Hooks::default()))
        .job_executor(Rc::new(event_loop))
        .module_loader(Rc::new(Modules::default()))
        .build()?;
    install_with(&mut context)?;
    Ok(context)
}

/// Makes a context follow a reading of the draft. No program may have run in it.
///
/// # Errors
///
/// Returns an error if the engine cannot follow the reading.
pub fn follow(context: &mut Context, reading: Reading) -> JsResult<()> {
    let reading = match reading {
        Reading::Draft => asynccontext_boa::Reading::Draft,
        Reading::YieldStar2025 => asynccontext_boa::Reading::YieldStar2025,
        Reading::GeneratorsResumption => asynccontext_boa::Reading::GeneratorsResumption,
        Reading::RejectionEmpty => asynccontext_boa::Reading::RejectionEmpty,
        Reading::EventsRegistration => asynccontext_boa::Reading::EventsRegistration,
        Reading::EventsCause => asynccontext_boa::Reading::EventsCause,
        Reading::ErrorSnapshot => asynccontext_boa::Reading::ErrorSnapshot,
        Reading::RejectionCreation => return Err(JsNativeError::error().with_message(NO_CREATION).into()),
    };
    asynccontext_boa::follow(context, reading)
}

/// Returns the reason why the engine cannot follow a reading, if there is one.
///
/// # Examples
///
/// ```
/// use conformance::engine::obstacle;
/// use conformance::program::reading::Reading;
/// assert!(obstacle(Reading::RejectionCreation).is_some());
/// assert!(obstacle(Reading::YieldStar2025).is_none());
/// ```
#[must_use]
pub fn obstacle(reading: Reading) -> Option<&'static str> {
    (reading == Reading::RejectionCreation).then_some(NO_CREATION)
}

/// Limits the address space of this process to the given number of bytes, if the system supports that. An allocation beyond the
/// limit ends the process. Also disables core dumps.
///
/// # Errors
///
/// Returns the system's error.
#[cfg(unix)]
pub fn bound_memory(bytes: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let bounded = |resource, most: u64| {
        let maximum = getrlimit(resource).maximum;
        let most = maximum.map_or(most, |maximum| maximum.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
    };
    bounded(Resource::Core, 0)?;
    Ok(bounded(Resource::As, bytes)?)
}

/// Does nothing, since this system has no such limit.
#[cfg(not(unix))]
pub fn bound_memory(_: u64) -> io::Result<()> {
    Ok(())
}
