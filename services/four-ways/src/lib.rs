//! One HTTP service in four ways, which differ in how the request's id reaches the lines of the
//! log, and the load that compares them.
//!
//! Lines that are there for the id end with `// plumbing`, and [`Way::plumbing`] counts them.

pub mod by_hand;
pub mod load;
pub mod log;
mod spans;
pub mod statistics;
pub mod task_local;
pub mod tracing_spans;
pub mod with_asynccontext;

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use log::Log;
use tower_http::timeout::TimeoutLayer;

/// The layer that the service has in all ways. The layers of each way are added to it, in one stack: what
/// axum's router takes for any stack is no cost of a way.
fn timeout() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(30))
}

/// One way of getting the id to where it is logged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// Parameters of every function.
    ByHand,
    /// The layer of `asynccontext-tower` and the spawns of `asynccontext::tokio`.
    Asynccontext,
    /// `tokio::task_local!`.
    TaskLocal,
    /// Spans of `tracing`.
    Spans,
}

impl Way {
    /// All ways.
    pub const ALL: [Way; 4] = [Way::ByHand, Way::Asynccontext, Way::TaskLocal, Way::Spans];

    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Way::ByHand => "by hand",
            Way::Asynccontext => "asynccontext",
            Way::TaskLocal => "task_local!",
            Way::Spans => "tracing spans",
        }
    }

    /// Returns the number of lines of the service that are there for the id.
    pub fn plumbing(self) -> usize {
        let source = match self {
            Way::ByHand => include_str!("by_hand.rs"),
            Way::Asynccontext => include_str!("with_asynccontext.rs"),
            Way::TaskLocal => include_str!("task_local.rs"),
            Way::Spans => include_str!("tracing_spans.rs"),
        };
        source.lines().filter(|line| line.ends_with("// plumbing")).count()
    }

    /// Returns the service.
    pub fn app(self, log: &'static Log) -> Router {
        match self {
            Way::ByHand => by_hand::app(log),
            Way::Asynccontext => with_asynccontext::app(log),
            Way::TaskLocal => task_local::app(log),
            Way::Spans => tracing_spans::app(log),
        }
    }
}
