//! The Async Context Mapping as the draft has it: a List of records, and the operations on it.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use super::quirk::Quirk;
use super::value::{Completion, Value};
use super::world::World;
use crate::program::ast::Word;

/// An AsyncContext.Variable. Its identity is its address.
///
/// Clause: sec-properties-of-asynccontext-variable-instances.
#[derive(Debug)]
pub(super) struct Variable {
    /// `[[AsyncVariableName]]`.
    pub(super) name: Word,
    /// `[[AsyncVariableDefaultValue]]`.
    pub(super) default_value: Value,
}

/// An Async Context Mapping Record.
///
/// Clause: sec-asynccontext-mapping-record-specification-type.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// `[[AsyncContextKey]]`.
    pub(super) key: Rc<Variable>,
    /// `[[AsyncContextValue]]`.
    pub(super) value: Value,
}

/// An Async Context Mapping: a List of records with unique keys, never changed once it is made.
pub(super) type Mapping = Rc<Vec<Record>>;

/// The field that the draft adds to the Agent Record.
///
/// Clause: sec-agents.
#[derive(Debug, Default)]
pub(super) struct AgentRecord {
    /// `[[AsyncContextMapping]]`, initially empty.
    pub(super) async_context_mapping: Mapping,
}

/// An AsyncContext.Snapshot.
///
/// Clause: sec-properties-of-asynccontext-snapshot-instances.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// `[[AsyncSnapshotMapping]]`. Only a quirk ever sets it again.
    pub(super) async_snapshot_mapping: RefCell<Mapping>,
}

/// A copy of a mapping without a variable's record.
pub(super) fn without(mapping: &Mapping, variable: &Rc<Variable>) -> Vec<Record> {
    mapping.iter().filter(|record| !Rc::ptr_eq(&record.key, variable)).cloned().collect()
}

impl World<'_> {
    /// AsyncContextSnapshot: the surrounding agent's mapping.
    ///
    /// Clause: sec-asynccontextsnapshot.
    pub(super) fn async_context_snapshot(&self) -> Mapping {
        let mapping = self.current_mapping();
        if self.quirks.are_als() { self.als_capture(mapping) } else { mapping }
    }

    /// The surrounding agent's mapping itself, which a quirk may capture differently.
    pub(super) fn current_mapping(&self) -> Mapping {
        Rc::clone(&self.agent.borrow().async_context_mapping)
    }

    /// AsyncContextSwap: puts a mapping in the agent's place for it, and returns the one it replaces.
    ///
    /// Clause: sec-asynccontextswap.
    pub(super) fn async_context_swap(&self, snapshot_mapping: Mapping) -> Mapping {
        std::mem::replace(&mut self.agent.borrow_mut().async_context_mapping, snapshot_mapping)
    }

    /// `variable.get()`.
    ///
    /// Clause: sec-asynccontext-variable.prototype.get.
    pub(super) fn variable_get(&self, variable: &Rc<Variable>) -> Value {
        // The record whose key is this variable gives its value; without one, the default.
        let async_context_mapping = self.current_mapping();
        if self.quirks.are_als() && self.als_hides(variable) {
            return variable.default_value.clone();
        }
        for record in async_context_mapping.iter() {
            if Rc::ptr_eq(&record.key, variable) {
                return record.value.clone();
            }
        }
        variable.default_value.clone()
    }

    /// `variable.run(value, func)`. The body is not started before it is awaited here.
    ///
    /// Clause: sec-asynccontext-variable.prototype.run.
    pub(super) async fn variable_run(
        &self,
        variable: &Rc<Variable>,
        value: Value,
        func: impl Future<Output = Completion>,
    ) -> Completion {
        if self.quirks.are_als() {
            return self.als_run(variable, value, func).await;
        }
        let previous_context_mapping = self.async_context_snapshot();
        // A new mapping: every record of the previous one but this variable's, then its new record.
        let mut async_context_mapping = without(&previous_context_mapping, variable);
        async_context_mapping.push(Record { key: Rc::clone(variable), value });
        self.async_context_swap(Rc::new(async_context_mapping));
        let result = func.await;
        self.async_context_swap(previous_context_mapping);
        result
    }

    /// `hide`, which the draft has not: a mapping of every record but this variable's.
    pub(super) async fn variable_hide(
        &self,
        variable: &Rc<Variable>,
        func: impl Future<Output = Completion>,
    ) -> Completion {
        let previous_context_mapping = self.async_context_snapshot();
        let async_context_mapping = without(&previous_context_mapping, variable);
        self.async_context_swap(Rc::new(async_context_mapping));
        let result = func.await;
        self.async_context_swap(previous_context_mapping);
        result
    }

    /// `variable.name`.
    ///
    /// Clause: sec-asynccontext-variable.prototype.name.
    pub(super) fn variable_name(&self, variable: &Variable) -> Word {
        Word::clone(&variable.name)
    }

    /// `new AsyncContext.Snapshot()`, and what `Snapshot.wrap` captures.
    ///
    /// Clause: sec-asynccontext-snapshot.
    pub(super) fn new_snapshot(&self) -> Rc<Snapshot> {
        Rc::new(Snapshot { async_snapshot_mapping: RefCell::new(self.async_context_snapshot()) })
    }

    /// `snapshot.run(func)`; also what a function made by `Snapshot.wrap` does when it is called.
    ///
    /// Clauses: sec-asynccontext-snapshot.prototype.run, sec-asynccontext-snapshot.wrap.
    pub(super) async fn snapshot_run(
        &self,
        async_snapshot: &Rc<Snapshot>,
        func: impl Future<Output = Completion>,
    ) -> Completion {
        if self.quirks.has(Quirk::AlsResourceKeeps) {
            return self.als_snapshot_run(async_snapshot, func).await;
        }
        let mapping = Rc::clone(&async_snapshot.async_snapshot_mapping.borrow());
        let previous_context_mapping = self.async_context_swap(mapping);
        let result = func.await;
        self.async_context_swap(previous_context_mapping);
        result
    }
}
