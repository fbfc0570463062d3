//! Runs the cases of trace context: what a service sees, and what it sends on.

use std::collections::HashSet;

use http::HeaderMap;

use crate::traceparent::{CASES, PARENT, TRACE, VALID};
use crate::tracestate::{self, ALL, DEVIATIONS};
use crate::{Headers, boundary, calls_of_a_service, remote};

/// The parts of the only `traceparent` of a call.
fn sent(call: &HeaderMap) -> (String, String, u8) {
    let all: Vec<_> = call.get_all("traceparent").iter().collect();
    let [sent] = all[..] else { panic!("{all:?}") };
    let parts: Vec<_> = sent.to_str().unwrap().split('-').collect();
    let ["00", trace, parent, flags] = parts[..] else { panic!("{sent:?}") };
    assert_eq!((trace.len(), parent.len(), flags.len()), (32, 16, 2), "{sent:?}");
    (trace.to_owned(), parent.to_owned(), u8::from_str_radix(flags, 16).unwrap())
}

fn sent_state(call: &HeaderMap) -> String {
    let all: Vec<_> = call.get_all("tracestate").iter().map(|state| state.to_str().unwrap()).collect();
    assert!(all.iter().all(|state| !state.is_empty()), "no empty header is sent");
    all.join(",")
}

#[test]
fn each_traceparent_continues_or_restarts_the_trace() {
    for (name, headers, continues) in CASES {
        let boundary = boundary();
        let what = format!("{name}: {headers:?}");
        let seen = remote(&boundary, headers).map(|span| (span.trace_id().to_string(), span.span_id().to_string()));
        assert_eq!(seen, continues.then(|| (TRACE.to_owned(), PARENT.to_owned())), "{what}");
        // What is dropped is counted, and what is not there is not.
        let named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("traceparent"));
        assert_eq!(boundary.dropped().traceparent, u64::from(named && !continues), "{what}");

        let calls = calls_of_a_service(&boundary, headers, 3);
        let (traces, parents): (HashSet<_>, HashSet<_>) =
            calls.iter().map(sent).map(|(trace, parent, _)| (trace, parent)).unzip();
        assert_eq!((traces.len(), parents.len()), (1, 3), "{what}");
        assert_eq!(traces.contains(TRACE), *continues, "{what}");
        assert!(!parents.contains(PARENT) && !traces.contains(&"0".repeat(32)), "{what}");
    }
}

fn check_states(cases: &[tracestate::Case]) {
    for (name, states, expected) in cases {
        let states = states();
        let mut headers = vec![("traceparent", VALID)];
        headers.extend(states.iter().map(|state| ("tracestate", state.as_str())));
        let all = format!("{}={}", tracestate::key(), tracestate::value().trim_end());
        let expected = match *expected {
            ALL => all,
            "32 members" => tracestate::members(32).join(","),
            other => other.to_owned(),
        };
        let boundary = boundary();
        let what = format!("{name}: {states:?}");
        let seen = remote(&boundary, &headers).expect("the trace is continued");
        assert_eq!(
            (seen.trace_id().to_string(), seen.trace_state().header()),
            (TRACE.into(), expected.clone()),
            "{what}"
        );
        let is_malformed = expected.is_empty() && states.iter().any(|state| !state.trim().is_empty());
        assert_eq!(boundary.dropped().tracestate, u64::from(is_malformed), "{what}");
        let calls = calls_of_a_service(&boundary, &headers, 1);
        assert_eq!((sent(&calls[0]).0, sent_state(&calls[0])), (TRACE.into(), expected), "{what}");
    }
}

#[test]
fn each_tracestate_is_inherited_or_discarded() {
    check_states(tracestate::CASES);
}

#[test]
fn valid_states_that_opentelemetry_refuses_are_left_out() {
    check_states(DEVIATIONS);
}

#[test]
fn a_tracestate_needs_a_traceparent_and_its_name() {
    let without: &[(&str, Headers<'_>)] = &[
        ("test_tracestate_included_traceparent_missing", &[("tracestate", "a=1")]),
        ("test_tracestate_included_traceparent_missing", &[("tracestate", "a=1"), ("traceparent", "00-7")]),
        ("test_tracestate_header_name", &[("traceparent", VALID), ("trace_state", "a=1")]),
        ("test_tracestate_header_name", &[("traceparent", VALID), ("trace-state", "a=1"), ("state", "a=1")]),
    ];
    for (name, headers) in without {
        assert_eq!(sent_state(&calls_of_a_service(&boundary(), headers, 1)[0]), "", "{name}: {headers:?}");
    }
    for name in ["Tracestate", "traceState", "TRACESTATE"] {
        let headers = [("traceparent", VALID), (name, "a=1")];
        let calls = calls_of_a_service(&boundary(), &headers, 1);
        assert_eq!(sent_state(&calls[0]), "a=1", "test_tracestate_header_name_valid_casing: {name}");
    }
}

#[test]
fn several_calls_are_children_of_one_request() {
    let several: [(&str, Headers<'_>, bool); 3] = [
        ("test_multiple_requests_with_valid_traceparent", &[("traceparent", VALID)], true),
        ("test_multiple_requests_without_traceparent", &[], false),
        ("test_multiple_requests_with_illegal_traceparent", &[("traceparent", "00-0-0-01")], false),
    ];
    for (name, headers, continues) in several {
        let calls: Vec<_> = calls_of_a_service(&boundary(), headers, 5).iter().map(sent).collect();
        let parents: HashSet<_> = calls.iter().map(|(_, parent, _)| parent).collect();
        assert_eq!(parents.len(), 5, "{name}");
        assert!(calls.iter().all(|(trace, ..)| (trace == TRACE) == continues && *trace == calls[0].0), "{name}");
    }
}

/// A known deviation of opentelemetry_sdk 0.33, which reads and writes only the flag for sampling. The second edition
/// of the specification requires that the flag for a random trace id is sent on.
#[test]
fn the_random_flag_is_lost() {
    let traceparent = VALID.replace("-01", "-03");
    let calls = calls_of_a_service(&boundary(), &[("traceparent", &traceparent)], 1);
    assert_eq!((sent(&calls[0]).0.as_str(), sent(&calls[0]).2), (TRACE, 1), "test_propagates_random_flag");
}

/// Every published case is in a table or in a test here.
#[test]
fn no_published_case_is_missing() {
    let own = include_str!("trace_context.rs");
    let mut names: HashSet<&str> = CASES.iter().map(|case| case.0).collect();
    names.extend(tracestate::CASES.iter().chain(DEVIATIONS).map(|case| case.0));
    let quoted = own.split('"').filter(|text| text.starts_with("test_") && text.len() > 5);
    names.extend(quoted.map(|text| text.split(':').next().unwrap()));
    let published = 23 + 14 + 3 + 1; // traceparent, tracestate, several calls, second edition
    assert_eq!(names.len(), published, "{names:#?}");
}
