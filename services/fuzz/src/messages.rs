//! Arbitrary headers of a message in the carriers of each queue. What is read must be what is read from
//! a list of strings with the same headers, which the target `carriers` of the crate compares with a
//! second decoder; and what is written over them must be read again, with all other headers unchanged.

use std::sync::Mutex;

use apalis_core::task::metadata::MetadataStore;
use async_nats::{HeaderName, HeaderValue};
use asynccontext::Variable;
use asynccontext::carrier::{Dropped, Exported, Exports, Extractor, Imports, Reason};
use lapin::types::{AMQPValue, FieldTable};
use rdkafka::message::{Header, Headers, OwnedHeaders};

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static USER: Exported<u64> = Variable::named("user").exported("x-user");
static EXPORTS: Exports = Exports::new(&[TENANT.export(), USER.export()]);
static IMPORTS: Imports = Imports::new(&[TENANT.import().limit(64), USER.import()]);

/// The names of headers. Those of a broker and of another producer stay as they are.
const NAMES: [&str; 5] = ["x-tenant", "x-user", "X-Tenant", "Nats-Msg-Id", "x-other"];
const OTHERS: [&str; 3] = [NAMES[2], NAMES[3], NAMES[4]];

/// Fills the carrier of each queue from `bytes`, reads from it and writes to it.
pub fn check(bytes: &[u8]) {
    let entries = crate::entries(bytes, &NAMES);
    nats(&entries);
    rabbitmq(&entries);
    kafka(&entries);
    apalis(&entries);
}

type Entries<'a> = [(&'static str, &'a [u8])];
type Values = (Option<String>, Option<u64>);

/// A header as it is compared: a text, or why it is none.
type Content = Result<String, &'static str>;

/// What an [`Imports`] reads from `carrier`, and what it drops.
fn read(carrier: &dyn Extractor) -> (Values, Dropped) {
    // The counters are shared by all threads.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock();
    let before: Vec<u64> = IMPORTS.dropped().iter().map(|(_, count)| count).collect();
    let snapshot = IMPORTS.extract(carrier).snapshot;
    let mut dropped = IMPORTS.dropped();
    let counts = [
        &mut dropped.too_long,
        &mut dropped.too_much,
        &mut dropped.repeated,
        &mut dropped.malformed,
        &mut dropped.control_character,
        &mut dropped.unreadable,
        &mut dropped.unverified,
        &mut dropped.ignored,
        &mut dropped.carrier,
    ];
    counts.into_iter().zip(before).for_each(|(count, before)| *count -= before);
    (snapshot.run(|| (TENANT.get(), USER.get())), dropped)
}

/// A list of strings, some of which are none.
struct List(Vec<(String, Content)>);

impl Extractor for List {
    fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
        let mut all = self.0.iter().filter(|(name, _)| name == key);
        match (all.next(), all.next()) {
            (Some(_), Some(_)) => Err(Reason::Repeated),
            (Some((_, Err(_))), None) => Err(Reason::Malformed),
            (Some((_, Ok(text))), None) => Ok(Some(text)),
            (None, _) => Ok(None),
        }
    }
}

/// Compares what is read, and writes it and a value that replaces it. `contents` returns the headers.
fn compare<C>(
    carrier: &mut C,
    expected: Vec<(String, Content)>,
    extract: impl Fn(&C) -> (Values, Dropped),
    inject: impl Fn(&mut C),
    contents: impl Fn(&C) -> Vec<(String, Content)>,
) {
    assert_eq!(contents(carrier), sorted(expected.clone()));
    let (values, dropped) = extract(carrier);
    assert_eq!((values.clone(), dropped), read(&List(expected)));

    let others = |carrier: &C| {
        contents(carrier).into_iter().filter(|(name, _)| OTHERS.contains(&name.as_str())).collect::<Vec<_>>()
    };
    let before = others(carrier);
    for values in [values, (Some("a\r\n\0%\"K\u{f6}ln".to_owned()), None), (None, Some(7))] {
        let (tenant, user) = values.clone();
        let bound = asynccontext::Snapshot::empty();
        let bound = tenant.into_iter().fold(bound, |snapshot, tenant| snapshot.with(&TENANT, tenant));
        let bound = user.into_iter().fold(bound, |snapshot, user| snapshot.with(&USER, user));
        bound.run(|| inject(carrier));
        assert_eq!(others(carrier), before);
        let ours: Vec<_> =
            contents(carrier).into_iter().filter(|(name, _)| NAMES[..2].contains(&name.as_str())).collect();
        let written = usize::from(values.0.is_some()) + usize::from(values.1.is_some());
        assert_eq!(ours.len(), written, "{ours:?}");
        let trusted = EXPORTS.extract(&List(ours)).expect("it was written here");
        assert_eq!(trusted.run(|| (TENANT.get(), USER.get())), values);
    }
}

