use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use servers::Server;
use tokio::process::Command;
use tokio::time::sleep;

use crate::support::{Left, program};

/// Kills the broker in the middle of a load and starts it again when the service has seen it: all
/// orders are placed meanwhile, each invoice is written once, and everything has its own id.
pub async fn nothing_is_lost_when_the_broker_is_killed(server: &Server) {
    let folder = tempfile::tempdir().unwrap();
    let left = Left(folder.path().to_owned());
    let mut load = Command::from(program());
    load.args(["load", "--requests", "1500", "--in-flight", "20", "--queue", &server.url(), "--queue-name", "killed"]);
    let load = load.arg("--folder").arg(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let load = load.spawn().unwrap();
    // The folder has files soon.
    let invoices = folder.path().join("invoices.jsonl");
    while lines(&invoices) < 50 {
        sleep(Duration::from_millis(5)).await;
    }
    tokio::task::block_in_place(|| server.kill());
    assert!(lines(&invoices) < 1400, "the load is in its middle");
    left.until("the service sees it", |left| left.lines().iter().any(|line| line["message"] == "messages wait")).await;
    tokio::task::block_in_place(|| server.restart()).unwrap();
    let output = load.wait_with_output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1470 rows, 1470 messages"), "{text}");
    println!("{text}");
}

fn lines(path: &Path) -> usize {
    std::fs::read(path).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count()
}
