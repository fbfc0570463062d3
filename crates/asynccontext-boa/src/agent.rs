//! The agent of one Boa context: its current mapping, and what is remembered beside it.
//!
//! One record serves all realms of a context, as the draft has it (`sec-agents`). It lies
//! in the context's host data, where hooks, jobs and built-in functions find it.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use asynccontext::spec;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsWeakMap;
use boa_engine::{Context, JsString};

use crate::mapping::{Held, Key, Mapping};
use crate::rejections::Rejections;
use crate::transform::sources::Sources;
use crate::uncaught::Reporter;

/// What swapped the mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// `run` of the variable with this name.
    VariableRun(JsString),
    /// `run` of a snapshot.
    SnapshotRun,
    /// A call of a wrapped function.
    WrappedCall,
    /// A promise reaction, an `await` that goes on, a thenable's `then`, or the callback of
    /// a `FinalizationRegistry`.
    JobCallback,
    /// A generator that starts or goes on.
    Generator,
    /// The evaluation of a module, or its loading.
    Module,
    /// Something that the host runs: a timer, a microtask, an event.
    Host(&'static str),
    /// A store of `node:async_hooks` that is entered without a callback.
    EnterWith,
    /// A job that ends: what it left behind is put away.
    JobEnd,
}

/// One swap of the current mapping, as [`on_switch`](crate::on_switch) reports it.
#[derive(Clone, Debug)]
pub struct Switch {
    /// Why.
    pub cause: Cause,
    /// Whether this puts back what a former switch with the same cause took away.
    pub back: bool,
    /// The mapping that was current.
    pub from: Mapping,
    /// The mapping that is.
    pub to: Mapping,
}

type Watcher = Rc<dyn Fn(&Switch)>;

/// What a context knows about AsyncContext.
pub(crate) struct Agent {
    agent: spec::Agent<Mapping>,
    next_key: Cell<u64>,
    /// Holds the empty mapping.
    empty: JsObject,
    watcher: RefCell<Option<Watcher>>,
    /// From a generator to the mapping that its next step enters.
    pub(crate) generators: JsWeakMap,
    /// From a function that captures for a generator function to that function.
    pub(crate) wrapped: JsWeakMap,
    /// From the `%Object.prototype%` of a realm to what was installed there.
    pub(crate) realms: JsWeakMap,
    pub(crate) sources: Sources,
    pub(crate) rejections: Rejections,
    pub(crate) reporter: Reporter,
}

impl Agent {
    pub(crate) fn new(context: &mut Context) -> Agent {
        Agent {
            agent: spec::Agent::new(),
            next_key: Cell::new(0),
            empty: Held::wrap(Mapping::default()),
            watcher: RefCell::new(None),
            generators: JsWeakMap::new(context),
            wrapped: JsWeakMap::new(context),
            realms: JsWeakMap::new(context),
            sources: Sources::default(),
            rejections: Rejections::default(),
            reporter: Reporter::default(),
        }
    }

    /// The agent of `context`, if AsyncContext is installed there.
    pub(crate) fn find(context: &Context) -> Option<Rc<Agent>> {
        context.get_data::<Rc<Agent>>().cloned()
    }

    /// The agent of `context`.
    ///
    /// # Panics
    ///
    /// When AsyncContext is not installed. Nothing that calls this can be reached then.
    pub(crate) fn of(context: &Context) -> Rc<Agent> {
        Agent::find(context).expect("AsyncContext is installed in this context")
    }

    /// A key that no variable had before.
    pub(crate) fn new_key(&self, name: JsString) -> Key {
        let id = self.next_key.get();
        self.next_key.set(id + 1);
        Key::new(id, name)
    }

    pub(crate) fn spec(&self) -> &spec::Agent<Mapping> {
        &self.agent
    }

    /// The current mapping (`sec-asynccontextsnapshot`).
    pub(crate) fn snapshot(&self) -> Mapping {
        self.agent.async_context_snapshot()
    }

    /// An object that holds `mapping`, the same one each time.
    pub(crate) fn hold(&self, mapping: &Mapping) -> JsObject {
        mapping.holder(|| Held::wrap(mapping.clone())).unwrap_or_else(|| self.empty.clone())
    }

    /// Makes `mapping` the current one (`sec-asynccontextswap`).
    pub(crate) fn swap(&self, mapping: Mapping, cause: Cause) -> Mapping {
        self.report(&mapping, cause, false);
        self.agent.async_context_swap(mapping)
    }

    /// Calls `func` in `mapping`. The previous mapping is back afterwards, whatever `func`
    /// does, panics included.
    pub(crate) fn run<R>(&self, mapping: Mapping, cause: Cause, func: impl FnOnce() -> R) -> R {
        self.report(&mapping, cause.clone(), false);
        let (result, left) = self.agent.snapshot_run(mapping, || {
            let result = func();
            (result, self.watcher().map(|watcher| (watcher, self.snapshot())))
        });
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
