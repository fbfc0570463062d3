//! The quirks of AsyncLocalStorage, whose names start with `als-`.
//!
//! Neither the draft nor `LITMUS.md` requires this behavior. It has its origin in two designs. Legacy
//! Node keeps the stores in the running resource, and each instance can be disabled. Node with
//! AsyncContextFrame keeps an immutable map per frame, from which `disable` nevertheless deletes.

use std::future::Future;
use std::rc::Rc;

use super::frame::Guard;
use super::mapping::{Mapping, Record, Snapshot, Variable, without};
use super::quirk::Quirk;
use super::value::{Completion, Value};
use super::world::World;

/// The state that these implementations keep beside the mapping.
#[derive(Debug, Default)]
pub(super) struct Instances {
    /// The enabled instances. Creation, `run`, `enter` and `enter-with` enable an instance.
    on: Vec<Rc<Variable>>,
    /// The variables that were deleted from shared mappings.
    deleted: Vec<(Mapping, Rc<Variable>)>,
    /// The snapshots and resources whose scopes are running, innermost last.
    running: Vec<Rc<Snapshot>>,
    /// Whether promises are tracked.
    tracks: bool,
    /// Whether the running job belongs to an untracked promise.
    shares: bool,
    /// The mapping that the jobs of untracked promises share.
    shared: Mapping,
    /// The mapping that a module left.
    left: Mapping,
    /// The placeholder for the shared mapping in a reaction without a derived promise.
    none: Mapping,
}

fn record<'m>(mapping: &'m Mapping, variable: &Rc<Variable>) -> Option<&'m Record> {
    mapping.iter().find(|record| Rc::ptr_eq(&record.key, variable))
}

