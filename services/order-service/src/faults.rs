//! Faults that a request asks for, in a service that was started with `--faults`: for tests.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use asynccontext::Variable;
use asynccontext::carrier::Exported;
use tokio::time::sleep;

/// Where the request is to fail and how, such as `charge=panic`. It goes to the other processes with
/// the request, and with the job that the request adds.
pub static FAULT: Exported<String> = Variable::named("fault").exported("x-fault");

/// Fails here if the request asks for it: `panic`, `panic-once`, or `hold:FILE` until there is such a file.
pub async fn at(place: &str) {
    static PANICKED: AtomicBool = AtomicBool::new(false);
    let Some(fault) = FAULT.get() else { return };
    let Some(how) = fault.strip_prefix(place).and_then(|rest| rest.strip_prefix('=')) else { return };
    if let Some(file) = how.strip_prefix("hold:") {
        tracing::info!(place, "held");
        while !Path::new(file).exists() {
            sleep(Duration::from_millis(10)).await;
        }
    } else if how == "panic" || how == "panic-once" && !PANICKED.swap(true, Ordering::Relaxed) {
        panic!("a fault at {place}");
    }
}
