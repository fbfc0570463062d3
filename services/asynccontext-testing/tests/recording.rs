//! What a test records, and the messages of its failures.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use asynccontext::carrier::{Exported, Exports};
use asynccontext::{Variable, thread};
use asynccontext_testing::{Kind, Test, Witness, message};
use tokio::runtime::Builder;
use tracing::{info, info_span};

static REQUEST_ID: Variable<u64> = Variable::named("request-id");
static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");

fn panic_of(f: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).unwrap_err();
    payload.downcast_ref::<String>().cloned().unwrap_or_else(|| payload.downcast_ref::<&str>().unwrap().to_string())
}

async fn request(id: u64) {
    let work = async move {
        info!("started {id}");
        let task = asynccontext::tokio::spawn(async move {
            let _span = info_span!("query", table = "orders").entered();
            info!("queried {id}");
        });
        asynccontext::tokio::task::spawn_blocking(move || info!("hashed {id}")).await.unwrap();
        thread::spawn(move || info!("mailed {id}")).join().unwrap();
        task.await.unwrap();
    };
    REQUEST_ID.scope(id, work).await;
}

#[test]
fn events_follow_tasks_blocking_work_and_threads() {
    let test = Test::new().recording([&REQUEST_ID]);
    test.block_on(request(7));
    test.assert_each(&REQUEST_ID, 7);
    let mut texts: Vec<_> = test.events().iter().map(|event| event.text().to_owned()).collect();
    texts.sort();
    assert_eq!(texts, ["hashed 7", "mailed 7", "queried 7", "started 7"]);
    let span = test.span("query");
    assert_eq!((span.kind(), span.field("table"), span.value(&REQUEST_ID)), (Kind::Span, Some("orders"), Some(&7)));
}

#[test]
fn tests_in_parallel_record_only_their_own_events() {
    let tests: Vec<_> = (0..8)
        .map(|test| {
            std::thread::spawn(move || {
                let recording = Test::new().recording([&REQUEST_ID]);
                recording.block_on_with(Builder::new_multi_thread().worker_threads(2), async {
                    let requests = (0..50).map(|one| asynccontext::tokio::spawn(request(test * 1000 + one)));
                    for request in requests.collect::<Vec<_>>() {
                        request.await.unwrap();
                    }
                });
                let events = recording.events();
                assert_eq!((events.len(), recording.spans().len()), (200, 50));
                for event in events {
                    let id: u64 = event.text().split(' ').nth(1).unwrap().parse().unwrap();
                    assert_eq!(id / 1000, test);
                    event.assert_value(&REQUEST_ID, id);
                }
            })
        })
        .collect();
    for test in tests {
        test.join().unwrap();
    }
}

#[cfg(not(tokio_unstable))]
#[test]
fn an_event_of_a_bare_task_is_recorded_without_values() {
    for workers in [false, true] {
        let test = Test::new().recording([&REQUEST_ID]);
        let work = REQUEST_ID.scope(7, async {
            info!("started");
            tokio::spawn(async { info!("charged") }).await.unwrap();
            tokio::task::spawn_blocking(|| info!("hashed")).await.unwrap();
        });
        match workers {
            false => test.block_on(work),
            true => test.block_on_with(Builder::new_multi_thread().worker_threads(2), work),
        }
        let failure = panic_of(|| test.assert_each(&REQUEST_ID, 7));
        assert!(failure.starts_with(concat!("2 of 3 are wrong:\n  event \"charged\" (", file!(), ":")), "{failure}");
        let ends = failure.lines().skip(1).all(|line| line.ends_with("had no request-id, expected 7"));
        assert!(ends && failure.contains("event \"hashed\""), "{failure}");
        test.event("charged").assert_no_value(&REQUEST_ID);
    }
}

#[cfg(tokio_unstable)]
#[test]
fn an_event_of_a_bare_task_has_the_values_of_its_spawner() {
    let test = Test::new().recording([&REQUEST_ID]);
    test.block_on(REQUEST_ID.scope(7, async { tokio::spawn(async { info!("charged") }).await.unwrap() }));
    test.assert_each(&REQUEST_ID, 7);
}

