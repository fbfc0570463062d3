//! Quirk: guards that belong to the mapping instead of the frame, as in Boa.
//!
//! From the first guard on, a mapping lists the bindings without a body that were made in it, so that leaving a guard
//! removes exactly its own binding. The prefix of an async function runs in its caller's mapping, so both bind in one
//! list, which each has a copy of after the first `await`. A guard that is left inside another frame is removed from the
//! mapping of the frame that waits for it, if that frame is still on the stack.

use std::future::Future;
use std::rc::Rc;

use super::frame::Guard;
use super::mapping::{Mapping, Record, Snapshot, Variable, without};
use super::value::{Completion, Value};
use super::world::World;

/// The state that is kept beside the mappings.
#[derive(Debug, Default)]
pub(super) struct Guards {
    made: usize,
    open: Vec<(Mapping, Open)>,
    /// The mappings of the frames that wait for an inner frame, innermost last.
    waiting: Vec<Mapping>,
}

/// The bindings of a mapping since its first guard, in order, and the value of each variable before them.
#[derive(Clone, Debug, Default)]
struct Open {
    bindings: Vec<Binding>,
    before: Vec<(Rc<Variable>, Option<Value>)>,
}

#[derive(Clone, Debug)]
struct Binding {
    /// The number of its guard, or none for `enter-with` and `disable`.
    guard: Option<usize>,
    variable: Rc<Variable>,
    value: Option<Value>,
}

impl World<'_> {
    fn guards_of(&self, mapping: &Mapping) -> Option<Open> {
        let guards = self.guards.borrow();
        guards.open.iter().rfind(|(open, _)| Rc::ptr_eq(open, mapping)).map(|(_, open)| open.clone())
    }

    /// Binds a variable, or unbinds it, in the current mapping. Returns the guard, which only `enter` keeps.
    pub(super) fn guards_bind(&self, variable: &Rc<Variable>, value: Option<Value>, guarded: bool) -> Guard {
        let open = self.guards_of(&self.current_mapping());
        let before = self.als_bound(variable);
        self.als_put(variable, value.clone());
        let mut guards = self.guards.borrow_mut();
        guards.made += 1;
        let number = guards.made;
        if open.is_some() || guarded {
            let mut open = open.unwrap_or_default();
            if !open.before.iter().any(|(other, _)| Rc::ptr_eq(other, variable)) {
                open.before.push((Rc::clone(variable), before));
            }
            if !guarded {
                open.bindings.retain(|binding| binding.guard.is_some() || !Rc::ptr_eq(&binding.variable, variable));
            }
            let guard = guarded.then_some(number);
            open.bindings.push(Binding { guard, variable: Rc::clone(variable), value });
            guards.open.push((self.current_mapping(), open));
        }
        Guard::listed(number)
    }

    /// Returns a mapping without the binding of a guard, or none if it does not list that binding.
    fn guards_without(&self, mapping: &Mapping, guard: usize) -> Option<Mapping> {
        let mut open = self.guards_of(mapping)?;
        let at = open.bindings.iter().position(|binding| binding.guard == Some(guard))?;
        let variable = open.bindings.remove(at).variable;
        let value = match open.bindings.iter().rfind(|binding| Rc::ptr_eq(&binding.variable, &variable)) {
            Some(binding) => binding.value.clone(),
            None => {
                let before = open.before.iter().position(|(other, _)| Rc::ptr_eq(other, &variable))?;
                open.before.swap_remove(before).1
            }
        };
        let mut records = without(mapping, &variable);
        records.extend(value.map(|value| Record { key: variable, value }));
        let left = Rc::new(records);
        if !open.bindings.is_empty() {
            self.guards.borrow_mut().open.push((Rc::clone(&left), open));
        }
        Some(left)
    }

    /// `leave`.
    pub(super) fn guards_leave(&self, guard: usize) {
        if let Some(left) = self.guards_without(&self.current_mapping(), guard) {
            self.async_context_swap(left);
            return;
        }
        let waiting = self.guards.borrow().waiting.clone();
        let found =
            waiting.iter().enumerate().rev().find_map(|(i, mapping)| Some((i, self.guards_without(mapping, guard)?)));
        if let Some((i, left)) = found {
            self.guards.borrow_mut().waiting[i] = left;
        }
    }

    /// Runs a frame that started when `previous` was replaced, and returns the mapping to restore.
    pub(super) async fn guards_wait(
        &self,
        previous: Mapping,
        func: impl Future<Output = Completion>,
    ) -> (Completion, Mapping) {
        self.guards.borrow_mut().waiting.push(previous);
        let result = func.await;
        let previous = self.guards.borrow_mut().waiting.pop();
        (result, previous.unwrap_or_default())
    }

    /// `snapshot.run(func)`: a frame of its own, in which no guard is open.
    pub(super) async fn guards_snapshot_run(
        &self,
        snapshot: &Rc<Snapshot>,
        func: impl Future<Output = Completion>,
    ) -> Completion {
        let records = snapshot.async_snapshot_mapping.borrow().to_vec();
        let previous = self.async_context_swap(Rc::new(records));
        let (result, previous) = self.guards_wait(previous, func).await;
        self.async_context_swap(previous);
        result
    }
}
