//! The cases of `traceparent`: for each published one, headers of our own, and whether the trace continues.

use crate::Headers;

/// A header of which the trace with [`TRACE`] and [`PARENT`] is known.
pub(crate) const TRACE: &str = "4fd0b6131f19f39af59518d127b0cafe";
pub(crate) const PARENT: &str = "0123456789abcdef";
pub(crate) const VALID: &str = "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01";

/// The name of the published case, the headers, and whether the service continues the trace.
pub(crate) const CASES: &[(&str, Headers<'static>, bool)] = &[
    ("test_both_traceparent_and_tracestate_missing", &[], false),
    ("test_traceparent_included_tracestate_missing", &[("traceparent", VALID)], true),
    (
        "test_traceparent_duplicated",
        &[("traceparent", VALID), ("traceparent", "00-a0000000000000000000000000000001-b000000000000001-00")],
        false,
    ),
    ("test_traceparent_duplicated", &[("traceparent", VALID), ("traceparent", VALID)], false),
    ("test_traceparent_header_name", &[("trace_parent", VALID)], false),
    ("test_traceparent_header_name", &[("parent", VALID)], false),
    ("test_traceparent_header_name", &[("trace-parent", VALID)], false),
    ("test_traceparent_header_name", &[("trace.parent", VALID)], false),
    ("test_traceparent_header_name_valid_casing", &[("Traceparent", VALID)], true),
    ("test_traceparent_header_name_valid_casing", &[("traceParent", VALID)], true),
    ("test_traceparent_header_name_valid_casing", &[("TRACEPARENT", VALID)], true),
    (
        "test_traceparent_version_0x00",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01-")],
        false,
    ),
    (
        "test_traceparent_version_0x00",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01-7")],
        false,
    ),
    (
        "test_traceparent_version_0x00",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01.")],
        false,
    ),
    (
        "test_traceparent_version_0x00",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01\u{e9}")],
        false,
    ),
    (
        "test_traceparent_version_0xcc",
        &[("traceparent", "cc-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        true,
    ),
    (
        "test_traceparent_version_0xcc",
        &[("traceparent", "01-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01-")],
        true,
    ),
    (
        "test_traceparent_version_0xcc",
        &[("traceparent", "fe-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01-of-later-versions")],
        true,
    ),
    (
        "test_traceparent_version_0xcc",
        &[("traceparent", "cc-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01.of-later-versions")],
        false,
    ),
    (
        "test_traceparent_version_0xcc",
        &[("traceparent", "cc-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-012")],
        false,
    ),
    (
        "test_traceparent_version_0xff",
        &[("traceparent", "ff-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_version_0xff",
        &[("traceparent", "FF-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_version_illegal_characters",
        &[("traceparent", "+1-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_version_illegal_characters",
        &[("traceparent", "0x-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_version_illegal_characters",
        &[("traceparent", ".1-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_version_illegal_characters",
        &[("traceparent", "CC-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_version_too_long",
        &[("traceparent", "001-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_version_too_long",
        &[("traceparent", "00000-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_version_too_short",
        &[("traceparent", "1-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_version_too_short",
        &[("traceparent", "-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_trace_id_all_zero",
        &[("traceparent", "00-00000000000000000000000000000000-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_trace_id_illegal_characters",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafg-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_trace_id_illegal_characters",
        &[("traceparent", "00-+fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_trace_id_illegal_characters",
        &[("traceparent", "00-4FD0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_trace_id_illegal_characters",
        &[("traceparent", "00-4fd0b6131f19f39a f59518d127b0ca5-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_trace_id_too_long",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe0-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_trace_id_too_long",
        &[("traceparent", "00-04fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_trace_id_too_short",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0ca5-0123456789abcdef-01")],
        false,
    ),
    ("test_traceparent_trace_id_too_short", &[("traceparent", "00-7-0123456789abcdef-01")], false),
    (
        "test_traceparent_parent_id_all_zero",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0000000000000000-01")],
        false,
    ),
    (
        "test_traceparent_parent_id_illegal_characters",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdeg-01")],
        false,
    ),
    (
        "test_traceparent_parent_id_illegal_characters",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-+123456789abcdef-01")],
        false,
    ),
    (
        "test_traceparent_parent_id_illegal_characters",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789ABCDEF-01")],
        false,
    ),
    (
        "test_traceparent_parent_id_too_long",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef0-01")],
        false,
    ),
    (
        "test_traceparent_parent_id_too_short",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcde-01")],
        false,
    ),
    ("test_traceparent_parent_id_too_short", &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe--01")], false),
    (
        "test_traceparent_trace_flags_illegal_characters",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-+1")],
        false,
    ),
    (
        "test_traceparent_trace_flags_illegal_characters",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-0x")],
        false,
    ),
    (
        "test_traceparent_trace_flags_illegal_characters",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-0F")],
        false,
    ),
    (
        "test_traceparent_trace_flags_too_long",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-011")],
        false,
    ),
    (
        "test_traceparent_trace_flags_too_short",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-0")],
        false,
    ),
    (
        "test_traceparent_trace_flags_too_short",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-")],
        false,
    ),
    (
        "test_traceparent_trace_flags_too_short",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef")],
        false,
    ),
    (
        "test_traceparent_ows_handling",
        &[("traceparent", "  00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        true,
    ),
    (
        "test_traceparent_ows_handling",
        &[("traceparent", "00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01\t\t")],
        true,
    ),
    (
        "test_traceparent_ows_handling",
        &[("traceparent", " \t00-4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01\t ")],
        true,
    ),
    (
        "test_traceparent_ows_handling",
        &[("traceparent", "00 -4fd0b6131f19f39af59518d127b0cafe-0123456789abcdef-01")],
        false,
    ),
];
