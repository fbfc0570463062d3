//! Caches and memoization: a result that is shared must not depend on the caller.
//!
//! # A shared cache
//!
//! *Use it* wherever a result outlives the request that computed it. Compute in the empty snapshot:
//! a read of a value inside is then an error at the first call, instead of another user's result at
//! the second. Everything that the result depends on is part of the key. (Next does the same:
//! [inside `"use cache"`](https://nextjs.org/docs/messages/next-request-in-use-cache) cookies and
//! headers can't be read.)
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::Mutex;
//! use asynccontext::{Snapshot, Unbound, Variable};
//! # use futures::executor::block_on;
//!
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! #[derive(Default)]
//! struct Cache(Mutex<HashMap<String, String>>);
//!
//! impl Cache {
//!     async fn get(
//!         &self,
//!         key: &str,
//!         compute: impl Future<Output = Result<String, Unbound>>,
//!     ) -> Result<String, Unbound> {
//!         if let Some(found) = self.0.lock().unwrap().get(key) {
//!             return Ok(found.clone());
//!         }
//!         let value = Snapshot::empty().scope(compute).await?;
//!         self.0.lock().unwrap().insert(key.to_owned(), value.clone());
//!         Ok(value)
//!     }
//! }
//! async fn price(product: &str) -> Result<String, Unbound> {
//!     Ok(format!("{product} at {}'s price", TENANT.try_get()?))
//! }
//!
//! let cache = Cache::default();
//! let hidden = async || cache.get("tea", price("tea")).await;
//! let error = block_on(TENANT.scope("blue", hidden())).unwrap_err();
//! assert_eq!(error.name(), "tenant"); // found during development
//!
//! let stated = async || {
//!     let tenant = TENANT.try_get()?;
//!     let compute = async { TENANT.scope(tenant, price("tea")).await }; // the tenant, and no more
//!     cache.get(&format!("{tenant}/tea"), compute).await
//! };
//! assert_eq!(block_on(TENANT.scope("blue", stated())).unwrap(), "tea at blue's price");
//! assert_eq!(block_on(TENANT.scope("red", stated())).unwrap(), "tea at red's price");
//! ```
//!
//! *Without it:* `red` gets the price of `blue`, if `blue` asked first.
//!
//! *Pitfalls:* values that are only logged may be passed through: bind the request's id again
//! inside, like the tenant above. Where several callers wait for one computation, spawn it bare, or
//! the first caller's cancellation cancels it for all. A variable with a default reads as the
//! default in the empty snapshot instead of failing, so cached code must not read it.
//!
//! # A cache for one request
//!
//! *Use it* where independent functions load the same row. The cache is a value in the context, and
//! is dropped with it. It may depend on values that are bound around the whole request.
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::{Arc, Mutex};
//! use asynccontext::Variable;
//! # use futures::executor::block_on;
//! # static QUERIES: Mutex<Vec<u32>> = Mutex::new(Vec::new());
//! # async fn query(id: u32) -> Arc<str> { QUERIES.lock().unwrap().push(id); format!("user {id}").into() }
//!
//! static USERS: Variable<Mutex<HashMap<u32, Arc<str>>>> = Variable::named("users");
//!
//! async fn user(id: u32) -> Arc<str> {
//!     let found = USERS.with(|users| users?.lock().unwrap().get(&id).cloned());
//!     match found {
//!         Some(user) => user,
//!         None => {
//!             let user = query(id).await;
//!             USERS.with(|users| users?.lock().unwrap().insert(id, user.clone()));
//!             user
//!         }
//!     }
//! }
//! async fn page() -> String {
//!     format!("{}, {}, {}", user(1).await, user(2).await, user(1).await)
//! }
//! let page = USERS.scope(Mutex::default(), page());
//! assert_eq!(block_on(page), "user 1, user 2, user 1");
//! assert_eq!(*QUERIES.lock().unwrap(), [1, 2]);
//! assert_eq!(&*block_on(user(1)), "user 1"); // also works without the cache
//! ```
//!
//! *Pitfalls:* the lock is not held across the `await`, so two branches of a `join!` may both
//! query. Where an inner scope binds another tenant, bind a new cache with it.
