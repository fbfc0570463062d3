//! `GET /dropped`: what the boundaries of this process did not let in.

use std::collections::BTreeMap;

use asynccontext::carrier::Imports;
use asynccontext_opentelemetry::Traced;
use axum::routing::get;
use axum::{Json, Router};

use crate::context::{FROM_CLIENTS, FROM_JOBS, FROM_SERVICES, FROM_TESTS};

/// The number of texts for each boundary and reason. Those of which there is none are left out.
pub type Dropped = BTreeMap<String, u64>;

pub fn routes() -> Router {
    Router::new().route("/dropped", get(async || Json(dropped())))
}

/// Returns what this process has dropped since it started.
pub fn dropped() -> Dropped {
    let mut all = Dropped::new();
    let mut add = |boundary: &str, reason: &str, count: u64| {
        if count > 0 {
            *all.entry(format!("{boundary} {reason}")).or_default() += count;
        }
    };
    let listed = [
        ("clients", &FROM_CLIENTS),
        ("clients", &FROM_TESTS),
        ("services", FROM_SERVICES.get_ref()),
        ("jobs", FROM_JOBS.get_ref()),
    ];
    for (boundary, imports) in listed {
        imports.dropped().iter().for_each(|(reason, count)| add(boundary, reason, count));
    }
    let traced: [(&str, &Traced<Imports>); 2] = [("services", &FROM_SERVICES), ("jobs", &FROM_JOBS)];
    for (boundary, traced) in traced {
        let dropped = traced.dropped();
        add(boundary, "traceparent", dropped.traceparent);
        add(boundary, "tracestate", dropped.tracestate);
        add(boundary, "baggage", dropped.baggage);
    }
    all
}
