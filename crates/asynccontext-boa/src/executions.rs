//! The asynchronous executions that `node:async_hooks` reports: the ids of started work, the work that
//! runs now, and the function that receives each start, begin and end.
//!
//! An id costs one addition when work is started. Everything else costs nothing before a hook is set.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use boa_engine::object::JsObject;
use boa_engine::object::builtins::{JsFunction, JsWeakMap};
use boa_engine::{Context, JsData, JsResult, JsString, JsValue};
use boa_gc::{Finalize, Trace};

use crate::report::report_exception;

/// The id of the main program.
const MAIN: u64 = 1;

/// What happens to a piece of work. The numbers are those of `async_hooks.js`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Init,
    Before,
    After,
    Destroy,
    Resolve,
}

/// A piece of asynchronous work.
#[derive(Clone, Debug, Trace, Finalize)]
pub(crate) struct Execution {
    pub(crate) id: u64,
    pub(crate) trigger: u64,
    /// The resource as the program sees it. It is made on demand if there is none.
    resource: Option<JsObject>,
    kind: Kind,
}

/// Whether the work belongs to a promise, and which events it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Trace, Finalize)]
#[boa_gc(empty_trace)]
enum Kind {
    /// Work of the host, or a resource of the program.
    Task,
    /// A reaction, whose promise is resolved by the job.
    Reaction,
    /// An `await`, whose promise the program cannot reach.
    Await,
}

/// The executions of one agent.
pub(crate) struct Executions {
    last: Cell<u64>,
    /// The work that runs now, innermost last. It is empty while the main program runs.
    running: RefCell<Vec<Execution>>,
    main: RefCell<Option<JsObject>>,
    hook: RefCell<Option<JsFunction>>,
    tracks_promises: Cell<bool>,
    /// Maps a promise that was created while a hook was set to an object with its id.
    promises: JsWeakMap,
    /// The promise whose reactions are being registered, and the promise that is being created for them.
    registering: RefCell<Option<Registering>>,
    /// The first of the two callbacks of an `await`, whose second callback belongs to the same work.
    awaiting: RefCell<Option<Execution>>,
    /// The resources that were collected.
    collected: Rc<RefCell<Vec<Ended>>>,
}

/// A call of `then`, or the resolution of a promise with a thenable.
#[derive(Clone, Debug, Default)]
struct Registering {
    /// The id of the promise on which `then` is called.
    parent: Option<u64>,
    /// The work that the reaction belongs to.
    work: Option<Execution>,
}

impl Executions {
    pub(crate) fn new(context: &mut Context) -> Executions {
        Executions {
            last: Cell::new(MAIN),
            running: RefCell::default(),
            main: RefCell::default(),
            hook: RefCell::default(),
            tracks_promises: Cell::new(false),
            promises: JsWeakMap::new(context),
            registering: RefCell::default(),
            awaiting: RefCell::default(),
            collected: Rc::default(),
        }
    }

    pub(crate) fn next(&self) -> u64 {
        let id = self.last.get() + 1;
        self.last.set(id);
        id
    }

    /// Returns the id and the trigger of the work that runs now.
    pub(crate) fn current(&self) -> (u64, u64) {
        self.running.borrow().last().map_or((MAIN, 0), |execution| (execution.id, execution.trigger))
    }

    /// Returns the resource of the work that runs now.
    pub(crate) fn resource(&self, context: &Context) -> JsObject {
        let make = || JsObject::with_object_proto(context.intrinsics());
        match self.running.borrow_mut().last_mut() {
            Some(execution) => execution.resource.get_or_insert_with(make).clone(),
            None => self.main.borrow_mut().get_or_insert_with(make).clone(),
        }
    }

    pub(crate) fn depth(&self) -> usize {
        self.running.borrow().len()
    }

    pub(crate) fn set_hook(&self, hook: Option<JsFunction>, tracks_promises: bool) {
        self.tracks_promises.set(hook.is_some() && tracks_promises);
        *self.hook.borrow_mut() = hook;
    }

    pub(crate) fn is_hooked(&self) -> bool {
        self.hook.borrow().is_some()
    }

    /// Starts work of the host, which has this type and resource.
    pub(crate) fn start(&self, kind: &str, resource: Option<&JsObject>, context: &mut Context) -> Execution {
        let (trigger, _) = self.current();
        let mut execution = Execution { id: self.next(), trigger, resource: resource.cloned(), kind: Kind::Task };
        if self.is_hooked() {
            let resource = execution.resource.get_or_insert_with(|| JsObject::with_object_proto(context.intrinsics()));
            let rest = [JsString::from(kind).into(), trigger.into(), resource.clone().into()];
            self.tell(Event::Init, &execution.clone(), &rest, context);
        }
        execution
    }