#[test]
fn an_event_on_a_bare_thread_belongs_to_the_test_of_its_span() {
    let test = Test::new().recording([&REQUEST_ID]);
    test.run(|| {
        let span = info_span!("outer").in_scope(|| info_span!("inner"));
        let bare = std::thread::spawn(move || {
            span.in_scope(|| info!("in the span"));
            let _child = info_span!(parent: &span, "child");
            info!("on no span of this test: a stray");
        });
        bare.join().unwrap();
    });
    test.event("in the span").assert_no_value(&REQUEST_ID);
    test.span("child");
    let failure = panic_of(|| _ = test.event("a stray"));
    let start = "the test recorded no events \"a stray\", expected one; outside any test, so perhaps of work that lost \
                 its context:\n  event \"on no span of this test: a stray\" (";
    assert!(failure.starts_with(start) && failure.contains(file!()), "{failure}");
}

#[test]
fn failed_assertions_say_what_was_recorded() {
    let test = Test::new().recording([&REQUEST_ID, &TENANT]);
    test.run(|| {
        REQUEST_ID.run(7, || info!("charged"));
        REQUEST_ID.run(8, || info!("charged again"));
    });
    let line = line!() - 3;
    let event = test.event("charged again");
    let location = format!("event \"charged again\" ({}:{}, thread ", file!(), line + 1);
    let failure = panic_of(|| event.assert_value(&REQUEST_ID, 9));
    assert!(failure.starts_with(&location) && failure.ends_with(" had request-id 8, expected 9"), "{failure}");
    let failure = panic_of(|| event.assert_no_value(&REQUEST_ID));
    assert!(failure.ends_with(" had request-id 8, expected none"), "{failure}");
    let failure = panic_of(|| event.assert_value(&TENANT, "blue".into()));
    assert!(failure.ends_with(" had no tenant, expected \"blue\""), "{failure}");

    let failure = panic_of(|| _ = test.event("charged"));
    assert!(failure.starts_with("the test recorded 2 events \"charged\", expected one; all 2 events:\n"), "{failure}");
    let failure = panic_of(|| _ = test.span("query"));
    assert_eq!(failure, "the test recorded no spans \"query\", expected one; all 0 spans:");

    static OTHER: Variable<u8> = Variable::named("other");
    let failure = panic_of(|| event.assert_no_value(&OTHER));
    assert_eq!(failure, "variable \"other\" is not recorded: name it in `Test::recording`");
}

#[test]
fn a_test_without_events_is_not_taken_for_a_success() {
    let test = Test::new().recording([&REQUEST_ID]);
    assert_eq!(panic_of(|| test.assert_each(&REQUEST_ID, 7)), "the test recorded no event and no span");
}

#[test]
fn a_message_shows_what_its_headers_carry() {
    static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
    let mut headers = vec![];
    TENANT.run("Köln".into(), || TO_WORKERS.inject(&mut headers)).unwrap();
    let invoice = message("invoice", &headers, &TO_WORKERS);
    invoice.assert_value(&TENANT, "Köln".into());
    let failure = panic_of(|| invoice.assert_value(&TENANT, "Bonn".into()));
    assert_eq!(failure, "message \"invoice\" had tenant \"Köln\", expected \"Bonn\"");
    headers[0].1 = "%".into();
    let failure = panic_of(|| _ = message("invoice", &headers, &TO_WORKERS));
    assert!(failure.starts_with("the headers of message \"invoice\" can't be read: "), "{failure}");
}

#[test]
fn a_witness_sees_a_captured_snapshot_until_its_end() {
    let witness = Witness::new();
    let kept = witness.run(asynccontext::Snapshot::capture);
    assert_eq!(
        panic_of(|| witness.assert_released()),
        "the values of a scope are still held: a task, a timer, a cache or a pool has a snapshot of them"
    );
    let ending = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        drop(kept);
    });
    witness.assert_released_within(Duration::from_secs(60));
    ending.join().unwrap();
}
