//! The customer whose data a query reads: a required value.
//!
//! *Use it* where one service serves several customers from one database, each with a schema, a
//! database or a column of its own. The code that builds a query reads the tenant, and fails if
//! there is none.
//!
//! ```
//! # use futures::executor::block_on;
//! mod tenancy {
//!     use std::sync::Arc;
//!     use asynccontext::{Unbound, Variable};
//!
//!     #[derive(Clone, Debug, PartialEq)]
//!     pub struct Tenant(Arc<str>); // only created by `lookup`, so always a known tenant
//!
//!     /// No default: a wrong tenant is worse than an error.
//!     static TENANT: Variable<Tenant> = Variable::named("tenant");
//!
//!     pub fn lookup(host: &str) -> Option<Tenant> {
//!         let name = host.strip_suffix(".example.com")?;
//!         ["blue", "red"].contains(&name).then(|| Tenant(name.into()))
//!     }
//!
//!     pub async fn with_tenant<T>(tenant: Tenant, work: impl Future<Output = T>) -> T {
//!         TENANT.scope(tenant, work).await
//!     }
//!
//!     #[track_caller]
//!     pub fn table(name: &str) -> Result<String, Unbound> {
//!         TENANT.try_with(|Tenant(schema)| format!("{schema}.{name}"))
//!     }
//! }
//! use tenancy::{lookup, table, with_tenant};
//!
//! async fn orders() -> Result<String, asynccontext::Unbound> {
//!     Ok(format!("select * from {}", table("orders")?))
//! }
//!
//! let tenant = lookup("blue.example.com").unwrap();
//! assert_eq!(block_on(with_tenant(tenant, orders())).unwrap(), "select * from blue.orders");
//! assert_eq!(lookup("green.example.com"), None); // answered with 404
//!
//! // Work for all tenants binds each in turn.
//! let nightly = async {
//!     let mut queries = Vec::new();
//!     for host in ["blue.example.com", "red.example.com"] {
//!         queries.push(with_tenant(lookup(host).unwrap(), orders()).await?);
//!     }
//!     Ok::<_, asynccontext::Unbound>(queries)
//! };
//! assert_eq!(block_on(nightly).unwrap()[1], "select * from red.orders");
//!
//! // The test that matters most: without a tenant there is no query.
//! assert_eq!(block_on(orders()).unwrap_err().name(), "tenant");
//! ```
//!
//! *Without it:* a function that does not pass the tenant on reads everyone's rows.
//!
//! *Pitfalls:*
//!
//! - `get().unwrap_or_default()`, or [`with_default`](crate::Variable::with_default), turns a lost
//!   context into wrong data. [`try_get`](crate::Variable::try_get) and
//!   [`try_with`](crate::Variable::try_with) turn it into an error that names the location.
//! - Settings of a pooled connection, such as Postgres's `search_path`, stay for the next user. Set
//!   them at each checkout, or name the schema in the query as above.
//! - A cache that is shared by tenants needs the tenant [in its key](super::cache).
//! - The context is not an access control. Check that the user may act for a tenant before binding
//!   it.