    /// Begins a piece of work, which [`leave`](Self::leave) ends.
    pub(crate) fn enter(&self, execution: Execution, context: &mut Context) {
        self.running.borrow_mut().push(execution.clone());
        self.tell(Event::Before, &execution, &[], context);
    }

    /// Begins work that has an id already, for a resource of the program.
    pub(crate) fn enter_resource(&self, id: u64, trigger: u64, resource: Option<JsObject>, context: &mut Context) {
        self.enter(Execution { id, trigger, resource, kind: Kind::Task }, context);
    }

    /// Ends the work above `depth`.
    pub(crate) fn leave(&self, depth: usize, context: &mut Context) {
        while self.depth() > depth {
            if let Some(execution) = self.running.borrow().last().cloned() {
                if execution.kind == Kind::Await {
                    self.tell(Event::Resolve, &execution, &[], context);
                }
                self.tell(Event::After, &execution, &[], context);
            }
            self.running.borrow_mut().pop();
        }
    }

    /// Reports that a piece of work is not needed any more.
    pub(crate) fn destroy(&self, execution: &Execution, context: &mut Context) {
        self.tell(Event::Destroy, execution, &[], context);
    }

    /// Reports that a resource of the program or of the host is not needed any more.
    pub(crate) fn destroy_resource(&self, id: u64, context: &mut Context) {
        if self.is_hooked() {
            self.destroy(&Execution { id, trigger: 0, resource: None, kind: Kind::Task }, context);
        }
    }

    /// Runs code as part of the work of a promise, without events. A promise that has no id changes nothing.
    pub(crate) fn within<R>(
        &self,
        promise: &JsObject,
        context: &mut Context,
        run: impl FnOnce(&mut Context) -> R,
    ) -> R {
        let depth = self.depth();
        if let Some(id) = self.known_id_of(promise, context) {
            let work = Execution { id, trigger: 0, resource: Some(promise.clone()), kind: Kind::Reaction };
            self.running.borrow_mut().push(work);
        }
        let result = run(context);
        self.running.borrow_mut().truncate(depth);
        result
    }

    fn tell(&self, event: Event, execution: &Execution, rest: &[JsValue], context: &mut Context) {
        let Some(hook) = self.hook.borrow().clone() else { return };
        if execution.kind != Kind::Task && !self.tracks_promises.get() {
            return;
        }
        let is_promise = execution.kind != Kind::Task;
        let mut args = vec![(event as i32).into(), is_promise.into(), execution.id.into()];
        args.extend_from_slice(rest);
        // Promises of the hook itself have no part in what is being registered.
        let (registering, awaiting) = (self.registering.take(), self.awaiting.take());
        if let Err(error) = hook.call(&JsValue::undefined(), &args, context) {
            // Without a listener for uncaught errors, `run_jobs` cannot return it from here.
            let _ = report_exception(error, context);
        }
        *self.registering.borrow_mut() = registering;
        *self.awaiting.borrow_mut() = awaiting;
    }

    /// Returns the data of an object whose collection is reported as the end of a resource.
    pub(crate) fn when_collected(&self, id: u64, is_promise: bool) -> Collected {
        Collected { id, is_promise, ended: Rc::downgrade(&self.collected) }
    }

    /// Reports the resources that were collected.
    pub(crate) fn report_collected(&self, context: &mut Context) {
        for (id, is_promise) in self.collected.take() {
            let kind = if is_promise { Kind::Reaction } else { Kind::Task };
            self.destroy(&Execution { id, trigger: 0, resource: None, kind }, context);
        }
    }
}

/// Promises.
impl Executions {
    /// Returns the work of the job that a callback is made for.
    ///
    /// The engine makes two callbacks for `then` and for an `await`, and one for a thenable or a registry.
    pub(crate) fn job(&self, callback: &JsFunction, context: &mut Context) -> Execution {
        let (trigger, _) = self.current();
        if let Some(registering) = &mut *self.registering.borrow_mut() {
            let trigger = registering.parent.unwrap_or(trigger);
            let make = || Execution { id: self.next(), trigger, resource: None, kind: Kind::Reaction };
            return registering.work.get_or_insert_with(make).clone();
        }
        if let Some(execution) = self.awaiting.take() {
            return execution;
        }
        let mut execution = Execution { id: self.next(), trigger, resource: None, kind: Kind::Await };
        if self.tracks_promises.get() && is_of_await(callback, context) {
            let prototype = context.intrinsics().constructors().promise().prototype();
            let promise = JsObject::from_proto_and_data(Some(prototype), self.when_collected(execution.id, true));
            let rest = [JsString::from("PROMISE").into(), trigger.into(), promise.clone().into()];
            execution.resource = Some(promise);
            self.tell(Event::Init, &execution.clone(), &rest, context);
            *self.awaiting.borrow_mut() = Some(execution.clone());
        }
        execution
    }

