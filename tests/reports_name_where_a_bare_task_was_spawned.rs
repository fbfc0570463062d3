//! With tokio's task hooks, a report names where a bare task was spawned.

#![cfg(all(debug_assertions, tokio_unstable, feature = "tokio-rt-multi-thread"))]

use std::sync::{Mutex, Once};

use asynccontext::lost::{self, Lost};
use asynccontext::tokio::runtime::Inherit;
use asynccontext::{Variable, tokio as carried};
use tokio::runtime::Builder;

static REPORTS: Mutex<Vec<Lost>> = Mutex::new(Vec::new());
static TENANT: Variable<&str> = Variable::named("tenant");

/// Turns reports on, once for both tests.
fn on() {
    static ON: Once = Once::new();
    ON.call_once(|| lost::report(|lost| REPORTS.lock().unwrap().push(lost.clone())));
}

/// Takes the reports on `variable` so far.
fn reports(variable: &Variable<&str>) -> Vec<Lost> {
    let mut reports = REPORTS.lock().unwrap();
    let (found, others) = reports.drain(..).partition(|lost| lost.error().name() == variable.name());
    *reports = others;
    found
}

async fn read() {
    TENANT.try_get().unwrap_err();
}

#[test]
fn where_bare_tasks_inherit_the_spawn_is_the_capture() {
    static USER: Variable<&str> = Variable::named("user");
    on();
    let runtime = Inherit::new().build(&mut Builder::new_current_thread()).unwrap();
    let task = async { USER.try_get().unwrap_err() };
    let spawn = async {
        let spawned = tokio::spawn(task);
        (spawned.await, line!() - 1)
    };
    let (read, line) = runtime.block_on(spawn);
    read.unwrap();
    let [lost] = &reports(&USER)[..] else { panic!("not one report") };
    let place = lost.snapshot().unwrap();
    assert_eq!((place.file(), place.line()), (file!(), line));
}

#[test]
fn bare_or_carried_the_place_of_the_spawn_is_named() {
    on();
    let runtime = lost::remember_spawns(&mut Builder::new_multi_thread()).build().unwrap();
    let first = line!();
    runtime.block_on(async {
        tokio::spawn(read()).await.unwrap();
        carried::spawn(read()).await.unwrap();
        tokio::spawn(async { tokio::spawn(read()).await.unwrap() }).await.unwrap();
        // outside any task, and in a task for which tokio calls no hooks
        read().await;
        tokio::task::LocalSet::new().run_until(async { tokio::task::spawn_local(read()).await.unwrap() }).await;
    });
    let reports = reports(&TENANT);
    let spawned: Vec<_> = reports.iter().map(|lost| lost.spawned_at().map(|place| place.line() - first)).collect();
    assert_eq!(spawned, [Some(2), Some(3), Some(4), None, None]);
    let captured: Vec<_> = reports.iter().map(|lost| lost.snapshot().map(|place| place.line() - first)).collect();
    assert_eq!(captured, [None, Some(3), None, None, None]);
    let text = format!("\n  tokio's task was spawned at {}:{}:", file!(), first + 2);
    assert!(reports[0].to_string().contains(&text), "{}", reports[0]);
    assert!(!reports[3].to_string().contains("was spawned at"));
}
