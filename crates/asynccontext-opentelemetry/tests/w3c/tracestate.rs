//! The cases of `tracestate`: for each published one, headers of our own beside a valid `traceparent`, and what is
//! inherited.

/// The name of the published case, the headers, and the state that the service sends on.
pub(crate) type Case = (&'static str, States, &'static str);
type States = fn() -> Vec<String>;

pub(crate) const CASES: &[Case] = &[
    ("test_tracestate_included_traceparent_included", || list(&["a=1,b=x y"]), "a=1,b=x y"),
    ("test_tracestate_empty_header", || list(&[""]), ""),
    ("test_tracestate_empty_header", || list(&["", "a=1", ""]), "a=1"),
    ("test_tracestate_empty_header", || list(&[" \t", "a=1,,b=2,"]), "a=1,b=2"),
    ("test_tracestate_multiple_headers_different_keys", || list(&["c=3", "a=1,b=2", "d=4"]), "c=3,a=1,b=2,d=4"),
    ("test_tracestate_duplicated_keys", || list(&["a=1,b=2,a=1"]), "a=1,b=2"),
    ("test_tracestate_duplicated_keys", || list(&["a=1,a=2"]), "a=1"),
    ("test_tracestate_duplicated_keys", || list(&["a=1", "b=2,a=3"]), "a=1,b=2"),
    ("test_tracestate_all_allowed_characters", || vec![format!("{}={}", key(), value())], ALL),
    ("test_tracestate_all_allowed_characters", || list(&["0a_-*/@v_-*/0=1"]), "0a_-*/@v_-*/0=1"),
    ("test_tracestate_ows_handling", || list(&["\t a=1 ,\tb=2\t, c=3 \t"]), "a=1,b=2,c=3"),
    ("test_tracestate_ows_handling", || list(&["a=1 ", "\tb=2"]), "a=1,b=2"),
    ("test_tracestate_ows_handling", || list(&["a= 1 2"]), "a= 1 2"),
    ("test_tracestate_key_illegal_characters", || list(&["a b=1,c=2"]), ""),
    ("test_tracestate_key_illegal_characters", || list(&["a=1,B=2"]), ""),
    ("test_tracestate_key_illegal_characters", || list(&["a.b=1"]), ""),
    ("test_tracestate_key_illegal_characters", || list(&["_a=1,b=2"]), ""),
    ("test_tracestate_key_illegal_characters", || list(&["=1,b=2"]), ""),
    ("test_tracestate_key_illegal_characters", || list(&["a,b=2"]), ""),
    ("test_tracestate_key_illegal_vendor_format", || list(&["@a=1,b=2"]), ""),
    ("test_tracestate_key_illegal_vendor_format", || list(&["tenant@vendor=1,b=2"]), "tenant@vendor=1,b=2"),
    ("test_tracestate_member_count_limit", || members(32), "32 members"),
    ("test_tracestate_member_count_limit", || members(33), ""),
    ("test_tracestate_key_length_limit", || vec!["a=1".into(), format!("{}=2", "k".repeat(257))], ""),
    ("test_tracestate_value_illegal_characters", || list(&["a=b=c,d=1"]), ""),
    ("test_tracestate_value_illegal_characters", || list(&["a=1,b=\u{e9}"]), ""),
    ("test_tracestate_value_illegal_characters", || list(&["a=,b=1"]), ""),
    ("test_tracestate_value_illegal_characters", || vec![format!("a={}", "v".repeat(257))], ""),
];

/// Valid members that OpenTelemetry does not accept, by the first edition of the specification: the parts of a key with
/// `@` have at most 241 and 14 characters. They are left out, and all others are kept.
pub(crate) const DEVIATIONS: &[Case] = &[
    ("test_tracestate_key_illegal_vendor_format", || list(&["b=2,a@=1"]), "b=2,a@=1"),
    ("test_tracestate_key_illegal_vendor_format", || list(&["a@@c=1,b=2"]), "b=2"),
    ("test_tracestate_key_illegal_vendor_format", || list(&["a@b@c=1,b=2"]), "b=2"),
    ("test_tracestate_key_length_limit", || vec!["a=1".into(), format!("t@{}=2", "v".repeat(15))], "a=1"),
];

pub(crate) const ALL: &str = "all characters";

fn list(states: &[&str]) -> Vec<String> {
    states.iter().map(|state| (*state).to_owned()).collect()
}

pub(crate) fn key() -> String {
    ('a'..='z').chain('0'..='9').chain("_-*/".chars()).collect()
}

pub(crate) fn value() -> String {
    (' '..='~').filter(|char| !matches!(char, ',' | '=')).collect()
}

pub(crate) fn members(count: usize) -> Vec<String> {
    let members: Vec<_> = (0..count).map(|n| format!("k{n}={n}")).collect();
    members.chunks(12).map(|members| members.join(",")).collect()
}
