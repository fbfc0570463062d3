//! The draft's abstract operations over any mapping type, for engines.
//!
//! A JavaScript engine has its own pointers: values are garbage-collected, belong to one thread,
//! and must be traced. This module therefore requires no `Send`, `Sync` or `'static`, and leaves
//! the representation of a mapping to the engine. An engine implements [`Mapping`] for a type of
//! its own, typically a garbage-collected pointer to an immutable list or map, stores one [`Agent`]
//! for each of its agents, and calls the operations at the steps that the draft names.
//!
//! ```
//! use std::rc::Rc;
//! use asynccontext::spec::{Agent, Mapping};
//!
//! /// A list of records behind one pointer. A snapshot copies the pointer.
//! #[derive(Clone)]
//! struct List(Rc<Vec<(Rc<str>, Rc<str>)>>);
//!
//! impl Mapping for List {
//!     type Key = Rc<str>;
//!     type Value = Rc<str>;
//!
//!     fn empty() -> List {
//!         List(Rc::new(Vec::new()))
//!     }
//!     fn with_record(&self, key: &Rc<str>, value: Rc<str>) -> List {
//!         let mut records: Vec<_> = self.0.iter().filter(|r| !Rc::ptr_eq(&r.0, key)).cloned().collect();
//!         records.push((Rc::clone(key), value));
//!         List(Rc::new(records))
//!     }
//!     fn value(&self, key: &Rc<str>) -> Option<Rc<str>> {
//!         self.0.iter().find(|r| Rc::ptr_eq(&r.0, key)).map(|r| Rc::clone(&r.1))
//!     }
//! }
//!
//! let agent = Agent::<List>::new();
//! let tenant: Rc<str> = "tenant".into();
//! let default: Rc<str> = "none".into();
//!
//! let snapshot = agent.variable_run(&tenant, "blue".into(), || {
//!     assert_eq!(&*agent.variable_get(&tenant, &default), "blue");
//!     agent.async_context_snapshot()
//! });
//! assert_eq!(&*agent.variable_get(&tenant, &default), "none");
//! agent.snapshot_run(snapshot, || {
//!     assert_eq!(&*agent.variable_get(&tenant, &default), "blue");
//! });
//!
//! // A job, as the draft writes it: swap in, call, swap back.
//! let job = agent.variable_run(&tenant, "red".into(), || agent.async_context_snapshot());
//! let previous = agent.async_context_swap(job);
//! assert_eq!(&*agent.variable_get(&tenant, &default), "red");
//! agent.async_context_swap(previous);
//! ```
//!
//! If the agent is part of the engine's own `&mut` state, a closure can't borrow both: write out
//! the swaps, as for the job above. The engine must then swap back after a throw as well.

use std::cell::RefCell;
use std::fmt;

/// An Async Context Mapping (`sec-asynccontext-mapping-record-specification-type`): an immutable
/// set of records of a key and a value, with no key twice.
///
/// `clone` returns another pointer to the same mapping. It must not call back into the [`Agent`].
/// In an engine with a garbage collector the pointer must be *rooted*: [`Agent::snapshot_run`] and
/// [`Agent::variable_run`] hold the previous mapping in a local variable during the call.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
/// use asynccontext::spec::Mapping;
///
/// #[derive(Clone)]
/// struct Map(BTreeMap<&'static str, u32>);
///
/// impl Mapping for Map {
///     type Key = &'static str;
///     type Value = u32;
///
///     fn empty() -> Map {
///         Map(BTreeMap::new())
///     }
///     fn with_record(&self, key: &&'static str, value: u32) -> Map {
///         let mut records = self.0.clone();
///         records.insert(key, value);
///         Map(records)
///     }
///     fn value(&self, key: &&'static str) -> Option<u32> {
///         self.0.get(key).copied()
///     }
/// }
/// ```
pub trait Mapping: Clone {
    /// The identity of a variable: `[[AsyncContextKey]]`.
    type Key: ?Sized;
    /// The value of a variable: `[[AsyncContextValue]]`.
    type Value;

    /// Returns a mapping without records.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use asynccontext::spec::{Agent, Mapping};
    /// # #[derive(Clone, PartialEq, Debug)]
    /// # struct Map(BTreeMap<&'static str, &'static str>);
    /// # impl Mapping for Map {
    /// #     type Key = &'static str;
    /// #     type Value = &'static str;
    /// #     fn empty() -> Map {
    /// #         Map(BTreeMap::new())
    /// #     }
    /// #     fn with_record(&self, key: &&'static str, value: &'static str) -> Map {
    /// #         let mut records = self.0.clone();
    /// #         records.insert(key, value);
    /// #         Map(records)
    /// #     }
    /// #     fn value(&self, key: &&'static str) -> Option<&'static str> {
    /// #         self.0.get(key).copied()
    /// #     }
    /// # }
    /// assert_eq!(Map::empty().value(&"tenant"), None);
    /// ```
    fn empty() -> Self;

