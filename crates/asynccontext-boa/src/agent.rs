//! The agent of one Boa context: its current mapping and related state.
//!
//! All realms of a context share one agent, as the draft requires (`sec-agents`). It is stored in
//! the context's host data, where hooks, jobs and built-in functions find it.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use asynccontext::spec;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsWeakMap;
use boa_engine::{Context, JsString};

use crate::executions::Executions;
use crate::guards::Outer;
use crate::mapping::{Held, Key, Mapping};
use crate::reading::Reading;
use crate::rejections::Rejections;
use crate::transform::sources::Sources;
use crate::uncaught::Reporter;

/// The cause of a context switch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// `run` of the variable with this name.
    VariableRun(JsString),
    /// `run` of a snapshot.
    SnapshotRun,
    /// A call of a wrapped function.
    WrappedCall,
    /// A promise reaction, the continuation of an `await`, a call of a thenable's `then`, or
    /// the callback of a `FinalizationRegistry`.
    JobCallback,
    /// The start or the continuation of a generator.
    Generator,
    /// The loading or the evaluation of a module.
    Module,
    /// A callback of the host: a timer, a microtask, an event.
    Host(&'static str),
    /// A call of `node:async_hooks` that calls a function: the method with its store or resource, such as
    /// `user.exit`.
    AsyncHooks(JsString),
    /// A call of `node:async_hooks` that changes a store for the rest of the frame, such as `user.enterWith`.
    EnterWith(JsString),
    /// The end of a job, which restores the mapping.
    JobEnd,
}

/// A switch of the current mapping, as [`on_switch`](crate::on_switch) reports it.
#[derive(Clone, Debug)]
pub struct Switch {
    /// The cause.
    pub cause: Cause,
    /// Whether this restores the mapping that an earlier switch with the same cause replaced.
    pub back: bool,
    /// The previous mapping.
    pub from: Mapping,
    /// The new mapping.
    pub to: Mapping,
}

type Watcher = Rc<dyn Fn(&Switch)>;

/// The state of AsyncContext in a context.
pub(crate) struct Agent {
    agent: spec::Agent<Mapping>,
    next_key: Cell<u64>,
    next_guard: Cell<u64>,
    pub(crate) outer: Outer,
    /// Whether `then` is registering a reaction, which is another frame than its caller's.
    pub(crate) registers: Cell<bool>,
    /// The object that holds the empty mapping.
    empty: JsObject,
    watcher: RefCell<Option<Watcher>>,
    /// Maps a generator to the mapping of its next step.
    pub(crate) generators: JsWeakMap,
    /// Maps a wrapper of a generator function to that function.
    pub(crate) wrapped: JsWeakMap,
    /// Maps the `%Object.prototype%` of a realm to the objects that are installed there.
    pub(crate) realms: JsWeakMap,
    pub(crate) sources: Sources,
    pub(crate) rejections: Rejections,
    pub(crate) reporter: Reporter,
    pub(crate) executions: Executions,
    /// The code with which the program has called `process.exit`.
    pub(crate) exit: Cell<Option<i32>>,
    pub(crate) reading: Cell<Reading>,
}

impl Agent {
    pub(crate) fn new(context: &mut Context) -> Agent {
        Agent {
            agent: spec::Agent::new(),
            next_key: Cell::new(0),
            next_guard: Cell::new(0),
            outer: Outer::default(),
            registers: Cell::new(false),
            empty: Held::wrap(Mapping::default()),
            watcher: RefCell::new(None),
            generators: JsWeakMap::new(context),
            wrapped: JsWeakMap::new(context),
            realms: JsWeakMap::new(context),
            sources: Sources::default(),
            rejections: Rejections::default(),
            reporter: Reporter::default(),
            executions: Executions::new(context),
            exit: Cell::new(None),
            reading: Cell::default(),
        }
    }

    /// Returns the agent of `context`, if AsyncContext is installed there.
    pub(crate) fn find(context: &Context) -> Option<Rc<Agent>> {
        context.get_data::<Rc<Agent>>().cloned()
    }

    /// Returns the agent of `context`.
    ///
    /// # Panics
    ///
    /// Panics if AsyncContext is not installed. All callers are reachable only if it is.
    pub(crate) fn of(context: &Context) -> Rc<Agent> {
        Agent::find(context).expect("AsyncContext is installed in this context")
    }

    /// Returns a new key.
    pub(crate) fn new_key(&self, name: JsString) -> Key {
        let id = self.next_key.get();
        self.next_key.set(id + 1);
        Key::new(id, name)
    }

    /// Returns the number of a new guard.
    pub(crate) fn new_guard(&self) -> u64 {
        self.next_guard.replace(self.next_guard.get() + 1)
    }

    pub(crate) fn spec(&self) -> &spec::Agent<Mapping> {
        &self.agent
    }

    /// Returns the current mapping (`sec-asynccontextsnapshot`).
    pub(crate) fn snapshot(&self) -> Mapping {
        self.agent.async_context_snapshot()
    }

    /// Returns the object that holds `mapping`. Repeated calls return the same object.
    pub(crate) fn hold(&self, mapping: &Mapping) -> JsObject {
        mapping.holder(|| Held::wrap(mapping.clone())).unwrap_or_else(|| self.empty.clone())
    }

    /// Makes `mapping` the current one (`sec-asynccontextswap`).
    pub(crate) fn swap(&self, mapping: Mapping, cause: Cause) -> Mapping {
        self.report(&mapping, cause, false);
        self.agent.async_context_swap(mapping)
    }

    /// Calls `func` in `mapping` as another frame, and restores the previous mapping afterwards, even if `func`
    /// panics.
    pub(crate) fn run<R>(&self, mapping: Mapping, cause: Cause, func: impl FnOnce() -> R) -> R {
        self.resume(mapping.without_guards(), cause, func)
    }

    /// Continues the frame of `mapping`: calls `func` in it, and restores the previous mapping as [`Agent::run`] does.
    pub(crate) fn resume<R>(&self, mapping: Mapping, cause: Cause, func: impl FnOnce() -> R) -> R {
        let mut waiting = None;
        self.agent.trace(|current| waiting = current.guards().map(|_| self.outer.enter(current.clone())));
        self.report(&mapping, cause.clone(), false);
        let (result, left) = self.agent.snapshot_run(mapping, || {
            let result = func();
            (result, self.watcher().map(|watcher| (watcher, self.snapshot())))
        });
        if let Some(waiting) = waiting {
            self.agent.async_context_swap(waiting.mapping());
        }
        if let Some((watcher, from)) = left {
            let to = self.snapshot();
            if !from.is_same(&to) {
                watcher(&Switch { cause, back: true, from, to });
            }
        }
        result
    }

    pub(crate) fn watch(&self, watcher: Option<Watcher>) {
        *self.watcher.borrow_mut() = watcher;
    }

    fn watcher(&self) -> Option<Watcher> {
        self.watcher.borrow().clone()
    }

    fn report(&self, to: &Mapping, cause: Cause, back: bool) {
        if let Some(watcher) = self.watcher() {
            let from = self.snapshot();
            if !from.is_same(to) {
                watcher(&Switch { cause, back, from, to: to.clone() });
            }
        }
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent").finish_non_exhaustive()
    }
}
