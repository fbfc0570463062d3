//! Installation of AsyncContext in a context and in its realms.

use std::rc::Rc;

use asynccontext::spec::Mapping as _;
use boa_engine::context::ContextBuilder;
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::realm::Realm;
use boa_engine::{Context, JsNativeError, JsResult, JsSymbol, JsValue, NativeFunction, js_string};

use crate::agent::{Agent, Cause, Switch};
use crate::construct::Installed;
use crate::event_loop::EventLoop;
use crate::hooks::Hooks;
use crate::mapping::Mapping;
use crate::modules::Modules;
use crate::uncaught::Uncaught;
use crate::variable::{hidden, to_string_tag};
use crate::{delegate, errors, from_async, generators, snapshot, then, transform, variable};

/// Builds a context that has AsyncContext, its event loop and its modules.
///
/// It sets the builder's hooks, job executor and module loader. All other settings of the builder
/// are kept.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use boa_engine::context::ContextBuilder;
///
/// let mut context = asynccontext_boa::install(ContextBuilder::new())?;
/// let seen = asynccontext_boa::evaluate(
///     &mut context,
///     "const user = new AsyncContext.Variable(); user.run('ada', () => user.get())",
///     None,
/// )?;
/// assert_eq!(seen.as_string().unwrap(), "ada");
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns the error of the builder or of a built-in function.
pub fn install(builder: ContextBuilder) -> JsResult<Context> {
    let mut context = builder
        .host_hooks(Rc::new(Hooks::default()))
        .job_executor(Rc::new(EventLoop::default()))
        .module_loader(Rc::new(Modules::default()))
        .build()?;
    install_with(&mut context)?;
    Ok(context)
}

/// Installs AsyncContext in a context with custom hooks or a custom executor.
///
/// The hooks must be [`Hooks`] around the host's, and the executor must call
/// [`isolate`](crate::isolate) around each job. No program may have run in the context before.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use std::rc::Rc;
/// use asynccontext_boa::{EventLoop, Hooks, install_with};
/// use boa_engine::context::{ContextBuilder, DefaultHooks};
///
/// let mut context = ContextBuilder::new()
///     .host_hooks(Rc::new(Hooks::around(DefaultHooks)))
///     .job_executor(Rc::new(EventLoop::default()))
///     .build()?;
/// install_with(&mut context)?;
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns a `TypeError` if the context's hooks are not [`Hooks`], if AsyncContext is already
/// installed, or if a program has changed the built-in functions.
pub fn install_with(context: &mut Context) -> JsResult<()> {
    if Agent::find(context).is_some() {
        return Err(JsNativeError::typ().with_message("AsyncContext is already installed").into());
    }
    let agent = Rc::new(Agent::new(context));
    context.insert_data(Rc::clone(&agent));
    if !captures(&agent, context) {
        context.remove_data::<Rc<Agent>>();
        return Err(JsNativeError::typ()
            .with_message("the context needs `asynccontext_boa::Hooks`; pass them to its builder")
            .into());
    }
    let realm = context.realm().clone();
    install_in(&realm, context)
}

/// Whether the context's hooks propagate the mapping.
fn captures(agent: &Agent, context: &mut Context) -> bool {
    let probe = agent.new_key(js_string!("probe"));
    let bound = Mapping::empty().with_record(&probe, JsValue::null());
    let nothing =
        FunctionObjectBuilder::new(context.realm(), NativeFunction::from_fn_ptr(|_, _, _| Ok(JsValue::undefined())));
    let nothing = nothing.build();
    let hooks = context.host_hooks();
    let job = agent.run(bound.clone(), Cause::JobEnd, || hooks.make_job_callback(nothing, context));
    agent.run(Mapping::empty(), Cause::JobEnd, || {
        let called = hooks.call_job_callback(&job, &JsValue::undefined(), &[], context);
        agent.executions.leave(0, context);
        called.is_ok() && agent.snapshot().is_same(&bound)
    })
}

