//! Exported variables: every value within the limit is read back from every carrier, no content of
//! a carrier causes a panic, and a value that can't be carried is refused by name, without
//! affecting others.

use crate::support;

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fmt;

use asynccontext::carrier::{Export, Exported, Exports, ExtractError, Extractor, InjectError, Injector, LIMIT, Reason};
use asynccontext::{Snapshot, Variable};
use support::rng::Rng;

static TEXT: Exported<String> = Variable::named("text").exported("x-text");
static NUMBER: Exported<i64> = Variable::named("number").exported("x-number");
static FLAG: Exported<bool> = Variable::named("flag").with_default(true).exported("x-flag");
static ALL: Exports = Exports::new(&[TEXT.export(), NUMBER.export(), FLAG.export()]);

type Pairs = Vec<(String, String)>;

fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(key, text)| (key.to_string(), text.to_string())).collect()
}

/// Writes `text` to a carrier, and returns the value that is read back.
fn through<C: Injector + Extractor + Default>(text: &str) -> Option<String> {
    let mut carrier = C::default();
    TEXT.run(text.to_owned(), || ALL.inject(&mut carrier)).expect("it fits");
    ALL.extract(&carrier).expect("it was written here").run(|| TEXT.get())
}

fn comes_back(text: &str) {
    let same = Some(text.to_owned());
    assert_eq!(through::<HashMap<String, String>>(text), same);
    assert_eq!(through::<BTreeMap<String, String>>(text), same);
    assert_eq!(through::<Pairs>(text), same);
    #[cfg(feature = "http")]
    assert_eq!(through::<http::HeaderMap>(text), same);
}

/// Every character, in strings of 300.
#[test]
fn every_character_comes_back() {
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    assert_eq!(all.len(), 0x110000 - 0x800);
    for run in all.chunks(300) {
        comes_back(&run.iter().collect::<String>());
    }
}

#[test]
fn every_short_text_of_special_characters_comes_back() {
    let signs = ['%', ',', ';', '"', '\\', ' ', '\r', '\n', '\0', '4', 'a', 'é', '\u{10FFFF}'];
    comes_back("");
    for one in signs {
        for other in signs {
            for third in signs {
                comes_back(&String::from_iter([one, other, third]));
            }
        }
    }
}

#[test]
fn random_texts_come_back() {
    let mut rng = Rng::new(7);
    for _ in 0..support::scaled(3000) {
        let widest = [0x80, 0x800, 0x10000, 0x110000][rng.below(4)];
        let length = rng.below(LIMIT / 12);
        let text: String = (0..length).filter_map(|_| char::from_u32(rng.below(widest) as u32)).collect();
        comes_back(&text);
    }
}

/// A header ends at a line break, and a list of headers is split at commas: encoded texts contain
/// neither.
#[test]
fn a_value_can_t_be_taken_for_more_than_one() {
    let mut carrier = Pairs::new();
    let all: String = ('\0'..'\u{200}').collect();
    TEXT.run(all, || ALL.inject(&mut carrier)).unwrap();
    let [(key, text)] = &carrier[..] else { panic!("one pair") };
    assert_eq!(key, "x-text");
    assert!(text.bytes().all(|b| b.is_ascii_graphic() && !b",;\"\\".contains(&b)), "{text}");
}

/// Texts by JavaScript's `encodeURIComponent`, or with lower-case digits.
#[test]
fn what_others_encode_is_read() {
    for (text, plain) in [
        ("K%C3%B6ln%20%26%20Co%2C%20%22x%22", "Köln & Co, \"x\""),
        ("-_.!~*'()", "-_.!~*'()"),
        ("%c3%b6%41", "öA"),
        ("", ""),
    ] {
        let snapshot = ALL.extract(&pairs(&[("x-text", text)])).unwrap();
        assert_eq!(snapshot.run(|| TEXT.get()).as_deref(), Some(plain));
    }
}

fn only_refusal(error: &ExtractError) -> (&'static str, &'static str, &Reason) {
    let [refusal] = error.refusals() else { panic!("one: {error}") };
    (refusal.name(), refusal.key(), refusal.reason())
}

