//! What implementations of AsyncLocalStorage do instead: the quirks whose words start with `als-`.
//!
//! None of this is in the draft or in the language reference's sound rules. Two designs are behind
//! it. One keeps stores in the running resource and has a switch for each instance (legacy Node);
//! the other keeps an immutable map per frame but lets `disable` delete from it.

use std::future::Future;
use std::rc::Rc;

use super::frame::Guard;
use super::mapping::{Mapping, Record, Snapshot, Variable, without};
use super::quirk::Quirk;
use super::value::{Completion, Value};
use super::world::World;

/// What these implementations keep beside the mapping.
#[derive(Debug, Default)]
pub(super) struct Instances {
    /// The instances that are switched on: when they are made, and by `run`, `enter` and `enter-with`.
    on: Vec<Rc<Variable>>,
    /// What was deleted from mappings that others hold too.
    deleted: Vec<(Mapping, Rc<Variable>)>,
    /// The snapshots and resources whose scopes are running, innermost last.
    running: Vec<Rc<Snapshot>>,
    /// Whether promises are tracked.
    tracks: bool,
    /// Whether the running job is one of an untracked promise.
    shares: bool,
    /// The mapping that such jobs share.
    shared: Mapping,
    /// What stands for it in a reaction without a promise of its own.
    none: Mapping,
}

fn record<'m>(mapping: &'m Mapping, variable: &Rc<Variable>) -> Option<&'m Record> {
    mapping.iter().find(|record| Rc::ptr_eq(&record.key, variable))
}

impl World<'_> {
    /// Whether instances have a switch.
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
        // The running job may be tracked: it ends so.
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

    /// Whether a variable reads as unbound, whatever the current mapping holds.
    pub(super) fn als_hides(&self, variable: &Rc<Variable>) -> bool {
        let switched_off = self.als_switches() && !self.als_is_on(variable);
        switched_off || self.als_is_deleted(&self.current_mapping(), variable)
    }

    /// What a capture takes: without what is switched off, and with `undefined` for what is on but
    /// unbound where defaults get lost.
    pub(super) fn als_capture(&self, mapping: Mapping) -> Mapping {
        let instances = self.instances.borrow();
        let missing =
            |variable: &&Rc<Variable>| self.quirks.has(Quirk::AlsDefaultLost) && record(&mapping, variable).is_none();
        let lost: Vec<_> = instances.on.iter().filter(missing).collect();
        let off = |record: &&Record| self.als_switches() && !self.als_is_on(&record.key);
        if lost.is_empty() && !mapping.iter().any(|record| off(&record)) {
            return mapping; // shared: what is deleted from it is deleted from the capture
        }
        let mut records: Vec<Record> = mapping.iter().filter(|record| !off(record)).cloned().collect();
        records.extend(lost.into_iter().map(|variable| Record { key: Rc::clone(variable), value: Value::Undefined }));
        Rc::new(records)
    }

    /// Binds a variable in the current mapping, or unbinds it, for as long as that is current.
    fn als_put(&self, variable: &Rc<Variable>, value: Option<Value>) {
        let current = self.current_mapping();
        let mut records = without(&current, variable);
        records.retain(|record| !self.als_is_deleted(&current, &record.key));
        records.extend(value.map(|value| Record { key: Rc::clone(variable), value }));
        self.async_context_swap(Rc::new(records));
    }

    /// What the current mapping binds a variable to.
    fn als_bound(&self, variable: &Rc<Variable>) -> Option<Value> {
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
        let result = func.await;
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

    /// `exit`, where it switches the instance off and on again.
    pub(super) async fn als_exit(&self, variable: &Rc<Variable>, func: impl Future<Output = Completion>) -> Completion {
        if !self.als_is_on(variable) {
            return func.await;
        }
        self.als_switch_off(variable);
        let result = func.await;
        self.als_switch_on(variable);
        result
    }

    /// `enter`, `enter-with` and `disable`, where they go beyond the frame; nothing where they don't.
    pub(super) fn als_bind(&self, variable: &Rc<Variable>, value: &Option<Value>) -> Option<Guard> {
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
                self.als_put(variable, value.clone());
                Some(Guard::rebind(variable, before))
            }
        }
    }

    /// `leave`, where it puts back what was bound when the guard was entered, dead or alive.
    pub(super) fn als_rebind(&self, variable: &Rc<Variable>, before: Value) {
        self.als_switch_on(variable);
        self.als_put(variable, Some(before));
    }

    fn als_untracked(&self) -> bool {
        self.quirks.has(Quirk::AlsUntracked) && !self.instances.borrow().tracks
    }

    /// What a promise captures that is made here, and a reaction that is registered here: an `await`
    /// has no promise of its own.
    pub(super) fn als_promise_mapping(&self, own: bool) -> Mapping {
        match (self.als_untracked(), own) {
            (false, _) => self.async_context_snapshot(),
            (true, true) => Mapping::default(),
            (true, false) => Rc::clone(&self.instances.borrow().none),
        }
    }

    /// The mapping that a promise's job enters: the shared one, which is current, if the promise is
    /// not tracked, or nothing is any more.
    pub(super) fn als_job_mapping(&self, captured: Mapping) -> Mapping {
        let shares = self.als_untracked() || Rc::ptr_eq(&captured, &self.instances.borrow().none);
        self.instances.borrow_mut().shares = shares;
        if shares { self.current_mapping() } else { captured }
    }

    /// The mapping that a promise's job leaves behind: what was bound in the shared one stays.
    pub(super) fn als_job_previous(&self, previous: Mapping) -> Mapping {
        if self.instances.borrow().shares { self.current_mapping() } else { previous }
    }

    /// The mapping from which each job starts.
    pub(super) fn als_shared(&self) -> Mapping {
        if self.quirks.has(Quirk::AlsUntracked) {
            Rc::clone(&self.instances.borrow().shared)
        } else {
            Mapping::default()
        }
    }

    /// A job is over: the next starts from what it left.
    pub(super) fn als_share(&self) {
        self.instances.borrow_mut().shared = self.current_mapping();
    }

    /// The scope of a snapshot, wrapped function, resource or interval that is a live thing: it keeps
    /// what is bound while it runs, and who enters it again meanwhile finds that.
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
