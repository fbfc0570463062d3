//! Carries the exported variables of [`asynccontext`] with the jobs of [apalis](apalis_core).
//!
//! [`TaskExt::exporting`] writes the current values to a task's metadata, which every storage of apalis
//! keeps with the job. [`ContextLayer`] on the worker handles each job with those values.
//!
//! ```
//! use apalis::prelude::*;
//! use asynccontext::Variable;
//! use asynccontext::carrier::{Exported, Exports, Imports};
//! use asynccontext_apalis::{ContextLayer, TaskExt, attempt};
//!
//! static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
//! static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
//! static FROM_SHOP: Imports = Imports::new(&[TENANT.import()]);
//!
//! async fn invoice(order: u32, worker: WorkerContext) -> Result<(), BoxDynError> {
//!     println!("order {order} of {:?}, attempt {:?}", TENANT.get(), attempt());
//! #   assert_eq!((TENANT.get().as_deref(), attempt()), (Some("blue"), Some(1)));
//! #   worker.stop()?;
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), BoxDynError> {
//! # use apalis_core::backend::memory::MemoryStorage;
//! # let mut storage = MemoryStorage::new();
//! // In a request of the shop, with any storage.
//! let push = async {
//!     let task = TaskBuilder::new(7).exporting(TO_WORKERS)?.build();
//!     storage.push_task(task).await?;
//!     Ok::<_, BoxDynError>(())
//! };
//! TENANT.scope("blue".into(), push).await?;
//!
//! // In the worker.
//! let worker = WorkerBuilder::new("invoices")
//!     .backend(storage)
//!     .layer(ContextLayer::new(&FROM_SHOP))
//!     .build(invoice);
//! worker.run().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Retries
//!
//! The metadata is stored with the job, so a job that is tried again has the same context: by a policy
//! of the worker, after a failure that the storage schedules, after the death of the worker, and after
//! a restart of the database. [`attempt`] returns the number of the attempt, and [`JOB_ID`] holds the
//! id of the job.
//!
//! The layer may be outside or inside apalis' retry layer: the attempt is counted in both cases.
//!
//! # Jobs without a sender
//!
//! A job of a schedule (`apalis-cron`) has no metadata and starts in a fresh context.
//! [`ContextLayer::or_bind`] binds a made value there, such as an id for its log lines.
//!
//! # Keys
//!
//! The keys of the metadata begin with `context.`, since apalis-redis stores fields of its own, such as
//! `status`, in the same place.
//!
//! # Cost
//!
//! A job's metadata is cloned once when it is pushed. A job that starts costs a few bindings and the
//! reading of the texts.

mod layer;
mod metadata;
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
mod task;

pub use layer::{ATTEMPT, AttemptCounter, ContextLayer, ContextService, JOB_ID, attempt};
pub use metadata::{MetadataExtractor, MetadataInjector};
pub use task::TaskExt;
