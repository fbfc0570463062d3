//! What the engine's mappings are: collected, immutable, shared by pointer.
//!
//! A mapping holds JavaScript values, and a value may hold a snapshot that holds the
//! mapping. Only the collector can free such a cycle, so a mapping is one [`Gc`] pointer
//! to its records, and `run` copies the records. Nothing here counts references: a
//! pointer in a Rust local, in the agent or in a queued job is a root, a pointer inside a
//! JavaScript object is traced.

use std::fmt;

use asynccontext::spec;
use boa_engine::{JsData, JsString, JsValue};
use boa_gc::{Finalize, Gc, Trace};

/// What identifies a variable (`[[AsyncContextKey]]`): a number that no other variable of
/// the agent ever has, and the variable's name for whoever prints a mapping.
///
/// A mapping refers to a variable by its key alone, so it keeps no variable alive.
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

    /// The name that the variable was made with, empty if it has none.
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

/// An Async Context Mapping of the engine
/// (`sec-asynccontext-mapping-record-specification-type`).
///
/// `clone` copies a pointer. The pointer is rooted wherever the collector does not find it
/// inside an object, as [`spec::Mapping`] asks.
#[derive(Clone, Default, Trace, Finalize, JsData)]
pub struct Mapping {
    /// Nothing for the empty mapping, so that a program without AsyncContext allocates none.
    records: Option<Gc<Vec<Record>>>,
}

impl Mapping {
    /// Whether no variable is bound.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_none()
    }

    /// Whether both are one mapping, not merely equal ones.
    #[must_use]
    pub fn is_same(&self, other: &Mapping) -> bool {
        match (&self.records, &other.records) {
            (Some(one), Some(two)) => Gc::ptr_eq(one, two),
            (None, None) => true,
            _ => false,
        }
    }

    /// The keys and values, the latest binding last.
    pub fn records(&self) -> impl Iterator<Item = (&Key, &JsValue)> {
        self.records.iter().flat_map(|records| records.iter()).map(|record| (&record.key, &record.value))
    }
}

impl spec::Mapping for Mapping {
    type Key = Key;
    type Value = JsValue;

    fn empty() -> Mapping {
        Mapping { records: None }
    }

    fn with_record(&self, key: &Key, value: JsValue) -> Mapping {
        let mut records = Vec::with_capacity(self.records.as_ref().map_or(1, |records| records.len() + 1));
        records.extend(self.records.iter().flat_map(|r| r.iter()).filter(|r| r.key != *key).cloned());
        records.push(Record { key: key.clone(), value });
        Mapping { records: Some(Gc::new(records)) }
    }

    fn value(&self, key: &Key) -> Option<JsValue> {
        self.records.as_ref()?.iter().find(|record| record.key == *key).map(|record| record.value.clone())
    }
}

/// Prints names, not values: a value may be a secret.
impl fmt::Debug for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.records().map(|(key, _)| key.name().to_std_string_lossy())).finish()
    }
}
