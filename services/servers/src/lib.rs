//! Databases and brokers for tests.
//!
//! A [`Server`] is started on a free port of the loopback interface, with its data in a temporary
//! folder, and ends when it is dropped. It can be killed and restarted, as in an accident. A test
//! program without libtest's harness (`harness = false`) lists tests that need a server:
//!
//! ```no_run
//! use servers::{Kind, Server, tests};
//!
//! async fn a_message_arrives(server: &Server) {
//!     assert!(server.url().starts_with("nats://"));
//! }
//!
//! fn main() {
//!     tests(Kind::Nats, &[("a_message_arrives", servers::test!(a_message_arrives))]);
//! }
//! ```
//!
//! Where the server is not installed, its tests are reported as ignored, with the reason: they are
//! never counted as passed.

mod harness;
mod kind;
mod server;

pub use harness::{Run, suites, tests};
pub use kind::Kind;
pub use server::Server;
