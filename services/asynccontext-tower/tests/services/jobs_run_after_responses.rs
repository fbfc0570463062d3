//! Work after the response: in the request's context, when the body is out or dropped, counted.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use asynccontext::{Variable, tokio};
use asynccontext_tower::{RequestContextLayer, after, current_request};
use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::server::{IMPORTS, TENANT, until};

static TRANSACTION: Variable<u32> = Variable::named("transaction").uninherited();

fn request(path: &str) -> Request<Body> {
    Request::get(path).header("x-tenant", "blue").body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_job_waits_for_the_body_and_sees_the_request() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = seen.clone();
    let handler = async move || {
        let note = note.clone();
        let job = async {
            after(async move {
                let path = current_request().unwrap().uri().path().to_owned();
                note.lock().unwrap().push((path, TENANT.get(), TRANSACTION.get()));
                after(async move { note.lock().unwrap().push(("again".into(), TENANT.get(), None)) }).unwrap();
            })
        };
        TRANSACTION.scope(1, job).await.unwrap();
        "Hello"
    };
    let context = RequestContextLayer::new().incoming(&IMPORTS);
    let jobs = context.jobs();
    let app: Router = Router::new().route("/a", get(handler)).layer(context);
    let response = app.oneshot(request("/a")).await.unwrap();
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert_eq!((jobs.len(), seen.lock().unwrap().len()), (1, 0), "the body is not out");
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "Hello");
    jobs.shutdown(Duration::from_secs(10)).await.unwrap();
    let blue = Some("blue".to_owned());
    assert_eq!(*seen.lock().unwrap(), [("/a".into(), blue.clone(), None), ("again".into(), blue, None)]);
}

#[tokio::test]
async fn jobs_run_once_for_each_way_to_end() {
    let runs = Arc::new(Mutex::new(Vec::new()));
    let job = |runs: &Arc<Mutex<Vec<_>>>, what: &'static str| {
        let runs = runs.clone();
        after(async move { runs.lock().unwrap().push((what, TENANT.get().is_some())) }).unwrap();
    };
    let [panics, pends, drops] = [runs.clone(), runs.clone(), runs.clone()];
    let context = RequestContextLayer::new().incoming(&IMPORTS);
    let jobs = context.jobs();
    let app: Router = Router::new()
        .route(
            "/panics",
            get(async move || {
                job(&panics, "panics");
                if true {
                    panic!("a bug")
                }
            }),
        )
        .route(
            "/pends",
            get(async move || {
                job(&pends, "pends");
                std::future::pending::<()>().await
            }),
        )
        .route(
            "/drops",
            get(async move || {
                job(&drops, "drops");
                "never read"
            }),
        )
        .layer(context);
    let call = tokio::spawn(app.clone().oneshot(request("/panics")));
    assert!(call.await.unwrap_err().is_panic());
    until("the job of a panic", || runs.lock().unwrap().len() == 1).await;
    assert!(tokio::time::timeout(Duration::from_millis(5), app.clone().oneshot(request("/pends"))).await.is_err());
    until("the job of a cancelled call", || runs.lock().unwrap().len() == 2).await;
    drop(app.oneshot(request("/drops")).await.unwrap());
    jobs.shutdown(Duration::from_secs(10)).await.unwrap();
    assert_eq!(*runs.lock().unwrap(), [("panics", true), ("pends", true), ("drops", true)]);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_has_a_limit_and_counts_the_rest() {
    let context = RequestContextLayer::new();
    let jobs = context.jobs();
    let handler = async || {
        after(async { panic!("ends this job alone") }).unwrap();
        after(async { tokio::time::sleep(Duration::from_secs(20)).await }).unwrap();
        after(async { tokio::time::sleep(Duration::from_secs(5)).await }).unwrap();
    };
    let app: Router = Router::new().route("/", get(handler)).layer(context);
    let response = app.oneshot(request("/")).await.unwrap();
    let error = jobs.shutdown(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(error.count(), 3, "they wait for the response");
    drop(response);
    assert_eq!(jobs.shutdown(Duration::from_secs(10)).await.unwrap_err().count(), 1);
    assert_eq!(jobs.shutdown(Duration::from_secs(11)).await, Ok(()));
}

#[tokio::test]
async fn outside_a_request_there_is_an_error() {
    let line = line!() + 1;
    let error = after(async { unreachable!() }).unwrap_err();
    assert!(error.to_string().contains(&format!("jobs_run_after_responses.rs:{line}:")), "{error}");
    let bare = async { tokio::task::spawn(async { current_request().is_err() }).await };
    assert!(bare.await.unwrap());
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("request"));
}
