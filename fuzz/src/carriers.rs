//! Arbitrary keys and texts in a carrier of exported variables, for every carrier type that the
//! crate reads. Extracted values must equal those of a second decoder, and injected values must be
//! extracted unchanged.
//!
//! The bytes are entries separated by `0xff`. An entry is either the digit of a variable followed
//! by its text, or a key, `=` and a text.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use asynccontext::carrier::{Exported, Exports, ExtractError, Extractor, Imports, Injector, LIMIT, Reason};
use asynccontext::{Snapshot, Variable};
use http::{HeaderMap, HeaderName, HeaderValue};

static TEXT: Exported<String> = Variable::named("text").exported("x-text");
static NUMBER: Exported<u64> = Variable::named("number").exported("x-number");
static PICKY: Exported<String> = Variable::named("picky").exported_as(
    "x-picky",
    |value| if value.contains('w') { Err("not written".into()) } else { Ok(value.clone()) },
    |text| if text.starts_with('r') { Err("not read".into()) } else { Ok(text.to_owned()) },
);
static ALL: Exports = Exports::new(&[TEXT.export(), NUMBER.export(), PICKY.export()]);
static STRANGERS: Imports = Imports::new(&[TEXT.import(), NUMBER.import(), PICKY.import()]);
const KEYS: [&str; 3] = ["x-text", "x-number", "x-picky"];

type Pairs = Vec<(String, String)>;

/// The values of the three variables.
type Values = (Option<String>, Option<u64>, Option<String>);

/// The reason why a variable is not read, without details.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Why {
    TooLong(usize),
    Repeated,
    Malformed,
    Unreadable,
}

/// Fills each kind of carrier from `bytes`, extracts from it and injects into it.
pub fn check(bytes: &[u8]) {
    let entries: Vec<(String, &[u8])> = bytes.split(|byte| *byte == 0xff).filter_map(entry).collect();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pairs: Pairs = entries.iter().map(|(key, bytes)| (key.clone(), text(bytes))).collect();
    let all_of = |key: &str| pairs.iter().filter(|pair| pair.0 == key).map(|pair| pair.1.clone()).collect::<Vec<_>>();
    let last_of = |key: &str| all_of(key).pop().into_iter().collect::<Vec<_>>();

    let mut hashed: HashMap<String, String> = pairs.iter().cloned().collect();
    extracts_and_injects(&mut hashed, KEYS.map(last_of).map(one));
    let mut sorted: BTreeMap<String, String> = pairs.iter().cloned().collect();
    extracts_and_injects(&mut sorted, KEYS.map(last_of).map(one));
    extracts_and_injects(&mut pairs.clone(), KEYS.map(all_of).map(one));

    let mut headers = HeaderMap::new();
    for (key, bytes) in &entries {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(key.as_bytes()), HeaderValue::from_bytes(bytes)) {
            headers.append(name, value);
        }
    }
    let in_headers = KEYS.map(|key| {
        let values: Vec<&HeaderValue> = headers.get_all(key).iter().collect();
        match values[..] {
            [value] => value.to_str().map(|text| Some(text.to_owned())).map_err(|_| Why::Malformed),
            [] => Ok(None),
            _ => Err(Why::Repeated),
        }
    });
    extracts_and_injects(&mut headers, in_headers);

    for (_, value) in &pairs {
        comes_back(value);
    }
}

fn entry(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if let Some(key) = first.checked_sub(b'0').and_then(|at| KEYS.get(usize::from(at))) {
        return Some(((*key).to_owned(), rest));
    }
    let at = bytes.iter().position(|byte| *byte == b'=')?;
    Some((String::from_utf8_lossy(&bytes[..at]).into_owned(), &bytes[at + 1..]))
}

fn one(mut texts: Vec<String>) -> Result<Option<String>, Why> {
    if texts.len() > 1 { Err(Why::Repeated) } else { Ok(texts.pop()) }
}