impl World<'_> {
    /// Whether instances can be disabled.
    fn als_switches(&self) -> bool {
        self.quirks.has(Quirk::AlsExit) || self.quirks.has(Quirk::AlsDisableOff)
    }

    fn als_is_on(&self, variable: &Rc<Variable>) -> bool {
        self.instances.borrow().on.iter().any(|on| Rc::ptr_eq(on, variable))
    }

    pub(super) fn als_switch_on(&self, variable: &Rc<Variable>) {
        if !self.als_is_on(variable) {
            let mut instances = self.instances.borrow_mut();
            instances.on.push(Rc::clone(variable));
            instances.tracks = true;
        }
    }

    fn als_switch_off(&self, variable: &Rc<Variable>) {
        self.instances.borrow_mut().on.retain(|on| !Rc::ptr_eq(on, variable));
        // The running job keeps its tracking until it ends.
        self.host_enqueue_promise_job(Box::new(|world| {
            let mut instances = world.instances.borrow_mut();
            instances.tracks = !instances.on.is_empty();
        }));
    }

    /// Whether a variable was deleted from a mapping.
    fn als_is_deleted(&self, mapping: &Mapping, variable: &Rc<Variable>) -> bool {
        let deleted = &self.instances.borrow().deleted;
        deleted.iter().any(|(from, what)| Rc::ptr_eq(from, mapping) && Rc::ptr_eq(what, variable))
    }

    /// Whether a variable reads as unbound, regardless of the current mapping.
    pub(super) fn als_hides(&self, variable: &Rc<Variable>) -> bool {
        let switched_off = self.als_switches() && !self.als_is_on(variable);
        switched_off || self.als_is_deleted(&self.current_mapping(), variable)
    }

    /// Returns the mapping that a capture takes: without the disabled variables unless captures keep them, and, where
    /// defaults are lost, with `undefined` for each enabled variable that is unbound.
    pub(super) fn als_capture(&self, mapping: Mapping) -> Mapping {
        let instances = self.instances.borrow();
        let missing =
            |variable: &&Rc<Variable>| self.quirks.has(Quirk::AlsDefaultLost) && record(&mapping, variable).is_none();
        let lost: Vec<_> = instances.on.iter().filter(missing).collect();
        let drops = self.als_switches() && !self.quirks.has(Quirk::AlsOffCaptures);
        let off = |record: &&Record| drops && !self.als_is_on(&record.key);
        if lost.is_empty() && !mapping.iter().any(|record| off(&record)) {
            return mapping; // A later deletion from this mapping affects the capture too.
        }
        let mut records: Vec<Record> = mapping.iter().filter(|record| !off(record)).cloned().collect();
        records.extend(lost.into_iter().map(|variable| Record { key: Rc::clone(variable), value: Value::Undefined }));
        Rc::new(records)
    }

    /// Binds a variable in the current mapping, or unbinds it, while that mapping is current.
    pub(super) fn als_put(&self, variable: &Rc<Variable>, value: Option<Value>) {
        let current = self.current_mapping();
        let mut records = without(&current, variable);
        records.retain(|record| !self.als_is_deleted(&current, &record.key));
        records.extend(value.map(|value| Record { key: Rc::clone(variable), value }));
        self.async_context_swap(Rc::new(records));
    }

    /// Returns the value that the current mapping binds a variable to.
    pub(super) fn als_bound(&self, variable: &Rc<Variable>) -> Option<Value> {
        let current = self.current_mapping();
        let found = record(&current, variable)?;
        (!self.als_is_deleted(&current, variable)).then(|| found.value.clone())
    }

    /// `run`.
    pub(super) async fn als_run(
        &self,
        variable: &Rc<Variable>,
        value: Value,
        func: impl Future<Output = Completion>,
    ) -> Completion {
        if self.quirks.has(Quirk::AlsRunSame) && self.variable_get(variable) == value {
            return func.await;
        }
        let previous = self.current_mapping();
        let bound = self.als_bound(variable);
        self.als_switch_on(variable);
        self.als_put(variable, Some(value));
        let (result, previous) = self.guards_wait(previous, func).await;
        if !self.quirks.has(Quirk::AlsEnterLeak) {
            self.async_context_swap(previous);
        }
        if self.quirks.has(Quirk::AlsDefaultLost) {
            self.als_put(variable, Some(bound.unwrap_or(Value::Undefined)));
        } else if self.quirks.has(Quirk::AlsEnterLeak) {
            self.als_put(variable, bound);
        }
        result
    }

    /// `exit`, if it disables the instance and enables it again.
    pub(super) async fn als_exit(&self, variable: &Rc<Variable>, func: impl Future<Output = Completion>) -> Completion {
        if !self.als_is_on(variable) {
            return func.await;
        }
        self.als_switch_off(variable);
        let result = func.await;
        self.als_switch_on(variable);
        result
    }

    /// `enter`, `enter-with` and `disable`, if they outlive the frame. Returns none if they do not.
    pub(super) fn als_bind(&self, variable: &Rc<Variable>, value: &Option<Value>, guarded: bool) -> Option<Guard> {
        match value {
            None if self.quirks.has(Quirk::AlsDisableOff) => {
                self.als_switch_off(variable);
                Some(Guard::rebind(variable, Value::Undefined))
            }
            None if self.quirks.has(Quirk::AlsDisableInPlace) => {
                self.instances.borrow_mut().deleted.push((self.current_mapping(), Rc::clone(variable)));
                Some(Guard::rebind(variable, Value::Undefined))
            }
            _ => {
                let before = self.variable_get(variable);
                if value.is_some() {
                    self.als_switch_on(variable);
                }
                if !self.quirks.bind_the_flow() {
                    return None;
                }
                if !self.quirks.has(Quirk::AlsEnterLeak) {
                    return Some(self.guards_bind(variable, value.clone(), guarded));
                }
                self.als_put(variable, value.clone());
                Some(Guard::rebind(variable, before))
            }
        }
    }

    /// `leave`, if it rebinds the value that was bound when the guard was entered.
    pub(super) fn als_rebind(&self, variable: &Rc<Variable>, before: Value) {
        self.als_switch_on(variable);
        self.als_put(variable, Some(before));
    }

    fn als_untracked(&self) -> bool {
        self.quirks.has(Quirk::AlsUntracked) && !self.instances.borrow().tracks
    }

    /// Returns the mapping that a new promise or reaction captures. `own` is false for the reaction of an `await`, which
    /// has no derived promise.
    pub(super) fn als_promise_mapping(&self, own: bool) -> Mapping {
        match (self.als_untracked(), own) {
            (false, _) => self.async_context_snapshot(),
            (true, true) => Mapping::default(),
            (true, false) => Rc::clone(&self.instances.borrow().none),
        }
    }

    /// Returns the mapping that the job of a promise enters: the shared mapping, which is current, if the promise is not
    /// tracked or no promise is tracked any more.
    pub(super) fn als_job_mapping(&self, captured: Mapping) -> Mapping {
        let shares = self.als_untracked() || Rc::ptr_eq(&captured, &self.instances.borrow().none);
        self.instances.borrow_mut().shares = shares;
        if shares { self.current_mapping() } else { captured }
    }

    /// Returns the mapping that is current after the job of a promise. Bindings in the shared mapping remain.
    pub(super) fn als_job_previous(&self, previous: Mapping) -> Mapping {
        if self.instances.borrow().shares { self.current_mapping() } else { previous }
    }

    /// Returns the mapping in which each job starts.
    pub(super) fn als_shared(&self) -> Mapping {
        if self.quirks.has(Quirk::AlsUntracked) {
            Rc::clone(&self.instances.borrow().shared)
        } else {
            Mapping::default()
        }
    }

    /// Keeps the mapping in which a job ended for the next job.
    pub(super) fn als_share(&self) {
        self.instances.borrow_mut().shared = self.current_mapping();
    }

    /// Returns the mapping in which a job that enters none runs: the empty one, or the one that a module left, which is
    /// forgotten.
    pub(super) fn als_take_left(&self) -> Mapping {
        std::mem::take(&mut self.instances.borrow_mut().left)
    }

    /// Keeps the mapping in which a module has ended or awaits.
    pub(super) fn als_leave(&self) {
        if self.quirks.has(Quirk::AlsModuleLeak) {
            self.instances.borrow_mut().left = self.current_mapping();
        }
    }

    /// Runs `func` in a snapshot, wrapped function, resource or interval that stores the bindings made while it runs.
    pub(super) async fn als_snapshot_run(
        &self,
        snapshot: &Rc<Snapshot>,
        func: impl Future<Output = Completion>,
    ) -> Completion {
        let keep = |running: Option<&Rc<Snapshot>>| {
            running.map(|running| running.async_snapshot_mapping.replace(self.current_mapping()))
        };
        keep(self.instances.borrow().running.last());
        let mapping = Rc::clone(&snapshot.async_snapshot_mapping.borrow());
        let previous = self.async_context_swap(mapping);
        self.instances.borrow_mut().running.push(Rc::clone(snapshot));
        let result = func.await;
        keep(self.instances.borrow_mut().running.pop().as_ref());
        let outer = self.instances.borrow().running.last().map(|outer| outer.async_snapshot_mapping.borrow().clone());
        self.async_context_swap(outer.unwrap_or(previous));
        result
    }
}
