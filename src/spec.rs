//! The draft's abstract operations over any mapping type, for engines.
//!
//! A JavaScript engine has its own pointers: values are garbage-collected, belong
//! to one thread, and must be traced. So nothing here asks for `Send`, `Sync` or
//! `'static`, and nothing here decides what a mapping is. An engine brings a type
//! that implements [`Mapping`], typically a collected pointer to an immutable list
//! or map, keeps one [`Agent`] for each of its agents, and calls the operations at
//! the places that the draft names.
//!
//! ```
//! use std::rc::Rc;
//! use asynccontext::spec::{Agent, Mapping};
//!
//! /// A list of records behind one pointer: what a snapshot copies is the pointer.
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
//! Where the agent lies inside the engine's own `&mut` state, a closure can't borrow
//! both; then write the swaps out, as for the job above. The engine must see to it
//! that the swap back happens for a throw as well.

use std::cell::RefCell;
use std::fmt;

/// An Async Context Mapping (`sec-asynccontext-mapping-record-specification-type`):
/// records of a key and a value, no key twice, never changed once made.
///
/// `clone` makes no new mapping, it is one more pointer to the same one. It must not
/// call back into the [`Agent`]. Where a collector is at work, it must be a *rooted*
/// pointer: [`Agent::snapshot_run`] and [`Agent::variable_run`] keep the previous mapping
/// in a local variable of Rust while they call.
pub trait Mapping: Clone {
    /// What identifies a variable: `[[AsyncContextKey]]`.
    type Key: ?Sized;
    /// What is bound to it: `[[AsyncContextValue]]`.
    type Value;

    /// A mapping without records.
    fn empty() -> Self;

    /// A mapping with the records of this one, but for `key` only the new one.
    fn with_record(&self, key: &Self::Key, value: Self::Value) -> Self;

    /// The value recorded for `key`.
    fn value(&self, key: &Self::Key) -> Option<Self::Value>;
}

/// What an agent record holds of AsyncContext: its current mapping
/// (`sec-agents`, `[[AsyncContextMapping]]`).
///
/// Its methods take `&self`, so that scripts can re-enter it at any depth.
pub struct Agent<M> {
    mapping: RefCell<M>,
}

impl<M: Mapping> Agent<M> {
    /// An agent whose mapping is empty, as that of every new agent.
    ///
    /// See the [module](self) for an example.
    pub fn new() -> Agent<M> {
        Agent { mapping: RefCell::new(M::empty()) }
    }

    /// The current mapping (`sec-asynccontextsnapshot`).
    ///
    /// See the [module](self) for an example.
    pub fn async_context_snapshot(&self) -> M {
        self.mapping.borrow().clone()
    }

    /// Makes `mapping` the current one and returns the one before
    /// (`sec-asynccontextswap`).
    ///
    /// See the [module](self) for an example.
    pub fn async_context_swap(&self, mapping: M) -> M {
        self.mapping.replace(mapping)
    }

    /// What `get` of a variable returns (`sec-asynccontext-variable.prototype.get`).
    ///
    /// See the [module](self) for an example.
    pub fn variable_get(&self, variable: &M::Key, default: &M::Value) -> M::Value
    where
        M::Value: Clone,
    {
        // The record with this key, if the current mapping has one.
        if let Some(value) = self.async_context_snapshot().value(variable) {
            return value;
        }
        // Else what the variable was made with.
        default.clone()
    }

    /// What `run` of a variable does (`sec-asynccontext-variable.prototype.run`).
    ///
    /// See the [module](self) for an example.
    pub fn variable_run<R>(&self, variable: &M::Key, value: M::Value, func: impl FnOnce() -> R) -> R {
        // The records of the current mapping but the variable's, then the new one.
        let mapping = self.async_context_snapshot().with_record(variable, value);
        // Swapped in for the call, and back whatever its completion is.
        self.snapshot_run(mapping, func)
    }

    /// What `run` of a snapshot does (`sec-asynccontext-snapshot.prototype.run`), and
    /// a wrapped function with the mapping it captured
    /// (`sec-asynccontext-snapshot.wrap`).
    ///
    /// See the [module](self) for an example.
    pub fn snapshot_run<R>(&self, mapping: M, func: impl FnOnce() -> R) -> R {
        // Swapped in; the previous mapping is kept for the way out.
        let _back = SwapBack { agent: self, previous: Some(self.async_context_swap(mapping)) };
        // The result of the call, normal or abrupt, is the result.
        func()
    }

    /// Shows the current mapping to a garbage collector.
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

/// The second swap of a pair, also when a Rust panic passes through.
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
