//! The items of `tokio_util::task`.

mod join_map;
mod join_queue;
mod local_pool;
pub mod task_tracker;

pub use join_map::JoinMap;
pub use join_queue::JoinQueue;
pub use local_pool::LocalPoolHandle;
#[doc(no_inline)]
pub use task_tracker::TaskTracker;
#[doc(no_inline)]
pub use tokio_util::task::{AbortOnDrop, AbortOnDropHandle, JoinMapKeys};