/// Each is refused by name, and the other two are read.
#[test]
fn what_is_not_encoded_is_refused_alone() {
    let over = "x".repeat(LIMIT + 1);
    let texts = [
        "%",
        "%4",
        "%4g",
        "%g4",
        "%%41",
        "100%",
        "%+1",
        "%C3",
        "%FF",
        "%ED%A0%80",
        "%C0%80",
        "blue, red",
        "a;b",
        "a b",
        " a",
        "a\tb",
        "a\r\nx-number: 9",
        "\0",
        "\u{7f}",
        "ö",
        "\"a\"",
        "a\\b",
        &over,
    ];
    for text in texts {
        let carrier = pairs(&[("x-text", text), ("x-number", "7"), ("x-flag", "false")]);
        let error = ALL.extract(&carrier).expect_err(text);
        let (name, key, reason) = only_refusal(&error);
        assert_eq!((name, key), ("text", "x-text"));
        match reason {
            Reason::TooLong { length } => assert!(*length == LIMIT + 1 && text == over),
            Reason::Malformed => assert!(text != over, "{text:?}"),
            other => panic!("{text:?}: {other:?}"),
        }
        let rest = (None, Some(7), Some(false));
        assert_eq!(error.rest().run(|| (TEXT.get(), NUMBER.get(), FLAG.get())), rest);
        assert!(text.len() < 3 || !error.to_string().contains(text), "an error tells what was sent: {error}");
    }
}

/// Returns the causes that a log prints after an error.
fn causes(error: &dyn Error) -> Vec<String> {
    let mut chain = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        chain.push(cause.to_string());
        next = cause.source();
    }
    chain
}

/// The chain of causes begins with the variable's own error, and continues with its sources.
#[test]
fn the_cause_of_a_refusal_reaches_the_log() {
    #[derive(Debug)]
    struct Unfit(std::num::ParseIntError);
    impl fmt::Display for Unfit {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("unfit")
        }
    }
    impl Error for Unfit {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }
    static UNFIT: Exported<i8> = Variable::named("unfit").exported_as(
        "x-unfit",
        |_| "x".parse::<i8>().map(|_| String::new()).map_err(|error| Unfit(error).into()),
        |text| text.parse().map_err(|error| Unfit(error).into()),
    );
    static EXPORTS: Exports = Exports::new(&[UNFIT.export(), NUMBER.export(), TEXT.export()]);
    let chain = ["unfit", "invalid digit found in string"];

    let error = EXPORTS.extract(&pairs(&[("x-unfit", "?"), ("x-text", "%")])).unwrap_err();
    assert_eq!((error.refusals().len(), causes(&error)), (2, chain.map(str::to_owned).into()));
    assert!(error.source().unwrap().is::<Unfit>());
    let error = EXPORTS.extract(&pairs(&[("x-unfit", "?"), ("x-number", "")])).unwrap_err();
    let number = "variable \"number\": cannot parse integer from empty string";
    assert_eq!(causes(&error), [format!("variable \"unfit\": {}; {number}", chain.join(": "))]);
    let error = UNFIT.run(1, || EXPORTS.inject(&mut Pairs::new())).unwrap_err();
    assert_eq!(causes(&error), chain);
    let error = EXPORTS.extract(&pairs(&[("x-text", "%")])).unwrap_err();
    assert!(causes(&error).is_empty(), "nothing failed, the text is malformed");
}

#[test]
fn what_the_variable_refuses_is_refused_with_the_source() {
    let carrier = pairs(&[("x-text", "blue"), ("x-number", "9999999999999999999"), ("x-flag", "maybe")]);
    let error = ALL.extract(&carrier).unwrap_err();
    let names: Vec<_> = error.refusals().iter().map(|refusal| refusal.name()).collect();
    assert_eq!(names, ["number", "flag"]);
    let reason = error.refusals()[0].reason();
    assert!(matches!(reason, Reason::Unreadable(_)));
    assert_eq!(reason.source().unwrap().to_string(), "number too large to fit in target type");
    assert_eq!(
        error.to_string(),
        "not read: variable \"number\" under \"x-number\": the text could not be parsed: see the source of \
         this error; variable \"flag\" under \"x-flag\": the text could not be parsed: see the source of this error"
    );
    let chain = ["number too large to fit in target type", "provided string was not `true` or `false`"];
    let [number, flag] = error.refusals() else { panic!("two") };
    assert_eq!([causes(number), causes(flag)], chain.map(|cause| vec![cause.to_owned()]));
    assert_eq!(causes(&error), [format!("variable \"number\": {}; variable \"flag\": {}", chain[0], chain[1])]);
    assert_eq!(
        error.into_rest().run(|| (TEXT.get(), NUMBER.get(), FLAG.get())),
        (Some("blue".into()), None, Some(true))
    );
}

#[test]
fn two_texts_under_one_key_are_refused() {
    let carrier = pairs(&[("x-text", "blue"), ("x-number", "7"), ("x-text", "blue")]);
    let error = ALL.extract(&carrier).unwrap_err();
    assert!(matches!(only_refusal(&error), ("text", "x-text", Reason::Repeated)));
    assert_eq!(error.rest().run(|| NUMBER.get()), Some(7));
}

