//! Arbitrary headers of W3C trace context and baggage: what arrives must be what a second reading of
//! the specifications says, each header that is dropped is counted, and what is sent on arrives
//! unchanged.

use std::collections::BTreeMap;
use std::sync::Once;

use asynccontext::Snapshot;
use asynccontext::carrier::{Exports, Imports, Incoming, Outgoing};
use asynccontext_opentelemetry::{Dropped, Traced};
use http::{HeaderMap, HeaderValue};
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapCompositePropagator;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceState};
use opentelemetry::{Context, global};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};

const NAMES: [&str; 3] = ["traceparent", "tracestate", "baggage"];
const KEYS: &[&str] = &["a", "key"];

static FROM: Traced<Imports> = Traced::new(Imports::new(&[])).baggage(KEYS);
static AGAIN: Traced<Imports> = Traced::new(Imports::new(&[])).baggage(KEYS);
static TO: Traced<Exports> = Traced::new(Exports::new(&[])).baggage(KEYS);

/// Reads the headers of `bytes`, and those that are sent on in the context that they make.
pub fn check(bytes: &[u8]) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        asynccontext_opentelemetry::register();
        global::set_text_map_propagator(TextMapCompositePropagator::new(vec![
            Box::new(TraceContextPropagator::new()),
            Box::new(BaggagePropagator::new()),
        ]));
    });
    let entries = crate::entries(bytes, &NAMES);

    let pairs: Vec<_> =
        entries.iter().map(|(name, text)| ((*name).to_owned(), String::from_utf8_lossy(text).into_owned())).collect();
    let all = |name: &str| Ok(pairs.iter().filter(|pair| pair.0 == name).map(|pair| &*pair.1).collect());
    let expected = Expected::of(NAMES.map(all));
    expected.compare(|| FROM.extract(&pairs));

    let mut headers = HeaderMap::new();
    for (name, text) in &entries {
        if let Ok(value) = HeaderValue::from_bytes(text) {
            headers.append(*name, value);
        }
    }
    let all = |name: &str| headers.get_all(name).iter().map(|value| value.to_str().map_err(drop)).collect();
    let expected = Expected::of(NAMES.map(all));
    expected.compare(|| FROM.extract(&headers));
}

/// The texts of a header, or nothing if one of them is not visible ASCII.
type Texts<'a> = Result<Vec<&'a str>, ()>;

/// A remote span: the ids of its trace and of itself, and whether it is sampled.
type Parent = (String, String, bool);

struct Expected {
    parent: Option<Parent>,
    states: Vec<(String, String)>,
    /// Without those that the limits exclude.
    baggage: Option<BTreeMap<String, String>>,
    dropped: [u64; 3],
}