fn sorted(mut contents: Vec<(String, Content)>) -> Vec<(String, Content)> {
    contents.sort();
    contents
}

fn nats(entries: &Entries<'_>) {
    use asynccontext_async_nats::{HeaderExtractor, HeaderInjector};
    let mut headers = async_nats::HeaderMap::new();
    let mut expected = Vec::new();
    for (name, text) in entries {
        // The client refuses the others, also when it reads a message.
        if let Ok(value) = String::from_utf8_lossy(text).parse::<HeaderValue>() {
            expected.push(((*name).to_owned(), Ok(value.as_str().to_owned())));
            headers.append(name.parse::<HeaderName>().expect("a name"), value);
        }
    }
    compare(
        &mut headers,
        expected,
        |headers| read(&HeaderExtractor(headers)),
        |headers| EXPORTS.inject(&mut HeaderInjector(headers)).expect("it fits"),
        |headers| {
            let pair = |name: &HeaderName, value: &HeaderValue| (name.to_string(), Ok(value.as_str().to_owned()));
            sorted(headers.iter().flat_map(|(name, values)| values.iter().map(|value| pair(name, value))).collect())
        },
    );
}

/// The first byte of a text chooses the type of its field.
fn rabbitmq(entries: &Entries<'_>) {
    use asynccontext_lapin::{HeaderExtractor, HeaderInjector};
    let mut headers = FieldTable::default();
    for (name, text) in entries {
        let string = String::from_utf8_lossy(text).into_owned();
        let value = match text {
            [b'#', rest @ ..] => AMQPValue::LongInt(rest.len() as i32),
            [b'!', ..] => AMQPValue::Void,
            [b'^', ..] => AMQPValue::ByteArray(text.to_vec().into()),
            [b'~', ..] => AMQPValue::FieldTable(headers.clone()),
            [b'\'', ..] if string.len() < 256 => AMQPValue::ShortString(string[1..].into()),
            _ => AMQPValue::LongString((*text).into()),
        };
        headers.insert((*name).into(), value);
    }
    let contents = |headers: &FieldTable| {
        let text = |value: &AMQPValue| match value {
            AMQPValue::LongString(text) => String::from_utf8(text.as_bytes().to_vec()).map_err(|_| "not UTF-8"),
            AMQPValue::ShortString(text) => Ok(text.to_string()),
            _ => Err("not a string"),
        };
        sorted(headers.inner().iter().map(|(name, value)| (name.to_string(), text(value))).collect())
    };
    let expected = contents(&headers);
    compare(
        &mut headers,
        expected,
        |headers| read(&HeaderExtractor(headers)),
        |headers| EXPORTS.inject(&mut HeaderInjector(headers)).expect("it fits"),
        contents,
    );
}

/// An empty text is a header without a value.
fn kafka(entries: &Entries<'_>) {
    use asynccontext_rdkafka::{HeaderExtractor, HeaderInjector};
    let mut headers = OwnedHeaders::new();
    for (name, text) in entries {
        let value = Some(*text).filter(|text| !text.is_empty());
        headers = headers.insert(Header { key: name, value });
    }
    let contents = |headers: &OwnedHeaders| {
        let text = |value: Option<&[u8]>| {
            value.ok_or("no value").and_then(|bytes| String::from_utf8(bytes.to_vec()).map_err(|_| "not UTF-8"))
        };
        sorted(headers.iter().map(|header| (header.key.to_owned(), text(header.value))).collect())
    };
    let expected = contents(&headers);
    compare(
        &mut headers,
        expected,
        |headers| read(&HeaderExtractor::new(Some(headers))),
        |headers| EXPORTS.inject(&mut HeaderInjector(headers)).expect("it fits"),
        contents,
    );
}

/// Keys of others have no prefix, and can be the same.
fn apalis(entries: &Entries<'_>) {
    use asynccontext_apalis::{MetadataExtractor, MetadataInjector};
    let mut metadata = MetadataStore::new();
    for (name, text) in entries {
        let key = if OTHERS.contains(name) { (*name).to_owned() } else { format!("context.{name}") };
        metadata.replace(key, String::from_utf8_lossy(text).into_owned());
    }
    metadata.replace("x-other", "status");
    let contents = |metadata: &MetadataStore| {
        let pair = |(key, text): (&String, &String)| {
            (key.strip_prefix("context.").unwrap_or(key).to_owned(), Ok(text.clone()))
        };
        sorted(metadata.iter().map(pair).collect())
    };
    let expected = contents(&metadata);
    compare(
        &mut metadata,
        expected,
        |metadata| read(&MetadataExtractor(metadata)),
        |metadata| EXPORTS.inject(&mut MetadataInjector(metadata)).expect("it fits"),
        contents,
    );
}
