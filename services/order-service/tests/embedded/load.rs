//! Orders by the load generator, which fails if a line, span, row or message has another request's
//! id, or none, or is missing.

use crate::support::program;

/// Runs a load on a service with these arguments, and returns its output.
fn load(arguments: &[&str]) -> String {
    let output = program().args(["load", "--requests", "300", "--in-flight", "20"]).args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn embedded() {
    let text = load(&[]);
    assert!(text.contains("2088 lines, 1194 spans, 294 rows, 294 messages"), "{text}");
    assert!(text.contains("0 of another request, of none or written twice, 0 missing"), "{text}");
}

#[test]
fn a_service_that_cannot_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let output = program().arg("--folder").arg(folder.path()).args(["--queue", "nats://127.0.0.1:1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: "), "{output:?}");
}

#[test]
fn an_unknown_queue_is_a_wrong_argument() {
    let output = program().args(["--queue", "carrier-pigeon"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