impl Expected {
    fn of([traceparents, tracestates, baggages]: [Texts<'_>; 3]) -> Expected {
        let parent = match traceparents.as_deref() {
            Ok([text]) => parent(text),
            _ => None,
        };
        let is_parent_dropped = parent.is_none() && traceparents.as_ref().map_or(true, |texts| !texts.is_empty());
        let states = tracestates.and_then(|texts| states(&texts));
        let (baggage, baggage_dropped) = baggages.map_or((Some(BTreeMap::new()), 1), |texts| baggage(&texts));
        let dropped = [is_parent_dropped.into(), states.is_err().into(), baggage_dropped];
        Expected { parent, states: states.unwrap_or_default(), baggage, dropped }
    }

    fn compare(&self, extract: impl FnOnce() -> Snapshot) {
        let before = FROM.dropped();
        let snapshot = extract();
        let dropped = difference(FROM.dropped(), before);
        assert_eq!(dropped[..2], self.dropped[..2]);

        let context = snapshot.run(Context::current);
        assert_eq!(parent_of(&context), self.parent);
        let found = states_of(context.span().span_context());
        if self.parent.is_some() {
            // OpenTelemetry does not accept all valid members; the others stay.
            let is_accepted = |state: &&(String, String)| TraceState::from_key_value([(*state).clone()]).is_ok();
            let accepted: Vec<_> = self.states.iter().filter(is_accepted).cloned().collect();
            assert_eq!(found, accepted);
        }
        let values = baggage_of(&context);
        assert!(values.keys().all(|key| KEYS.contains(&key.as_str())));
        if let Some(expected) = &self.baggage {
            assert_eq!(dropped[2], self.dropped[2]);
            assert_eq!(values, *expected);
        }

        let mut sent = vec![("baggage".to_owned(), "a=stale".to_owned())];
        snapshot.run(|| TO.inject(&mut sent)).expect("no variable is listed");
        for (name, text) in &sent {
            assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{name}: {text:?}");
            assert!(text.len() <= 8192 || name == "tracestate", "{name}: {} bytes", text.len());
        }
        assert_eq!(sent.iter().filter(|(name, _)| name == "baggage").count(), usize::from(!values.is_empty()));
        let before = AGAIN.dropped();
        let again = AGAIN.extract(&sent).run(Context::current);
        assert_eq!(difference(AGAIN.dropped(), before), [0; 3], "{sent:?}");
        assert_eq!(parent_of(&again), self.parent, "{sent:?}");
        assert_eq!(states_of(again.span().span_context()), found, "{sent:?}");
        assert_eq!(baggage_of(&again), values, "{sent:?}");
    }
}

fn difference(after: Dropped, before: Dropped) -> [u64; 3] {
    assert_eq!(after.unwritten, 0);
    [after.traceparent - before.traceparent, after.tracestate - before.tracestate, after.baggage - before.baggage]
}

fn parent_of(context: &Context) -> Option<Parent> {
    let span = context.span();
    let of = span.span_context();
    assert!(!of.is_valid() || of.is_remote());
    of.is_valid().then(|| (of.trace_id().to_string(), of.span_id().to_string(), of.is_sampled()))
}

fn states_of(span: &SpanContext) -> Vec<(String, String)> {
    let header = span.trace_state().header();
    let members = header.split(',').filter(|member| !member.is_empty());
    members.filter_map(|member| member.split_once('=')).map(|(key, value)| (key.into(), value.into())).collect()
}

fn baggage_of(context: &Context) -> BTreeMap<String, String> {
    context.baggage().iter().map(|(key, (value, _))| (key.to_string(), value.to_string())).collect()
}

/// The parent that a `traceparent` names, by the positions of its characters.
fn parent(text: &str) -> Option<Parent> {
    let text = text.trim_matches([' ', '\t']).as_bytes();
    let hex = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        let is_hex = digits.iter().all(|digit| b"0123456789abcdef".contains(digit));
        is_hex.then(|| digits.iter().copied().map(char::from).collect::<String>())
    };
    let id = |from, to| hex(from, to).filter(|digits| !digits.trim_start_matches('0').is_empty());
    let (version, trace, parent, flags) = (hex(0, 2)?, id(3, 35)?, id(36, 52)?, hex(53, 55)?);
    let has_dashes = [2, 35, 52].iter().all(|at| text[*at] == b'-');
    let ends = text.len() == 55 || version != "00" && text[55] == b'-';
    let is_sampled = u8::from_str_radix(&flags, 16).is_ok_and(|flags| flags % 2 == 1);
    (has_dashes && ends && version != "ff").then_some((trace, parent, is_sampled))
}

/// The members of `tracestate`, the first of each key.
fn states(texts: &[&str]) -> Result<Vec<(String, String)>, ()> {
    let joined = texts.join(",");
    let mut states = BTreeMap::new();
    let members: Vec<&str> =
        joined.split(',').map(|member| member.trim_matches([' ', '\t'])).filter(|member| !member.is_empty()).collect();
    if members.len() > 32 {
        return Err(());
    }
    for (at, member) in members.iter().enumerate() {
        let (key, value) = member.split_at(member.find('=').ok_or(())?);
        let value = &value[1..];
        let of_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-*/@".contains(c);
        let is_key =
            key.len() <= 256 && key.starts_with(|c: char| c.is_ascii_alphanumeric()) && key.chars().all(of_key);
        let of_value = |c: char| c == ' ' || c.is_ascii_graphic() && c != '=';
        if !is_key || value.is_empty() || value.len() > 256 || !value.chars().all(of_value) {
            return Err(());
        }
        states.entry(key).or_insert((at, value));
    }
    let mut states: Vec<_> =
        states.into_iter().map(|(key, (at, value))| (at, key.to_owned(), value.to_owned())).collect();
    states.sort();
    Ok(states.into_iter().map(|(_, key, value)| (key, value)).collect())
}

/// The listed members of `baggage`, the last of each key, and the number of the others. No members if
/// the limits may have excluded some.
fn baggage(texts: &[&str]) -> (Option<BTreeMap<String, String>>, u64) {
    let mut values = BTreeMap::new();
    let (mut dropped, mut number, mut length) = (0, 0, 0);
    for member in texts.join(",").split(',') {
        let plain = member.trim_matches([' ', '\t']);
        if plain.is_empty() {
            continue;
        }
        let pair = plain.split(';').next().unwrap_or_default();
        let read = pair.find('=').and_then(|at| {
            let (key, value) = (pair[..at].trim_matches([' ', '\t']), pair[at + 1..].trim_matches([' ', '\t']));
            let of_value = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
            (KEYS.contains(&key) && value.chars().all(of_value)).then(|| (key.to_owned(), decoded(value)))
        });
        number += 1;
        length += 9 * member.len(); // as encoded at most
        match read {
            // OpenTelemetry trims values.
            Some((key, value)) => drop(values.insert(key, value.trim().to_owned())),
            None => dropped += 1,
        }
    }
    ((number <= 64 && length <= 8000).then_some(values), dropped)
}

/// The text without its percent-encoding, with U+FFFD for what is not UTF-8.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 1..at + 3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[at + 3..];
            }
            None => {
                bytes.push(b'%');
                rest = &rest[at + 1..];
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}
