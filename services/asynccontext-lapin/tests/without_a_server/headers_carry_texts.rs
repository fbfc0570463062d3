//! What is a text in the headers of an AMQP message, and what is refused.

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Extractor, Imports, Injector, Reason};
use asynccontext_lapin::{HeaderExtractor, HeaderInjector};
use lapin::types::{AMQPValue, DecimalValue, FieldTable};

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static USER: Exported<u64> = Variable::named("user").exported("x-user");
static EXPORTS: Exports = Exports::new(&[TENANT.export(), USER.export()]);

fn table<const N: usize>(fields: [(&str, AMQPValue); N]) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, value) in fields {
        table.insert(name.into(), value);
    }
    table
}

fn long(text: &[u8]) -> AMQPValue {
    AMQPValue::LongString(text.into())
}

#[test]
fn what_is_injected_is_extracted() {
    static IMPORTS: Imports = Imports::new(&[TENANT.import(), USER.import()]);
    for text in ["", "blue", "Köln & Co", "a\"b,c;d\\e%f", " spaces ", "日本", "\u{10FFFF}"] {
        let mut headers = FieldTable::default();
        TENANT.run(text.into(), || USER.run(7, || EXPORTS.inject(&mut HeaderInjector(&mut headers)))).unwrap();
        let imported = IMPORTS.extract(&HeaderExtractor(&headers));
        assert!(imported.refused.is_empty());
        assert_eq!(imported.snapshot.run(|| (TENANT.get(), USER.get())), (Some(text.into()), Some(7)));
    }
}

#[test]
fn other_headers_stay_and_stale_ones_go() {
    let own = table([("a", AMQPValue::LongInt(1)), ("x-tenant", long(b"red")), ("x-user", AMQPValue::Void)]);
    let mut headers = own;
    USER.run(7, || EXPORTS.inject(&mut HeaderInjector(&mut headers))).unwrap();
    assert_eq!(headers, table([("a", AMQPValue::LongInt(1)), ("x-user", long(b"7"))]));
}

#[test]
fn a_name_that_is_too_long_is_an_error() {
    let mut headers = FieldTable::default();
    let name = "x".repeat(256);
    let mut injector = HeaderInjector(&mut headers);
    assert!(matches!(injector.set(&name, "blue".into()), Err(Reason::Carrier(_))));
    injector.remove(&name);
    assert!(matches!(HeaderExtractor(&headers).get(&name), Ok(None)));
}

#[test]
fn strings_are_text_and_nothing_else_is() {
    static IMPORTS: Imports = Imports::new(&[TENANT.import(), USER.import()]);
    let headers = table([("x-tenant", AMQPValue::ShortString("blue".into())), ("x-user", long(b"7"))]);
    let snapshot = IMPORTS.extract(&HeaderExtractor(&headers)).snapshot;
    assert_eq!(snapshot.run(|| (TENANT.get(), USER.get())), (Some("blue".into()), Some(7)));

    let others = [
        AMQPValue::Boolean(true),
        AMQPValue::ShortShortInt(1),
        AMQPValue::ShortShortUInt(1),
        AMQPValue::ShortInt(1),
        AMQPValue::ShortUInt(1),
        AMQPValue::LongInt(1),
        AMQPValue::LongUInt(1),
        AMQPValue::LongLongInt(1),
        AMQPValue::Float(1.0),
        AMQPValue::Double(1.0),
        AMQPValue::DecimalValue(DecimalValue { scale: 0, value: 1 }),
        AMQPValue::FieldArray(vec![long(b"1")].into()),
        AMQPValue::Timestamp(1),
        AMQPValue::FieldTable(table([("x-user", long(b"1"))])),
        AMQPValue::ByteArray(b"1".to_vec().into()),
        AMQPValue::Void,
    ];
    let count = others.len() as u64;
    for other in others {
        let headers = table([("x-tenant", long(b"blue")), ("x-user", other)]);
        let snapshot = IMPORTS.extract(&HeaderExtractor(&headers)).snapshot;
        assert_eq!(snapshot.run(|| (TENANT.get(), USER.get())), (Some("blue".into()), None), "{headers:?}");
    }
    assert_eq!((IMPORTS.dropped().malformed, IMPORTS.dropped().total()), (count, count));
}

#[test]
fn hostile_headers_are_dropped_and_counted() {
    static IMPORTS: Imports = Imports::new(&[TENANT.import().limit(64), USER.import()]);
    let hostile: &[(&str, &[u8])] = &[
        ("too_long", &[b'b'; 65]),
        ("malformed", b"K\xf6ln"),
        ("malformed", "Köln".as_bytes()),
        ("malformed", b"K%C3%C3ln"),
        ("malformed", b"50%"),
        ("malformed", b"blue\0"),
        ("malformed", b"blue\r\nadmin: yes"),
        ("control_character", b"blue%0D%0Aadmin:%20yes"),
        ("control_character", b"blue%00"),
        ("control_character", b"%1B[2Jblue"),
    ];
    for (reason, text) in hostile {
        let count = || IMPORTS.dropped().iter().find(|(name, _)| name == reason).unwrap().1;
        let before = count();
        let headers = table([("x-tenant", long(text)), ("x-user", long(b"7"))]);
        let snapshot = IMPORTS.extract(&HeaderExtractor(&headers)).snapshot;
        assert_eq!(snapshot.run(|| (TENANT.get(), USER.get())), (None, Some(7)), "{text:?}");
        assert_eq!(count(), before + 1, "{text:?}");
    }
    assert_eq!(IMPORTS.dropped().total(), hostile.len() as u64);
}
