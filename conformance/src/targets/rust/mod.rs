//! The crate `asynccontext` as a target: an interpreter of litmus programs over its public API.
//!
//! Every statement becomes the code that a Rust program would have (`Variable::run`, `Snapshot::wrap`, a
//! future in the current snapshot, …). The interpreter never computes a mapping: a strand observes what the
//! crate has propagated to it.
//!
//! Five targets share it: [`Rust`] with closures and with futures on a deterministic executor,
//! [`RustTokio`] with futures on several workers, [`RustThreads`] and [`RustRayon`] with strands that
//! block, and [`RustAls`] with the first two through the crate's AsyncLocalStorage facade.

mod agreed;
mod als;
mod async_generator;
mod blocking;
mod code;
mod executor;
mod fifo;
mod finalizer;
mod frame;
mod generate;
mod generator;
mod host;
mod interpret;
mod live;
mod lock;
mod manner;
mod port;
mod promise;
mod running;
mod storage;
mod strand;
mod threads;
mod throw;
mod tokio;
mod workers;
mod world;

pub use self::als::RustAls;
pub use self::manner::Rust;
pub use self::threads::{RustRayon, RustThreads};
pub use self::tokio::RustTokio;
