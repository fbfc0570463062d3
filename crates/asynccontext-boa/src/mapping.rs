//! The engine's mappings: garbage-collected, immutable, shared by pointer.
//!
//! A mapping holds JavaScript values, and a value may hold a snapshot that holds the mapping. Only
//! the garbage collector can free such a cycle, so a mapping is a [`Gc`] pointer to its records, and
//! `run` copies the records. A pointer in a Rust local, in the agent or in a queued job is a root; a
//! pointer inside a JavaScript object is traced.

use std::fmt;

use asynccontext::spec;
use boa_engine::object::JsObject;
use boa_engine::{JsData, JsString, JsValue};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};

use crate::guards::Guards;

/// The key of a variable (`[[AsyncContextKey]]`): a number that is unique in the agent, and the
/// variable's name for printing.
///
/// A mapping contains the keys only, so it keeps no variable alive.
#[derive(Clone, Debug, Trace, Finalize)]
pub struct Key {
    id: u64,
    #[unsafe_ignore_trace]
    name: JsString,
}

impl Key {
    pub(crate) fn new(id: u64, name: JsString) -> Key {
        Key { id, name }
    }

    /// Returns the name of the variable, which is empty if it has none.
    #[must_use]
    pub fn name(&self) -> &JsString {
        &self.name
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.id == other.id
    }
}

impl Eq for Key {}

/// An Async Context Mapping Record.
#[derive(Clone, Debug, Trace, Finalize)]
struct Record {
    key: Key,
    value: JsValue,
}

/// The records of a mapping.
#[derive(Trace, Finalize)]
struct Records {
    list: Vec<Record>,
    /// The bindings of the frame, if a guard is open in it.
    guards: Option<Guards>,
    /// The object that holds the mapping in JavaScript, if it has been created.
    holder: GcRefCell<Option<JsObject>>,
    /// The mapping of the caller that resumed the generator whose mapping this is, for [`crate::delegate`].
    resumer: Option<Mapping>,
}

/// An Async Context Mapping of the engine
/// (`sec-asynccontext-mapping-record-specification-type`).
///
/// `clone` copies a pointer. Outside traced objects the pointer is a root, as [`spec::Mapping`]
/// requires.
#[derive(Clone, Default, Trace, Finalize, JsData)]
pub struct Mapping {
    /// None for the empty mapping, so that a program without AsyncContext allocates nothing.
    records: Option<Gc<Records>>,
}

impl Mapping {
    /// Whether no variable is bound.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list().is_empty()
    }

    /// Whether both are the same mapping, not only equal ones.
    #[must_use]
    pub fn is_same(&self, other: &Mapping) -> bool {
        match (&self.records, &other.records) {
            (Some(one), Some(two)) => Gc::ptr_eq(one, two),
            (None, None) => true,
            _ => false,
        }
    }

    /// Returns the keys and values, the latest binding last.
    pub fn records(&self) -> impl Iterator<Item = (&Key, &JsValue)> {
        self.list().iter().map(|record| (&record.key, &record.value))
    }

    /// Returns the object that holds this mapping in JavaScript; `make` creates it on first use. The
    /// empty mapping has none.
    pub(crate) fn holder(&self, make: impl FnOnce() -> JsObject) -> Option<JsObject> {
        let holder = &self.records.as_ref()?.holder;
        let held = holder.borrow().clone();
        Some(held.unwrap_or_else(|| {
            // The collector may run during this call, so nothing is borrowed.
            let made = make();
            *holder.borrow_mut() = Some(made.clone());
            made
        }))
    }

    /// Returns the bindings of the frame, if a guard is open in it.
    pub(crate) fn guards(&self) -> Option<&Guards> {
        self.records.as_ref()?.guards.as_ref()
    }

    /// Returns the mapping with other bindings of its frame.
    pub(crate) fn with_guards(&self, guards: Guards) -> Mapping {
        Mapping::new(self.list().to_vec(), Some(guards), self.resumer())
    }

    /// Returns the mapping in which another frame starts.
    pub(crate) fn without_guards(self) -> Mapping {
        match self.guards() {
            Some(_) => Mapping::new(self.list().to_vec(), None, None),
            None => self,
        }
    }

    /// Returns the mapping without a variable.
    pub(crate) fn without(&self, key: &Key) -> Mapping {
        Mapping::new(self.list().iter().filter(|record| key != &record.key).cloned().collect(), None, None)
    }

    /// Returns the mapping with the mapping of a generator's resumer.
    pub(crate) fn resumed_by(&self, caller: &Mapping) -> Mapping {
        Mapping::new(self.list().to_vec(), self.guards().cloned(), Some(caller.without_resumer()))
    }

    /// Returns the mapping of the resumer, if this mapping remembers one.
    pub(crate) fn resumer(&self) -> Option<Mapping> {
        self.records.as_ref()?.resumer.clone()
    }

    /// Returns the mapping without its resumer.
    pub(crate) fn without_resumer(&self) -> Mapping {
        match self.resumer() {
            Some(_) => Mapping::new(self.list().to_vec(), self.guards().cloned(), None),
            None => self.clone(),
        }
    }

    fn new(list: Vec<Record>, guards: Option<Guards>, resumer: Option<Mapping>) -> Mapping {
        if list.is_empty() && guards.is_none() && resumer.is_none() {
            return Mapping { records: None };
        }
        Mapping { records: Some(Gc::new(Records { list, guards, holder: GcRefCell::new(None), resumer })) }
    }

    fn list(&self) -> &[Record] {
        self.records.as_ref().map_or(&[], |records| &records.list)
    }
}

impl spec::Mapping for Mapping {
    type Key = Key;
    type Value = JsValue;

    fn empty() -> Mapping {
        Mapping { records: None }
    }

    fn with_record(&self, key: &Key, value: JsValue) -> Mapping {
        let mut list = Vec::with_capacity(self.list().len() + 1);
        list.extend(self.list().iter().filter(|record| record.key != *key).cloned());
        list.push(Record { key: key.clone(), value });
        Mapping::new(list, None, None)
    }

    fn value(&self, key: &Key) -> Option<JsValue> {
        self.list().iter().find(|record| record.key == *key).map(|record| record.value.clone())
    }
}

/// The data of an opaque object that holds a mapping: the capture of a generator, or the mapping of
/// its next step.
#[derive(Clone, Trace, Finalize, JsData)]
pub(crate) struct Held(pub(crate) Mapping);

impl Held {
    /// Returns a new object. [`Agent::hold`](crate::agent::Agent::hold) creates at most one for each
    /// mapping.
    pub(crate) fn wrap(mapping: Mapping) -> JsObject {
        JsObject::from_proto_and_data(None, Held(mapping))
    }

    pub(crate) fn unwrap(value: &JsValue) -> Option<Mapping> {
        value.as_object().and_then(|object| object.downcast_ref::<Held>().map(|held| held.0.clone()))
    }
}

/// Prints names without values, since a value may be a secret.
impl fmt::Debug for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.records().map(|(key, _)| key.name().to_std_string_lossy())).finish()
    }
}
