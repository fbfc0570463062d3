//! The Async Context Mapping of the draft: a List of records, and the operations on it.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use super::quirk::Quirk;
use super::value::{Completion, Value};
use super::world::World;
use crate::program::ast::Word;

/// An AsyncContext.Variable, identified by its address.
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

/// An Async Context Mapping: an immutable List of records with unique keys.
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
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    /// `[[AsyncSnapshotMapping]]`. It changes under a quirk only.
    pub(super) async_snapshot_mapping: RefCell<Mapping>,
}

impl Snapshot {
    /// Returns a snapshot with this mapping.
    pub(super) fn of(mapping: Mapping) -> Snapshot {
        Snapshot { async_snapshot_mapping: RefCell::new(mapping) }
    }
}

/// Returns a copy of a mapping without a variable's record.
pub(super) fn without(mapping: &Mapping, variable: &Rc<Variable>) -> Vec<Record> {
    mapping.iter().filter(|record| !Rc::ptr_eq(&record.key, variable)).cloned().collect()
}

impl World<'_> {
    /// AsyncContextSnapshot.
    ///
    /// Clause: sec-asynccontextsnapshot.
    pub(super) fn async_context_snapshot(&self) -> Mapping {
        // 1. Take the record of the surrounding agent.
        // 2. Return its mapping.
        let mapping = self.current_mapping();
        // Quirk: a capture may differ from the current mapping.
        if self.quirks.are_als() { self.als_capture(mapping) } else { mapping }
    }

    /// Returns the mapping of the surrounding agent.
    pub(super) fn current_mapping(&self) -> Mapping {
        Rc::clone(&self.agent.borrow().async_context_mapping)
    }

    /// AsyncContextSwap.
    ///
    /// Clause: sec-asynccontextswap.
    pub(super) fn async_context_swap(&self, snapshot_mapping: Mapping) -> Mapping {
        // 1. Take the record of the surrounding agent.
        // 2. Remember its mapping.
        // 3. Replace the mapping with the given one.
        // 4. Return the remembered mapping.
        std::mem::replace(&mut self.agent.borrow_mut().async_context_mapping, snapshot_mapping)
    }

    /// `variable.get()`.
    ///
    /// Clause: sec-asynccontext-variable.prototype.get.
    pub(super) fn variable_get(&self, variable: &Rc<Variable>) -> Value {
        // 1, 2. Not modeled: `this` is always a variable.
        // 3. Take the record of the surrounding agent.
        // 4. Take its mapping.
        let async_context_mapping = self.current_mapping();
        // Quirk: the variable may be hidden.
        if self.quirks.are_als() && self.als_hides(variable) {
            return variable.default_value.clone();
        }
        // 5. For each record of the mapping:
        for record in async_context_mapping.iter() {
            // 5.a. If its key is this variable, return its value.
            if Rc::ptr_eq(&record.key, variable) {
                // Quirk: a value that is `undefined` does not count.
                if self.quirks.has(Quirk::AlsUndefinedDefault) && matches!(record.value, Value::Undefined) {
                    break;
                }
                return record.value.clone();
            }
        }
        // 6. Return the default value of the variable.
        variable.default_value.clone()
    }

    /// `variable.run(value, func)`. The body `func` starts when it is awaited here.
    ///
    /// Clause: sec-asynccontext-variable.prototype.run.
    pub(super) async fn variable_run(
        &self,
        variable: &Rc<Variable>,
        value: Value,
        func: impl Future<Output = Completion>,
    ) -> Completion {
        // Quirk: AsyncLocalStorage's `run`.
        if self.quirks.are_als() {
            return self.als_run(variable, value, func).await;
        }
        // 1, 2. Not modeled: `this` is always a variable.
        // 3. Take a snapshot, the previous mapping.
        let previous_context_mapping = self.async_context_snapshot();
        // 4. Make a new, empty mapping.
        // 5. For each record of the previous mapping whose key is not this variable, append a copy.
        // 6. The new mapping has no record of this variable now.
        let mut async_context_mapping = without(&previous_context_mapping, variable);
        // 7, 8. Append a record of this variable and the value.
        async_context_mapping.push(Record { key: Rc::clone(variable), value });
        // 9. Swap the new mapping in.
        self.async_context_swap(Rc::new(async_context_mapping));
        // 10. Call the function, and keep its completion.
        let result = func.await;
        // 11. Swap the previous mapping in.
        self.async_context_swap(previous_context_mapping);
        // 12. Return the completion.
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
        // 1, 2. Not modeled: `this` is always a variable.
        // 3. Return the name of the variable.
        Word::clone(&variable.name)
    }

    /// `new AsyncContext.Snapshot()`, and the capture of `Snapshot.wrap(fn)`.
    ///
    /// Clauses: sec-asynccontext-snapshot, sec-asynccontext-snapshot.wrap.
    pub(super) fn new_snapshot(&self) -> Rc<Snapshot> {
        // 1. Not modeled: `new` is always used; `wrap` always receives a function.
        // 2. Take a snapshot. This is the same step in both clauses.
        // 3, 4. Make the Snapshot object with this mapping. `wrap` makes a closure over it instead.
        // 5. Return the object.
        Rc::new(Snapshot::of(self.async_context_snapshot()))
    }

    /// `snapshot.run(func)`, and a call of a function that `Snapshot.wrap` made.
    ///
    /// Clauses: sec-asynccontext-snapshot.prototype.run, sec-asynccontext-snapshot.wrap.
    pub(super) async fn snapshot_run(
        &self,
        async_snapshot: &Rc<Snapshot>,
        func: impl Future<Output = Completion>,
    ) -> Completion {
        // Quirk: the snapshot keeps what is bound while it runs.
        if self.quirks.has(Quirk::AlsResourceKeeps) {
            return self.als_snapshot_run(async_snapshot, func).await;
        }
        // Quirk: guards belong to the mapping.
        if self.quirks.has(Quirk::AlsEnterPrefix) {
            return self.guards_snapshot_run(async_snapshot, func).await;
        }
        // 1, 2. Not modeled: `this` is always a snapshot. In the closure of `wrap`, this is 3.a.
        // 3. Swap the snapshot's mapping in. In the closure of `wrap`, this is 3.b.
        let mapping = Rc::clone(&async_snapshot.async_snapshot_mapping.borrow());
        let previous_context_mapping = self.async_context_swap(mapping);
        // 4. Call the function, and keep its completion. In the closure of `wrap`, this is 3.c.
        let result = func.await;
        // 5. Swap the previous mapping in. In the closure of `wrap`, this is 3.d.
        self.async_context_swap(previous_context_mapping);
        // 6. Return the completion. In the closure of `wrap`, this is 3.e.
        result
    }
}