/// Checks that the values extracted from `carrier` match `texts`, and injects them again.
fn extracts_and_injects<C>(carrier: &mut C, texts: [Result<Option<String>, Why>; 3])
where
    C: Injector + Extractor + Clone + Default,
{
    let [text, number, picky] = texts.each_ref().map(|text| match text {
        Ok(Some(text)) => decode(text).map(|plain| Some((text, plain))),
        Ok(None) => Ok(None),
        Err(why) => Err(*why),
    });
    let text = text.map(|read| read.map(|(_, plain)| plain));
    let number =
        number.and_then(|read| read.map(|(_, plain)| plain.parse::<u64>().map_err(|_| Why::Unreadable)).transpose());
    let picky = picky.and_then(|read| match read {
        Some((_, plain)) if plain.starts_with('r') => Err(Why::Unreadable),
        other => Ok(other.map(|(_, plain)| plain)),
    });
    let whys = [text.clone().err(), number.err(), picky.clone().err()];
    let values = (text.ok().flatten(), number.ok().flatten(), picky.ok().flatten());

    let snapshot = match ALL.extract(carrier) {
        Ok(snapshot) => {
            assert_eq!(whys, [None; 3]);
            snapshot
        }
        Err(error) => {
            refused_as(&error, whys);
            error.into_rest()
        }
    };
    assert_eq!(snapshot.run(bound), values);

    imports(carrier, &values);

    // Injected into an empty carrier and over existing entries, the same values are extracted again.
    for mut target in [C::default(), carrier.clone()] {
        let injected = snapshot.run(|| ALL.inject(&mut target));
        let mut written = values.clone();
        if values.2.as_ref().is_some_and(|value| value.contains('w')) {
            written.2 = None;
            let error = injected.expect_err("its `write` refuses it");
            assert!(matches!(error.refusals(), [refusal] if refusal.key() == "x-picky"));
            is_fit_for_a_log(&error);
        } else {
            injected.expect("what was read within the limit can be written within it");
        }
        for (key, original) in KEYS.iter().zip(&texts) {
            let Some(text) = target.get(key).expect("one text, which is visible ASCII") else { continue };
            assert!(text.len() <= LIMIT && text.bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
            if let (Ok(Some(original)), false) = (original, *key == "x-number") {
                assert_eq!(text, canonical(original), "from {original:?}");
            }
        }
        let again = ALL.extract(&target).expect("it was written here");
        assert_eq!(again.run(bound), written);
    }
}

/// Checks that imports read the same values, except texts with control characters and those beyond
/// the limit for all texts, and that they count the others.
fn imports(carrier: &dyn Extractor, values: &Values) {
    let before = STRANGERS.dropped().total();
    let imported = STRANGERS.extract(carrier);
    assert!(STRANGERS.dropped().total() >= before + imported.refused.len() as u64);
    let lines = |text: &String| text.chars().any(|c| c.is_control() || "\u{2028}\u{2029}\u{202e}".contains(c));
    let (text, number, picky) = imported.snapshot.run(bound);
    for (read, all) in [(&text, &values.0), (&picky, &values.2)] {
        assert!(read.is_none() || read == all, "{read:?} instead of {all:?}");
        assert!(!read.as_ref().is_some_and(lines), "{read:?}");
    }
    assert!(number.is_none() || number == values.1);
    let dropped = |key: &str| imported.refused.iter().any(|refusal| refusal.key() == key);
    let read = [text.is_some(), number.is_some(), picky.is_some()];
    for (key, is_read) in KEYS.into_iter().zip(read) {
        assert_eq!(is_read || dropped(key), !matches!(carrier.get(key), Ok(None)), "{key}");
    }
    for refusal in &imported.refused {
        is_fit_for_a_log(refusal);
    }
}

fn bound() -> Values {
    (TEXT.get(), NUMBER.get(), PICKY.get())
}

fn refused_as(error: &ExtractError, whys: [Option<Why>; 3]) {
    let expected: Vec<(&str, Why)> = KEYS.into_iter().zip(whys).filter_map(|(key, why)| Some((key, why?))).collect();
    let refused = error.refusals().iter().map(|refusal| {
        let why = match refusal.reason() {
            Reason::TooLong { length } => Why::TooLong(*length),
            Reason::Repeated => Why::Repeated,
            Reason::Malformed => Why::Malformed,
            Reason::Unreadable(_) => Why::Unreadable,
            other => panic!("no reason to refuse a text: {other}"),
        };
        (refusal.key(), why)
    });
    assert_eq!(refused.collect::<Vec<_>>(), expected);
    is_fit_for_a_log(error);
}

/// Checks that `error` is one line of bounded length for any carrier.
fn is_fit_for_a_log(error: &impl fmt::Display) {
    let shown = error.to_string();
    assert!(shown.len() < 600 && shown.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "{shown:?}");
}

/// Checks that `value`, bound and injected, is extracted again unless its text is too long.
fn comes_back(value: &str) {
    let mut carrier = HeaderMap::new();
    let injected = TEXT.run(value.to_owned(), || ALL.inject(&mut carrier));
    let length = value.bytes().map(|byte| if is_plain(byte) { 1 } else { 3 }).sum::<usize>();
    if length > LIMIT {
        let error = injected.expect_err("it is too long");
        let [refusal] = error.refusals() else { panic!("{error}") };
        assert!(matches!(refusal.reason(), Reason::TooLong { length: told } if *told == length), "{error}");
        assert!(carrier.is_empty());
    } else {
        injected.expect("it fits");
        let snapshot: Snapshot = ALL.extract(&carrier).expect("it was written here");
        assert_eq!(snapshot.run(|| TEXT.get()).as_deref(), Some(value));
    }
}

fn is_plain(byte: u8) -> bool {
    b"!#$&'()*+-./:<=>?@[]^_`{|}~".contains(&byte) || byte.is_ascii_alphanumeric()
}

/// Returns the text in the form that the crate writes: escaped only where necessary, with
/// upper-case digits.
fn canonical(text: &str) -> String {
    let plain = decode(text).expect("it was read");
    let one = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    plain.bytes().map(one).collect()
}

/// Decodes a text independently of the crate, for comparison.
fn decode(text: &str) -> Result<String, Why> {
    if text.len() > LIMIT {
        return Err(Why::TooLong(text.len()));
    }
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().as_bytes().to_vec();
    let mut is_malformed = !plain.iter().all(|byte| is_plain(*byte));
    for part in parts {
        let (digits, rest) = part.as_bytes().split_at_checked(2).ok_or(Why::Malformed)?;
        is_malformed |= !digits.iter().all(u8::is_ascii_hexdigit) || !rest.iter().all(|byte| is_plain(*byte));
        let digits = std::str::from_utf8(digits).map_err(|_| Why::Malformed)?;
        plain.push(u8::from_str_radix(digits, 16).map_err(|_| Why::Malformed)?);
        plain.extend(rest);
    }
    if is_malformed { Err(Why::Malformed) } else { String::from_utf8(plain).map_err(|_| Why::Malformed) }
}
