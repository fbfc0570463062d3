//! The same, with the jobs at a broker and the worker in a third process.

use std::process::Command;

use servers::{Kind, Server, tests};

async fn everything_an_order_leaves_has_its_id(server: &Server) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_order-service"));
    command.args(["load", "--requests", "300", "--in-flight", "20", "--queue", &server.url()]);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("294 messages"), "{text}");
}

fn main() {
    tests(
        Kind::Redis,
        &[("everything_an_order_leaves_has_its_id", servers::test!(everything_an_order_leaves_has_its_id))],
    );
}
