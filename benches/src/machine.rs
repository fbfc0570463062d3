//! The machine of a measurement, and the versions of the peers.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

/// The peers, by the names of their packages.
const PEERS: [&str; 13] = [
    "tokio",
    "tokio-inherit-task-local",
    "opentelemetry",
    "tracing",
    "tracing-subscriber",
    "fastrace",
    "sentry-core",
    "dcontext",
    "rpds",
    "im",
    "imbl",
    "futures",
    "criterion",
];

/// Returns the processor, the system and the compiler, in a sentence.
pub(crate) fn describe() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let cores = if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") };
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!(
        "{}, {cores} as the system shows them, {} {}; {}, fat LTO, one codegen unit",
        model.map_or("an unknown processor", |(_, name)| name),
        std::env::consts::OS,
        std::env::consts::ARCH,
        rustc.unwrap_or_else(|_| "an unknown rustc".to_owned()),
    )
}

/// Returns the peers with the versions in `Cargo.lock`.
pub(crate) fn versions() -> Vec<String> {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap_or_default();
    let version = |name: &&str| {
        let after = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?.1;
        Some(format!("{name} {}", after.split_once('"')?.0))
    };
    PEERS.iter().filter_map(version).collect()
}
