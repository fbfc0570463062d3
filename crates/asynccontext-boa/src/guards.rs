//! Bindings without a body: `withScope`, `enterWith` and `disable` of `node:async_hooks`.
//!
//! Such a binding lasts until it is left or its frame ends: the callback of `run` or of a wrapped function, a job,
//! an async function or a generator. Bindings may be left in any order, and leaving removes exactly one binding. So the
//! mapping of a frame lists the bindings that were made in it while a guard was open. `await` and `yield` keep the list,
//! since the same frame continues; a mapping in which another frame starts has none.

use std::cell::RefCell;
use std::rc::Rc;

use asynccontext::spec::Mapping as _;
use boa_engine::{JsString, JsValue};
use boa_gc::{Finalize, Trace};

use crate::agent::{Agent, Cause};
use crate::mapping::{Key, Mapping};

/// A binding that was made in the current frame.
#[derive(Clone, Trace, Finalize)]
struct Binding {
    /// The number of its guard, or none for `enterWith` and `disable`.
    guard: Option<u64>,
    key: Key,
    /// The value, or none if the variable is unbound.
    value: Option<JsValue>,
}

/// The bindings of a frame.
#[derive(Clone, Default, Trace, Finalize)]
pub(crate) struct Guards {
    /// The latest binding is the last one.
    bindings: Vec<Binding>,
    /// The value that each variable had before its first binding, or none if it was unbound.
    before: Vec<(Key, Option<JsValue>)>,
}

/// Binds in the frame of `mapping`. `guard` can remove the binding again.
fn bind(mapping: &Mapping, guard: Option<u64>, key: &Key, value: Option<JsValue>) -> Mapping {
    let bound = match &value {
        Some(value) => mapping.with_record(key, value.clone()),
        None => mapping.without(key),
    };
    let mut guards = match mapping.guards() {
        Some(guards) => guards.clone(),
        None if guard.is_none() => return bound,
        None => Guards::default(),
    };
    if !guards.before.iter().any(|(other, _)| other == key) {
        guards.before.push((key.clone(), mapping.value(key)));
    }
    if guard.is_none() {
        // The binding replaces an earlier one, so that a loop does not lengthen the list.
        guards.bindings.retain(|binding| binding.guard.is_some() || binding.key != *key);
    }
    guards.bindings.push(Binding { guard, key: key.clone(), value });
    bound.with_guards(guards)
}

/// Returns the mapping without the binding of a guard, or none if the frame has no such binding.
fn leave(mapping: &Mapping, guard: u64) -> Option<Mapping> {
    let mut guards = mapping.guards()?.clone();
    let at = guards.bindings.iter().position(|binding| binding.guard == Some(guard))?;
    let key = guards.bindings.remove(at).key.clone();
    let value = match guards.bindings.iter().rfind(|binding| binding.key == key) {
        Some(binding) => binding.value.clone(),
        None => {
            let before = guards.before.iter().position(|(other, _)| *other == key)?;
            guards.before.swap_remove(before).1
        }
    };
    let left = match value {
        Some(value) => mapping.with_record(&key, value),
        None => mapping.without(&key),
    };
    Some(if guards.bindings.is_empty() { left } else { left.with_guards(guards) })
}

/// The mappings of the frames on the call stack that wait for an inner frame, if they list bindings.
#[derive(Default)]
pub(crate) struct Outer(Rc<RefCell<Vec<Mapping>>>);

/// Removes its entry when it is dropped, also after a panic.
pub(crate) struct Waiting(Rc<RefCell<Vec<Mapping>>>);

impl Outer {
    pub(crate) fn enter(&self, mapping: Mapping) -> Waiting {
        self.0.borrow_mut().push(mapping);
        Waiting(Rc::clone(&self.0))
    }

    fn leave(&self, guard: u64) {
        let mut outer = self.0.borrow_mut();
        if let Some((mapping, left)) = outer.iter_mut().rev().find_map(|mapping| {
            let left = leave(mapping, guard)?;
            Some((mapping, left))
        }) {
            *mapping = left;
        }
    }
}

impl Waiting {
    /// Returns the mapping of the frame, without the guards that were left meanwhile.
    pub(crate) fn mapping(&self) -> Mapping {
        self.0.borrow().last().cloned().unwrap_or_default()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.borrow_mut().pop();
    }
}

impl Agent {
    /// Binds for the rest of the frame, and returns the number of the guard. `words` are the call for reports.
    pub(crate) fn enter(&self, key: &Key, value: JsValue, words: JsString) -> u64 {
        let guard = self.new_guard();
        self.swap(bind(&self.snapshot(), Some(guard), key, Some(value)), Cause::EnterWith(words));
        guard
    }

    /// Binds for the rest of the frame without a guard, or unbinds if there is no value.
    pub(crate) fn enter_with(&self, key: &Key, value: Option<JsValue>, words: JsString) {
        self.swap(bind(&self.snapshot(), None, key, value), Cause::EnterWith(words));
    }

    /// Removes the binding of a guard from the running frame, or from a frame around it on the call stack. Does nothing
    /// if the frame of the guard has ended, or belongs to another flow of control.
    pub(crate) fn leave(&self, guard: u64, words: JsString) {
        match leave(&self.snapshot(), guard) {
            Some(mapping) => drop(self.swap(mapping, Cause::EnterWith(words))),
            None => self.outer.leave(guard),
        }
    }
}