/// Random bytes under the keys, percent signs and digits more often than others.
#[test]
fn nothing_that_is_sent_makes_a_panic() {
    let mut rng = Rng::new(11);
    let (mut read, mut refused) = (0, 0);
    let turns = support::scaled(50_000);
    for _ in 0..turns {
        let mut random = || -> String {
            let length = rng.below(8);
            (0..length)
                .map(|_| match rng.below(4) {
                    0 => '%',
                    1 | 2 => char::from(b"0123456789abcdefABCDEF"[rng.below(22)]),
                    _ => char::from_u32(rng.below(0x180) as u32).unwrap(),
                })
                .collect()
        };
        let carrier = pairs(&[("x-text", &random()), ("x-number", &random()), ("x-flag", &random())]);
        match ALL.extract(&carrier) {
            Ok(_) => read += 3,
            Err(error) => {
                refused += error.refusals().len();
                read += 3 - error.refusals().len();
                let seen = error.rest().run(|| (TEXT.get(), NUMBER.get(), FLAG.get()));
                for refusal in error.refusals() {
                    let unbound = match refusal.name() {
                        "text" => seen.0.is_none(),
                        "number" => seen.1.is_none(),
                        _ => seen.2 == Some(true), // the default
                    };
                    assert!(unbound, "{refusal}");
                }
            }
        }
    }
    assert!(read > turns / 50 && refused > turns / 50, "{read} read, {refused} refused");
}

/// Every byte that a header's value can contain, and a header sent twice.
#[cfg(feature = "http")]
#[test]
fn hostile_headers() {
    use http::{HeaderMap, HeaderValue};
    for byte in 0..=255 {
        let Ok(value) = HeaderValue::from_bytes(&[b'a', byte, b'b']) else { continue };
        let mut headers = HeaderMap::new();
        headers.insert("X-Text", value);
        headers.insert("X-Number", HeaderValue::from_static("7"));
        let plain = byte.is_ascii_graphic() && !b"\",;\\%".contains(&byte);
        match ALL.extract(&headers) {
            Ok(snapshot) => {
                let text = String::from_iter(['a', char::from(byte), 'b']);
                assert!(plain && snapshot.run(|| TEXT.get()) == Some(text), "{byte}");
            }
            Err(error) => {
                assert!(!plain && matches!(only_refusal(&error), ("text", _, Reason::Malformed)), "{byte}");
                assert_eq!(error.rest().run(|| NUMBER.get()), Some(7));
            }
        }
    }
    let mut headers = HeaderMap::new();
    headers.append("x-text", HeaderValue::from_static("blue"));
    headers.append("x-text", HeaderValue::from_static("red"));
    let error = ALL.extract(&headers).unwrap_err();
    assert!(matches!(only_refusal(&error), ("text", _, Reason::Repeated)));
    assert_eq!(Extractor::get_all(&headers, "x-text").unwrap(), ["blue", "red"]);
    assert!(Extractor::get_all(&headers, "x-none").unwrap().is_empty());
    // Replaces both.
    TEXT.run("green".into(), || ALL.inject(&mut headers)).unwrap();
    assert_eq!(ALL.extract(&headers).unwrap().run(|| TEXT.get()).as_deref(), Some("green"));
    headers.append("x-text", HeaderValue::from_bytes(b"\xff").unwrap());
    assert!(matches!(Extractor::get_all(&headers, "x-text"), Err(Reason::Malformed)));
}

/// A full header map returns an error, and keeps its content.
#[cfg(feature = "http")]
#[test]
fn a_full_header_map() {
    use http::{HeaderMap, HeaderName, HeaderValue};
    let mut headers = HeaderMap::new();
    for number in 0.. {
        let name = HeaderName::try_from(format!("x-{number}")).unwrap();
        if headers.try_insert(name, HeaderValue::from_static("")).is_err() {
            break;
        }
    }
    let before = headers.len();
    let error = TEXT.run("blue".into(), || ALL.inject(&mut headers)).unwrap_err();
    assert!(matches!(error.refusals()[0].reason(), Reason::Carrier(_)), "{error}");
    assert_eq!(headers.len(), before);
}

#[test]
fn a_text_may_have_as_many_bytes_as_the_limit_says() {
    comes_back(&"x".repeat(LIMIT));
    comes_back(&" ".repeat(LIMIT / 3));
    for over in ["x".repeat(LIMIT + 1), " ".repeat(LIMIT / 3 + 1)] {
        let mut carrier = pairs(&[("x-text", "stale"), ("other", "stays")]);
        let error = TEXT.run(over, || NUMBER.run(7, || ALL.inject(&mut carrier))).unwrap_err();
        let [refusal] = error.refusals() else { panic!("one") };
        assert!(matches!(refusal.reason(), Reason::TooLong { length: LIMIT.. }) && refusal.name() == "text");
        assert_eq!(carrier, pairs(&[("other", "stays"), ("x-number", "7")]));
    }
}

