//! Errors in a JSON text, and their places.

use super::read;

/// Asserts that a text has one error, with its place and a part of its message.
fn text(source: &str, place: &str, message: &str) {
    let (file, found) = read(source);
    assert_eq!(found.len(), 1, "{source}: {found:?}");
    assert_eq!(&source[found[0].span.clone()], place, "{source}: {found:?}");
    assert!(found[0].to_string().contains(message), "{source}: {found:?}");
    assert!(file.cases.is_empty());
}

#[test]
fn errors_in_a_text() {
    text("{ \"litmus\": }", "", "invalid JSON: expected value");
    text("5", "5", "expected a case, found a number");
    text("[[]]", "[]", "/0: expected a case, found an array");
    text(r#"{ "id": "c", "program": [] }"#, r#"{ "id": "c", "program": [] }"#, "\"litmus\": 1");
    text(r#"{ "litmus": "1", "id": "c", "program": [] }"#, "\"1\"", "/litmus: expected the version");
    text(r#"{ "litmus": 1, "program": [] }"#, r#"{ "litmus": 1, "program": [] }"#, "no `id`");
    text(r#"{ "litmus": 1, "id": "c", "id": "d", "program": [] }"#, "\"id\"", "`id` occurs twice");
    text(r#"{ "litmus": 1, "id": "c", "program": [], "tag": [] }"#, "\"tag\"", "did you mean `tags`?");
    text(
        r#"{ "litmus": 1, "id": "c", "program": [], "tags": [true] }"#,
        "true",
        "/tags/0: expected a string, found a boolean",
    );
    text(r#"{ "litmus": 1, "id": "c", "program": {} }"#, "{}", "/program: expected an array, found an object");
    text(
        r#"{ "litmus": 1, "id": "c", "program": [], "contested": [{ "url": "u" }] }"#,
        r#"{ "url": "u" }"#,
        "needs its `what`",
    );
}

#[test]
fn errors_in_a_statement() {
    let stmt = |stmt: &str, place: &str, message: &str| {
        text(&format!(r#"[{{ "litmus": 1, "id": "c", "program": [{stmt}] }}]"#), place, message);
    };
    stmt("null", "null", "/0/program/0: expected a statement, found `null`");
    stmt("{}", "{}", "needs its `op`");
    stmt(r#"{ "op": "rnu" }"#, "\"rnu\"", "/0/program/0/op: there is no statement `rnu` (did you mean `run`?)");
    stmt(r#"{ "op": "var" }"#, r#"{ "op": "var" }"#, "`var` needs its `name`");
    stmt(r#"{ "op": "log", "value": 5 }"#, "5", "write \"5\"");
    stmt(r#"{ "op": "task", "name": "t" }"#, r#"{ "op": "task", "name": "t" }"#, "`task` needs its `body`");
    stmt(r#"{ "op": "get", "vra": "v", "var": "v" }"#, "\"vra\"", "did you mean `var`?");
    stmt(r#"{ "op": "try", "body": [{ "op": "get" }], "catch": [] }"#, r#"{ "op": "get" }"#, "/0/program/0/body/0: ");
    let deep = r#"{ "op": "fn", "name": "f", "body": ["#;
    let (file, found) =
        read(&format!(r#"{{ "litmus": 1, "id": "c", "program": [{}{}] }}"#, deep.repeat(59), "]}".repeat(59)));
    assert!(file.cases.is_empty());
    assert!(found[0].message.contains("more than 60 deep"), "{found:?}");
}

#[test]
fn errors_in_an_outcome() {
    let expect = |expect: &str, place: &str, message: &str| {
        text(&format!(r#"{{ "litmus": 1, "id": "c", "program": [], "expect": [{expect}] }}"#), place, message);
    };
    expect("{}", "{}", "needs its `strands`");
    expect(r#"{ "profiles": ["jss"], "strands": {} }"#, "\"jss\"", "did you mean `js`?");
    expect(r#"{ "strands": { "main": ["a", 1] } }"#, "1", "/expect/0/strands/main/1: expected a value");
    expect(r#"{ "strands": { "main": [["a"]] } }"#, "[\"a\"]", "an array of a value and its label");
    expect(r#"{ "strands": { "a/b": 1 } }"#, "1", "/expect/0/strands/a~1b: expected an array");
}

#[test]
fn places_are_those_of_the_text() {
    let source = "\r\n[ {\"litmus\":1,\"id\":\"é\\\"\\u00e9\",\"program\":[ {\"op\":\"log\",\"value\" : \"ü\"} ]} ]\n";
    let (file, diagnostics) = read(source);
    assert_eq!(diagnostics, []);
    let case = &file.cases[0];
    assert_eq!(case.id.as_ref(), "é\"é");
    assert_eq!(&source[case.program[0].operands[0].1.span.clone()], "\"ü\"");
    assert_eq!(&source[case.program[0].span.clone()], "{\"op\":\"log\",\"value\" : \"ü\"}");
}