/// Creates a realm with AsyncContext. All realms of a context share one current mapping
/// (`sec-agents`).
///
/// A realm that `Context::create_realm` creates has no AsyncContext, since the engine has no hook
/// for the creation of a realm.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use boa_engine::{Source, context::ContextBuilder};
///
/// let mut context = asynccontext_boa::install(ContextBuilder::new())?;
/// let realm = asynccontext_boa::create_realm(&mut context)?;
/// let before = context.enter_realm(realm);
/// assert!(context.eval(Source::from_bytes("AsyncContext.Snapshot"))?.is_callable());
/// context.enter_realm(before);
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns the error if the realm or a built-in function cannot be created.
pub fn create_realm(context: &mut Context) -> JsResult<Realm> {
    let realm = context.create_realm()?;
    install_in(&realm, context)?;
    Ok(realm)
}

fn install_in(realm: &Realm, context: &mut Context) -> JsResult<()> {
    let before = context.enter_realm(realm.clone());
    let installed = (|| {
        let (variable, variable_prototype) = variable::create(realm, context)?;
        let (snapshot, snapshot_prototype) = snapshot::create(realm, context)?;
        let namespace = JsObject::with_object_proto(realm.intrinsics());
        namespace.insert_property(js_string!("Snapshot"), hidden(snapshot.clone()));
        namespace.insert_property(js_string!("Variable"), hidden(variable.clone()));
        namespace.insert_property(JsSymbol::to_string_tag(), to_string_tag("AsyncContext"));
        let global = context.global_object();
        global.define_property_or_throw(js_string!("AsyncContext"), hidden(namespace), context)?;
        Installed { variable: variable.into(), snapshot: snapshot.into(), variable_prototype, snapshot_prototype }
            .keep(realm, context)?;
        then::install(realm, context)?;
        generators::install(realm, context)?;
        transform::install(realm, context)?;
        from_async::install(realm, context)?;
        delegate::install(realm, context)?;
        errors::install(context)
    })();
    context.enter_realm(before);
    installed
}

/// Calls `watcher` at each switch of the current mapping.
///
/// The watcher must not run scripts.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use boa_engine::context::ContextBuilder;
///
/// let mut context = asynccontext_boa::install(ContextBuilder::new())?;
/// let count = Rc::new(Cell::new(0));
/// let seen = Rc::clone(&count);
/// asynccontext_boa::on_switch(&context, move |_| seen.set(seen.get() + 1));
/// asynccontext_boa::evaluate(&mut context, "new AsyncContext.Variable().run(1, () => {})", None)?;
/// assert_eq!(count.get(), 2);
/// # Ok(()) }
/// ```
///
/// # Panics
///
/// Panics if AsyncContext is not installed in `context`.
pub fn on_switch(context: &Context, watcher: impl Fn(&Switch) + 'static) {
    Agent::of(context).watch(Some(Rc::new(watcher)));
}

/// Returns the current mapping (`sec-asynccontextsnapshot`).
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use boa_engine::context::ContextBuilder;
///
/// let context = asynccontext_boa::install(ContextBuilder::new())?;
/// assert!(asynccontext_boa::current_mapping(&context).is_empty());
/// # Ok(()) }
/// ```
///
/// # Panics
///
/// Panics if AsyncContext is not installed in `context`.
#[must_use]
pub fn current_mapping(context: &Context) -> Mapping {
    Agent::of(context).snapshot()
}

/// Calls `listener` for each uncaught error. For a rejection it runs in the mapping of the
/// rejection.
///
/// Without a listener, `run_jobs` of the event loop returns the first such error after all jobs
/// have run.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use asynccontext_boa::{evaluate, install, on_uncaught};
/// use boa_engine::context::ContextBuilder;
///
/// let mut context = install(ContextBuilder::new())?;
/// on_uncaught(&context, |uncaught, _| {
///     assert!(uncaught.message.starts_with("Error: nobody"));
///     let (user, _) = uncaught.mapping.records().next().unwrap();
///     assert_eq!(user.name(), "user");
/// });
/// evaluate(
///     &mut context,
///     "new AsyncContext.Variable({ name: 'user' }).run('ada', () => Promise.reject(new Error('nobody')));",
///     None,
/// )?;
/// context.run_jobs()?;
/// # Ok(()) }
/// ```
///
/// # Panics
///
/// Panics if AsyncContext is not installed in `context`.
pub fn on_uncaught(context: &Context, listener: impl Fn(Uncaught, &mut Context) + 'static) {
    Agent::of(context).reporter.listen(Some(Rc::new(listener)));
}