    /// Returns a mapping with the records of this one, in which `key` has the given value.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use asynccontext::spec::{Agent, Mapping};
    /// # #[derive(Clone, PartialEq, Debug)]
    /// # struct Map(BTreeMap<&'static str, &'static str>);
    /// # impl Mapping for Map {
    /// #     type Key = &'static str;
    /// #     type Value = &'static str;
    /// #     fn empty() -> Map {
    /// #         Map(BTreeMap::new())
    /// #     }
    /// #     fn with_record(&self, key: &&'static str, value: &'static str) -> Map {
    /// #         let mut records = self.0.clone();
    /// #         records.insert(key, value);
    /// #         Map(records)
    /// #     }
    /// #     fn value(&self, key: &&'static str) -> Option<&'static str> {
    /// #         self.0.get(key).copied()
    /// #     }
    /// # }
    /// let blue = Map::empty().with_record(&"tenant", "blue");
    /// let red = blue.with_record(&"tenant", "red");
    /// assert_eq!((blue.value(&"tenant"), red.value(&"tenant")), (Some("blue"), Some("red")));
    /// ```
    fn with_record(&self, key: &Self::Key, value: Self::Value) -> Self;

    /// Returns the value recorded for `key`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use asynccontext::spec::{Agent, Mapping};
    /// # #[derive(Clone, PartialEq, Debug)]
    /// # struct Map(BTreeMap<&'static str, &'static str>);
    /// # impl Mapping for Map {
    /// #     type Key = &'static str;
    /// #     type Value = &'static str;
    /// #     fn empty() -> Map {
    /// #         Map(BTreeMap::new())
    /// #     }
    /// #     fn with_record(&self, key: &&'static str, value: &'static str) -> Map {
    /// #         let mut records = self.0.clone();
    /// #         records.insert(key, value);
    /// #         Map(records)
    /// #     }
    /// #     fn value(&self, key: &&'static str) -> Option<&'static str> {
    /// #         self.0.get(key).copied()
    /// #     }
    /// # }
    /// let mapping = Map::empty().with_record(&"tenant", "blue");
    /// assert_eq!(mapping.value(&"tenant"), Some("blue"));
    /// assert_eq!(mapping.value(&"user"), None);
    /// ```
    fn value(&self, key: &Self::Key) -> Option<Self::Value>;
}

/// The current mapping of an agent record (`sec-agents`, `[[AsyncContextMapping]]`).
///
/// Its methods take `&self`, so that scripts can re-enter it at any depth.
///
/// # Examples
///
/// ```
/// # use std::collections::BTreeMap;
/// # use asynccontext::spec::{Agent, Mapping};
/// # #[derive(Clone, PartialEq, Debug)]
/// # struct Map(BTreeMap<&'static str, &'static str>);
/// # impl Mapping for Map {
/// #     type Key = &'static str;
/// #     type Value = &'static str;
/// #     fn empty() -> Map {
/// #         Map(BTreeMap::new())
/// #     }
/// #     fn with_record(&self, key: &&'static str, value: &'static str) -> Map {
/// #         let mut records = self.0.clone();
/// #         records.insert(key, value);
/// #         Map(records)
/// #     }
/// #     fn value(&self, key: &&'static str) -> Option<&'static str> {
/// #         self.0.get(key).copied()
/// #     }
/// # }
/// let agent = Agent::<Map>::new();
/// let snapshot = agent.variable_run(&"tenant", "blue", || agent.async_context_snapshot());
/// assert_eq!(agent.snapshot_run(snapshot, || agent.variable_get(&"tenant", &"none")), "blue");
/// ```
pub struct Agent<M> {
    mapping: RefCell<M>,
}

