//! The service with PostgreSQL, with each broker and the worker in a third process, and its page in Chromium.

#![allow(unreachable_pub)] // a program exports nothing

mod brokers;
mod browser;
mod hostile;
mod page;
mod postgres;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "the other program uses the rest")]
mod support;

use servers::{Kind, Run, Server, suites, test};
use support::{jobs, program};

async fn everything_an_order_leaves_has_its_id(server: &Server) {
    load(server, &["--requests", "300"]);
}

/// Runs a load with the server, whose URL says what it is.
fn load(server: &Server, arguments: &[&str]) -> String {
    let flag = if server.url().starts_with("postgres") { "--database" } else { "--queue" };
    let mut command = program();
    let command = command.args(["load", "--in-flight", "20", "--queue-name", "load", flag, &server.url()]);
    let output = command.args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

async fn jobs_that_come_twice_are_handled_once(server: &Server) {
    jobs::come_twice(&["--queue", &server.url(), "--queue-name", "twice"]).await;
}

async fn a_worker_that_panics_tries_again(server: &Server) {
    jobs::panic_once(&["--queue", &server.url(), "--queue-name", "panics"]).await;
}

fn main() {
    let load: (&str, Run) = ("everything_an_order_leaves_has_its_id", test!(everything_an_order_leaves_has_its_id));
    let of_brokers: [(&str, Run); 4] = [
        load,
        ("jobs_that_come_twice_are_handled_once", test!(jobs_that_come_twice_are_handled_once)),
        ("a_worker_that_panics_tries_again", test!(a_worker_that_panics_tries_again)),
        ("nothing_is_lost_when_the_broker_is_killed", test!(brokers::nothing_is_lost_when_the_broker_is_killed)),
    ];
    let of_postgres: [(&str, Run); 2] =
        [load, ("a_transaction_ends_with_the_server", test!(postgres::a_transaction_ends_with_the_server))];
    let of_nats: [(&str, Run); 1] = [("hostile_messages", test!(hostile::from_nats))];
    let of_rabbitmq: [(&str, Run); 1] = [("hostile_messages", test!(hostile::from_rabbitmq))];
    let of_chromium: [(&str, Run); 1] =
        [("an_order_is_shown_with_its_lines", test!(page::an_order_is_shown_with_its_lines))];
    suites(&[
        (Kind::Chromium, &of_chromium),
        (Kind::Postgres, &of_postgres),
        (Kind::Nats, &[&of_brokers[..], &of_nats[..]].concat()),
        (Kind::RabbitMq, &[&of_brokers[..], &of_rabbitmq[..]].concat()),
        (Kind::Redis, &of_brokers),
    ]);
}
