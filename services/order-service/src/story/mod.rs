//! The story of one order: its spans and log lines from all processes, as JSON and as a page.

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;

use axum::extract::{Path as Name, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Html;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::Value;
use tokio::task::spawn_blocking;

use crate::lines::each_line;

/// The page, and what it asks for. `folder` has the files that [`telemetry`](crate::telemetry) writes.
pub fn routes(folder: PathBuf) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/stories", get(latest))
        .route("/stories/{request}", get(story))
        .with_state(folder)
}

async fn page() -> (HeaderMap, Html<&'static str>) {
    let mut headers = HeaderMap::new();
    let policy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:";
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    (headers, Html(include_str!("page.html")))
}

type Answer<T> = Result<Json<T>, (StatusCode, String)>;

/// The ids of the latest requests, the newest first.
async fn latest(State(folder): State<PathBuf>) -> Answer<Vec<String>> {
    answer(move || {
        let mut seen = HashSet::new();
        let mut ids = Vec::new();
        each_line(&folder, "logs-orders", |_, line: Value| {
            if let Some(id) = line["request-id"].as_str()
                && seen.insert(id.to_owned())
            {
                ids.push(id.to_owned());
            }
        })?;
        ids.reverse();
        ids.truncate(50);
        Ok(ids)
    })
    .await
}

/// One request, by its id.
#[derive(Debug, Serialize)]
struct Story {
    /// In the order in which they started.
    spans: Vec<Value>,
    /// In the order in which they were written.
    lines: Vec<Value>,
}

async fn story(State(folder): State<PathBuf>, Name(request): Name<String>) -> Answer<Story> {
    answer(move || {
        let mut story = Story { spans: Vec::new(), lines: Vec::new() };
        let mut traces = HashSet::new();
        for process in ["orders", "payment", "invoices"] {
            each_line(&folder, &format!("logs-{process}"), |_, mut line: Value| {
                if line["request-id"] == *request {
                    line["process"] = process.into();
                    story.lines.push(line);
                }
            })?;
        }
        each_line(&folder, "traces-", |_, span: Value| {
            if span["attributes"]["request-id"] == *request {
                traces.insert(span["trace"].to_string());
            }
        })?;
        each_line(&folder, "traces-", |_, span: Value| {
            if traces.contains(&span["trace"].to_string()) {
                story.spans.push(span);
            }
        })?;
        story.lines.sort_by(|a, b| a["timestamp"].as_str().cmp(&b["timestamp"].as_str()));
        story.spans.sort_by_key(|span| span["start"].as_u64());
        Ok(story)
    })
    .await
}

async fn answer<T: Send + 'static>(read: impl FnOnce() -> io::Result<T> + Send + 'static) -> Answer<T> {
    match spawn_blocking(read).await {
        Ok(Ok(found)) => Ok(Json(found)),
        Ok(Err(error)) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
        Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
    }
}
