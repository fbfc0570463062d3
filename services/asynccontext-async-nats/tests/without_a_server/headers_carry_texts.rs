//! What is a text in the headers of a NATS message, and what is refused.

use async_nats::{HeaderMap, HeaderValue};
use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Extractor, Imports, Injector, Reason};
use asynccontext_async_nats::{HeaderExtractor, HeaderInjector};

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static USER: Exported<u64> = Variable::named("user").exported("x-user");
static EXPORTS: Exports = Exports::new(&[TENANT.export(), USER.export()]);

fn headers(list: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in list {
        headers.append(*name, *value);
    }
    headers
}

#[test]
fn what_is_injected_is_extracted() {
    static IMPORTS: Imports = Imports::new(&[TENANT.import(), USER.import()]);
    for text in ["", "blue", "Köln & Co", "a\"b,c;d\\e%f", " spaces ", "日本", "\u{10FFFF}"] {
        let mut headers = HeaderMap::new();
        TENANT.run(text.into(), || USER.run(7, || EXPORTS.inject(&mut HeaderInjector(&mut headers)))).unwrap();
        let imported = IMPORTS.extract(&HeaderExtractor(&headers));
        assert!(imported.refused.is_empty());
        assert_eq!(imported.snapshot.run(|| (TENANT.get(), USER.get())), (Some(text.into()), Some(7)));
    }
}

#[test]
fn other_headers_stay_and_stale_ones_go() {
    let mut headers =
        headers(&[("x-tenant", "red"), ("x-tenant", "green"), ("Nats-Msg-Id", "1"), ("a", "1"), ("a", "2")]);
    USER.run(7, || EXPORTS.inject(&mut HeaderInjector(&mut headers))).unwrap();
    assert!(headers.get("x-tenant").is_none());
    assert_eq!(headers.get("x-user").unwrap().as_str(), "7");
    assert_eq!(headers.get(async_nats::header::NATS_MESSAGE_ID).unwrap().as_str(), "1");
    assert_eq!(headers.get_all("a").map(HeaderValue::as_str).collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(headers.len(), 3);
}

#[test]
fn a_value_replaces_all_values_of_its_header() {
    let mut headers = headers(&[("x-tenant", "red"), ("x-tenant", "green")]);
    TENANT.run("blue".into(), || EXPORTS.inject(&mut HeaderInjector(&mut headers))).unwrap();
    assert_eq!(headers.get_all("x-tenant").map(HeaderValue::as_str).collect::<Vec<_>>(), ["blue"]);
}

#[test]
fn line_breaks_and_bad_names_are_errors_not_panics() {
    let mut headers = HeaderMap::new();
    let mut injector = HeaderInjector(&mut headers);
    for text in ["a\rb", "a\nb", "a\r\nPUB attack 0"] {
        assert!(matches!(injector.set("x-tenant", text.into()), Err(Reason::Carrier(_))));
    }
    for name in ["", "x tenant", "x:tenant", "x\r\ntenant", "Köln"] {
        let set = injector.set(name, "blue".into());
        assert!(name.is_empty() || matches!(set, Err(Reason::Carrier(_))), "{name:?}");
        injector.remove(name);
        assert!(matches!(HeaderExtractor(injector.0).get(name), Ok(None)));
    }
    assert!(headers.is_empty());
}

#[test]
fn hostile_headers_are_dropped_and_counted() {
    static IMPORTS: Imports = Imports::new(&[TENANT.import().limit(64), USER.import()]);
    let long = "b".repeat(65);
    let hostile: &[(&str, &[&str])] = &[
        ("repeated", &["blue", "red"]),
        ("repeated", &["blue", "blue"]),
        ("too_long", &[&long]),
        ("malformed", &["K%C3%C3ln"]),
        ("malformed", &["50%"]),
        ("malformed", &["blue\0"]),
        ("malformed", &["Köln"]),
        ("malformed", &["\u{feff}blue"]),
        ("control_character", &["blue%0D%0Aadmin:%20yes"]),
        ("control_character", &["blue%00"]),
        ("control_character", &["%1B[2Jblue"]),
    ];
    for (reason, values) in hostile {
        let count = || IMPORTS.dropped().iter().find(|(name, _)| name == reason).unwrap().1;
        let before = count();
        let mut headers = headers(&[("x-user", "7")]);
        for value in *values {
            headers.append("x-tenant", *value);
        }
        let snapshot = IMPORTS.extract(&HeaderExtractor(&headers)).snapshot;
        assert_eq!(snapshot.run(|| (TENANT.get(), USER.get())), (None, Some(7)), "{values:?}");
        assert_eq!(count(), before + 1, "{values:?}");
    }
    assert_eq!(IMPORTS.dropped().total(), hostile.len() as u64);
}

#[test]
fn a_name_in_other_case_is_another_header() {
    static IMPORTS: Imports = Imports::new(&[TENANT.import()]);
    let headers = headers(&[("X-Tenant", "red"), ("x-tenant", "blue")]);
    let snapshot = IMPORTS.extract(&HeaderExtractor(&headers)).snapshot;
    assert_eq!(snapshot.run(|| TENANT.get()).as_deref(), Some("blue"));
}

#[test]
fn headers_that_may_be_repeated_are_read_as_a_list() {
    let headers = headers(&[("baggage", "a=1"), ("baggage", "b=2")]);
    let extractor = HeaderExtractor(&headers);
    assert_eq!(extractor.get_all("baggage").unwrap(), ["a=1", "b=2"]);
    assert!(extractor.get_all("tracestate").unwrap().is_empty());
    assert!(extractor.get_all("not a name").unwrap().is_empty());
}