/// No stale value is left, and neither unlisted values nor defaults are written.
#[test]
fn a_carrier_says_what_is_bound_and_nothing_else() {
    static SECRET: Exported<String> = Variable::named("secret").exported("x-secret");
    static NOT_EXPORTED: Variable<u8> = Variable::named("not exported");
    let mut carrier = pairs(&[("x-text", "stale"), ("x-flag", "stale"), ("x-flag", "twice"), ("x-secret", "not ours")]);
    let inject = |carrier: &mut Pairs| NUMBER.run(-7, || ALL.inject(carrier));
    SECRET.run("s".into(), || NOT_EXPORTED.run(1, || inject(&mut carrier))).unwrap();
    assert_eq!(carrier, pairs(&[("x-secret", "not ours"), ("x-number", "-7")]));
}

/// The snapshot has the carrier's values, and no current ones.
#[test]
fn an_extracted_snapshot_has_nothing_of_what_is_current() {
    let carrier = pairs(&[("x-text", "blue"), ("x-number-2", "7")]);
    static HERE: Variable<u8> = Variable::named("here");
    HERE.run(1, || {
        NUMBER.run(2, || {
            let snapshot = ALL.extract(&carrier).unwrap();
            assert_eq!(format!("{snapshot:?}"), "Snapshot { \"text\" }");
            snapshot.run(|| assert_eq!((TEXT.get().as_deref(), NUMBER.get(), HERE.get()), (Some("blue"), None, None)));
            assert_eq!((HERE.get(), NUMBER.get(), TEXT.get()), (Some(1), Some(2), None));
        });
    });
    assert!(ALL.extract(&Pairs::new()).unwrap().is_empty());
}

/// A `Display` that fails is an error; `to_string` would panic.
#[test]
fn a_value_that_can_t_be_written() {
    #[derive(Debug)]
    struct Fails;
    impl fmt::Display for Fails {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    impl std::str::FromStr for Fails {
        type Err = std::num::ParseIntError;
        fn from_str(_: &str) -> Result<Fails, Self::Err> {
            Ok(Fails)
        }
    }
    static BAD: Exported<Fails> = Variable::named("bad").exported("x-bad");
    static LIST: Exports = Exports::new(&[BAD.export(), NUMBER.export()]);
    let mut carrier = pairs(&[("x-bad", "stale")]);
    let error: InjectError = BAD.run(Fails, || NUMBER.run(7, || LIST.inject(&mut carrier))).unwrap_err();
    assert!(matches!(error.refusals()[0].reason(), Reason::Unwritable(_)));
    assert!(error.to_string().starts_with("not written: variable \"bad\" under \"x-bad\": "));
    assert_eq!(carrier, pairs(&[("x-number", "7")]));
}

/// An exported variable is a variable: bound, read and captured as any other, and it may
/// be uninherited as well.
#[test]
fn an_exported_variable_is_a_variable() {
    static BOTH: Exported<u8> = Variable::named("both").uninherited().exported("x-both");
    static LIST: Exports = Exports::new(&[BOTH.export()]);
    let _guard = BOTH.enter(1);
    assert_eq!((BOTH.get(), BOTH.try_get(), BOTH.name(), BOTH.key()), (Some(1), Ok(1), "both", "x-both"));
    assert_eq!(Snapshot::capture().run(|| BOTH.get()), Some(1));
    let written = || {
        let mut carrier = Pairs::new();
        LIST.inject(&mut carrier).unwrap();
        carrier
    };
    assert_eq!(written(), pairs(&[("x-both", "1")]));
    assert!(asynccontext::thread::spawn(written).join().unwrap().is_empty());
    assert_eq!(format!("{BOTH:?}"), "Exported { name: \"both\", key: \"x-both\", .. }");
    assert_eq!(format!("{LIST:?}"), "Exports([Export { name: \"both\", key: \"x-both\" }])");
}

#[test]
fn keys_are_checked_where_a_variable_is_exported() {
    const LONG: [u8; 65] = [b'k'; 65];
    let (longest, longer) = (std::str::from_utf8(&LONG[1..]).unwrap(), std::str::from_utf8(&LONG).unwrap());
    let good = ["a", "x-tenant_2.id", longest];
    let bad = ["", "X-Tenant", "a b", "a:", "ä", "a\r\n", "a%", longer];
    let exported = |key| std::panic::catch_unwind(|| Variable::<u8>::new().exported(key)).is_ok();
    assert!(good.into_iter().all(exported));
    assert!(!bad.into_iter().any(exported));
    static TWICE: [Export; 3] = [TEXT.export(), NUMBER.export(), TEXT.export()];
    assert!(std::panic::catch_unwind(|| Exports::new(&TWICE)).is_err());
}