impl<M: Mapping> Agent<M> {
    /// Creates an agent with an empty mapping, as every new agent has.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use asynccontext::spec::{Agent, Mapping};
    /// # #[derive(Clone, PartialEq, Debug)]
    /// # struct Map(BTreeMap<&'static str, &'static str>);
    /// # impl Mapping for Map {
    /// #     type Key = &'static str;
    /// #     type Value = &'static str;
    /// #     fn empty() -> Map {
    /// #         Map(BTreeMap::new())
    /// #     }
    /// #     fn with_record(&self, key: &&'static str, value: &'static str) -> Map {
    /// #         let mut records = self.0.clone();
    /// #         records.insert(key, value);
    /// #         Map(records)
    /// #     }
    /// #     fn value(&self, key: &&'static str) -> Option<&'static str> {
    /// #         self.0.get(key).copied()
    /// #     }
    /// # }
    /// assert_eq!(Agent::<Map>::new().async_context_snapshot(), Map::empty());
    /// ```
    pub fn new() -> Agent<M> {
        Agent { mapping: RefCell::new(M::empty()) }
    }

    /// Returns the current mapping (`sec-asynccontextsnapshot`).
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use asynccontext::spec::{Agent, Mapping};
    /// # #[derive(Clone, PartialEq, Debug)]
    /// # struct Map(BTreeMap<&'static str, &'static str>);
    /// # impl Mapping for Map {
    /// #     type Key = &'static str;
    /// #     type Value = &'static str;
    /// #     fn empty() -> Map {
    /// #         Map(BTreeMap::new())
    /// #     }
    /// #     fn with_record(&self, key: &&'static str, value: &'static str) -> Map {
    /// #         let mut records = self.0.clone();
    /// #         records.insert(key, value);
    /// #         Map(records)
    /// #     }
    /// #     fn value(&self, key: &&'static str) -> Option<&'static str> {
    /// #         self.0.get(key).copied()
    /// #     }
    /// # }
    /// let agent = Agent::<Map>::new();
    /// let mapping = agent.variable_run(&"tenant", "blue", || agent.async_context_snapshot());
    /// assert_eq!(mapping.value(&"tenant"), Some("blue"));
    /// ```
    pub fn async_context_snapshot(&self) -> M {
        self.mapping.borrow().clone()
    }

    /// Makes `mapping` the current one and returns the previous one (`sec-asynccontextswap`).
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use asynccontext::spec::{Agent, Mapping};
    /// # #[derive(Clone, PartialEq, Debug)]
    /// # struct Map(BTreeMap<&'static str, &'static str>);
    /// # impl Mapping for Map {
    /// #     type Key = &'static str;
    /// #     type Value = &'static str;
    /// #     fn empty() -> Map {
    /// #         Map(BTreeMap::new())
    /// #     }
    /// #     fn with_record(&self, key: &&'static str, value: &'static str) -> Map {
    /// #         let mut records = self.0.clone();
    /// #         records.insert(key, value);
    /// #         Map(records)
    /// #     }
    /// #     fn value(&self, key: &&'static str) -> Option<&'static str> {
    /// #         self.0.get(key).copied()
    /// #     }
    /// # }
    /// let agent = Agent::<Map>::new();
    /// let previous = agent.async_context_swap(Map::empty().with_record(&"tenant", "blue"));
    /// assert_eq!(agent.variable_get(&"tenant", &"none"), "blue");
    /// agent.async_context_swap(previous);
    /// assert_eq!(agent.variable_get(&"tenant", &"none"), "none");
    /// ```
    pub fn async_context_swap(&self, mapping: M) -> M {
        self.mapping.replace(mapping)
    }

    /// Returns the variable's current value, or `default`
    /// (`sec-asynccontext-variable.prototype.get`).
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use asynccontext::spec::{Agent, Mapping};
    /// # #[derive(Clone, PartialEq, Debug)]
    /// # struct Map(BTreeMap<&'static str, &'static str>);
    /// # impl Mapping for Map {
    /// #     type Key = &'static str;
    /// #     type Value = &'static str;
    /// #     fn empty() -> Map {
    /// #         Map(BTreeMap::new())
    /// #     }
    /// #     fn with_record(&self, key: &&'static str, value: &'static str) -> Map {
    /// #         let mut records = self.0.clone();
    /// #         records.insert(key, value);
    /// #         Map(records)
    /// #     }
    /// #     fn value(&self, key: &&'static str) -> Option<&'static str> {
    /// #         self.0.get(key).copied()
    /// #     }
    /// # }
    /// let agent = Agent::<Map>::new();
    /// assert_eq!(agent.variable_get(&"tenant", &"none"), "none");
    /// ```
    pub fn variable_get(&self, variable: &M::Key, default: &M::Value) -> M::Value
    where
        M::Value: Clone,
    {
        // The record with this key, if the current mapping has one.
        if let Some(value) = self.async_context_snapshot().value(variable) {
            return value;
        }
        // Otherwise the default that the variable was created with.
        default.clone()
    }