    pub(crate) fn tracks_promises(&self) -> bool {
        self.tracks_promises.get()
    }

    /// Registers reactions of `parent`: the callbacks that are made meanwhile belong to one job.
    pub(crate) fn register<R>(
        &self,
        parent: Option<&JsObject>,
        context: &mut Context,
        register: impl FnOnce(&mut Context) -> R,
    ) -> JsResult<R> {
        let parent = match parent {
            Some(parent) if self.tracks_promises.get() => Some(self.id_of(parent, context)?),
            _ => None,
        };
        let before = self.registering.replace(Some(Registering { parent, work: None }));
        let result = register(context);
        *self.registering.borrow_mut() = before;
        Ok(result)
    }

    /// Resolves the promise of `execution`: the callback for a thenable belongs to it.
    pub(crate) fn resolve<R>(
        &self,
        execution: &Execution,
        context: &mut Context,
        resolve: impl FnOnce(&mut Context) -> R,
    ) -> R {
        self.tell(Event::Resolve, execution, &[], context);
        let work = Registering { parent: None, work: Some(execution.clone()) };
        let before = self.registering.replace(Some(work));
        let result = resolve(context);
        *self.registering.borrow_mut() = before;
        result
    }

    /// Reports a new promise, and returns its work.
    pub(crate) fn created(&self, promise: &JsObject, context: &mut Context) -> JsResult<Execution> {
        let parent = self.registering.borrow().as_ref().and_then(|registering| registering.parent);
        let trigger = parent.unwrap_or_else(|| self.current().0);
        let execution = Execution { id: self.next(), trigger, resource: Some(promise.clone()), kind: Kind::Reaction };
        self.keep_id(promise, execution.id, context)?;
        // The first promise that is created for a reaction is the derived one.
        if let Some(registering) = &mut *self.registering.borrow_mut()
            && registering.parent.is_some()
            && registering.work.is_none()
        {
            registering.work = Some(execution.clone());
        }
        let rest = [JsString::from("PROMISE").into(), trigger.into(), promise.clone().into()];
        self.tell(Event::Init, &execution, &rest, context);
        Ok(execution)
    }

    /// Returns the id of a promise. One that was created before the hook gets an id now, without an event.
    fn id_of(&self, promise: &JsObject, context: &mut Context) -> JsResult<u64> {
        if let Some(id) = self.known_id_of(promise, context) {
            return Ok(id);
        }
        let id = self.next();
        self.keep_id(promise, id, context)?;
        Ok(id)
    }

    fn known_id_of(&self, promise: &JsObject, context: &mut Context) -> Option<u64> {
        let known = self.promises.get(promise, context).ok()?.as_object()?;
        let id = known.downcast_ref::<Collected>()?.id;
        Some(id)
    }

    fn keep_id(&self, promise: &JsObject, id: u64, context: &mut Context) -> JsResult<()> {
        let collected = JsObject::from_proto_and_data(None, self.when_collected(id, true));
        self.promises.set(promise, collected.into(), context).map(drop)
    }
}

/// A resource that was collected: its id, and whether it is a promise.
type Ended = (u64, bool);

/// The data of an object whose collection is reported.
#[derive(Trace, JsData)]
#[boa_gc(unsafe_empty_trace)]
pub(crate) struct Collected {
    id: u64,
    is_promise: bool,
    ended: Weak<RefCell<Vec<Ended>>>,
}

impl Collected {
    /// Stops the report.
    pub(crate) fn cancel(&mut self) {
        self.ended = Weak::new();
    }
}

impl Finalize for Collected {
    fn finalize(&self) {
        if let Some(ended) = self.ended.upgrade() {
            ended.borrow_mut().push((self.id, self.is_promise));
        }
    }
}

/// Whether a callback is one of the two that the engine makes for an `await`. They are built in, and have no name.
fn is_of_await(callback: &JsFunction, context: &mut Context) -> bool {
    use boa_engine::native_function::NativeFunctionObject;
    callback.is::<NativeFunctionObject>()
        && callback
            .get(JsString::from("name"), context)
            .is_ok_and(|name| name.as_string().is_some_and(|name| name.is_empty()))
}
