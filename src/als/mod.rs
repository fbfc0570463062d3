//! AsyncLocalStorage: the API of Node's `node:async_hooks`, for people who know it.
//!
//! [`AsyncLocalStorage`] keeps a store for each flow of control, [`AsyncResource`] is a
//! context that one enters by hand. Both are made of [`Variable`](crate::Variable) and
//! [`Snapshot`](crate::Snapshot) alone, and mix freely with them: a snapshot holds the
//! stores of all storages too.
//!
//! ```
//! use asynccontext::als::AsyncLocalStorage;
//!
//! static REQUEST: AsyncLocalStorage<u64> = AsyncLocalStorage::named("request");
//!
//! // JavaScript: request.run(7, () => request.getStore())
//! let seen = REQUEST.run(7, || REQUEST.get_store());
//! assert_eq!(seen, Some(7));
//! assert_eq!(REQUEST.get_store(), None);
//! ```
//!
//! The methods do what Node's documentation says. Where runtimes differ from each other,
//! or from their documentation, they do what can be reasoned about: what is changed in a
//! frame ends with that frame, and no snapshot changes after it was taken. A *frame* is
//! the body of `run`, `exit`, `run_in_async_scope`, of a snapshot's `run`, of a bound
//! closure, or of a scoped future.
//!
//! [`docs::from_async_local_storage`](crate::docs::from_async_local_storage) puts each
//! call of Node beside the one here, and says what differs and why. New code that has
//! never been JavaScript is better served by `Variable`.

mod resource;
mod storage;

pub use resource::{AsyncResource, Resource, execution_async_id, execution_async_resource, trigger_async_id};
pub use storage::AsyncLocalStorage;