    /// Calls `func` with `value` recorded for `variable`
    /// (`sec-asynccontext-variable.prototype.run`).
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use asynccontext::spec::{Agent, Mapping};
    /// # #[derive(Clone, PartialEq, Debug)]
    /// # struct Map(BTreeMap<&'static str, &'static str>);
    /// # impl Mapping for Map {
    /// #     type Key = &'static str;
    /// #     type Value = &'static str;
    /// #     fn empty() -> Map {
    /// #         Map(BTreeMap::new())
    /// #     }
    /// #     fn with_record(&self, key: &&'static str, value: &'static str) -> Map {
    /// #         let mut records = self.0.clone();
    /// #         records.insert(key, value);
    /// #         Map(records)
    /// #     }
    /// #     fn value(&self, key: &&'static str) -> Option<&'static str> {
    /// #         self.0.get(key).copied()
    /// #     }
    /// # }
    /// let agent = Agent::<Map>::new();
    /// agent.variable_run(&"tenant", "blue", || {
    ///     assert_eq!(agent.variable_get(&"tenant", &"none"), "blue");
    /// });
    /// assert_eq!(agent.variable_get(&"tenant", &"none"), "none");
    /// ```
    pub fn variable_run<R>(&self, variable: &M::Key, value: M::Value, func: impl FnOnce() -> R) -> R {
        // The records of the current mapping except the variable's, then the new one.
        let mapping = self.async_context_snapshot().with_record(variable, value);
        // Swapped in for the call, and back for every completion.
        self.snapshot_run(mapping, func)
    }

    /// Calls `func` in `mapping`, as `run` of a snapshot does
    /// (`sec-asynccontext-snapshot.prototype.run`), and a wrapped function in the mapping that it
    /// captured (`sec-asynccontext-snapshot.wrap`).
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use asynccontext::spec::{Agent, Mapping};
    /// # #[derive(Clone, PartialEq, Debug)]
    /// # struct Map(BTreeMap<&'static str, &'static str>);
    /// # impl Mapping for Map {
    /// #     type Key = &'static str;
    /// #     type Value = &'static str;
    /// #     fn empty() -> Map {
    /// #         Map(BTreeMap::new())
    /// #     }
    /// #     fn with_record(&self, key: &&'static str, value: &'static str) -> Map {
    /// #         let mut records = self.0.clone();
    /// #         records.insert(key, value);
    /// #         Map(records)
    /// #     }
    /// #     fn value(&self, key: &&'static str) -> Option<&'static str> {
    /// #         self.0.get(key).copied()
    /// #     }
    /// # }
    /// let agent = Agent::<Map>::new();
    /// let blue = Map::empty().with_record(&"tenant", "blue");
    /// agent.snapshot_run(blue, || {
    ///     assert_eq!(agent.variable_get(&"tenant", &"none"), "blue");
    /// });
    /// assert_eq!(agent.variable_get(&"tenant", &"none"), "none");
    /// ```
    pub fn snapshot_run<R>(&self, mapping: M, func: impl FnOnce() -> R) -> R {
        // Swapped in; the previous mapping is kept to be swapped back.
        let _back = SwapBack { agent: self, previous: Some(self.async_context_swap(mapping)) };
        // Returns the result of the call, normal or abrupt.
        func()
    }

    /// Calls `visit` with the current mapping, for a garbage collector.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::spec::{Agent, Mapping};
    /// # #[derive(Clone)] struct M;
    /// # impl Mapping for M {
    /// #     type Key = u8; type Value = u8;
    /// #     fn empty() -> M { M }
    /// #     fn with_record(&self, _: &u8, _: u8) -> M { M }
    /// #     fn value(&self, _: &u8) -> Option<u8> { None }
    /// # }
    /// let agent = Agent::<M>::new();
    /// let mut marked = 0;
    /// agent.trace(|_mapping: &M| marked += 1);
    /// assert_eq!(marked, 1);
    /// ```
    pub fn trace(&self, visit: impl FnOnce(&M)) {
        visit(&self.mapping.borrow());
    }
}

impl<M: Mapping> Default for Agent<M> {
    fn default() -> Agent<M> {
        Agent::new()
    }
}

impl<M> fmt::Debug for Agent<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent").finish_non_exhaustive()
    }
}

/// Swaps back when dropped, also by a panic.
struct SwapBack<'a, M: Mapping> {
    agent: &'a Agent<M>,
    previous: Option<M>,
}

impl<M: Mapping> Drop for SwapBack<'_, M> {
    fn drop(&mut self) {
        if let Some(previous) = self.previous.take() {
            self.agent.async_context_swap(previous);
        }
    }
}
