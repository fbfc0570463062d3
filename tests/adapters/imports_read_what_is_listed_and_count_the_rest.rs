//! Imported variables: only what is listed, within its limit and accepted by its policy, is read.
//! Everything else in a carrier is dropped and counted, and never fails or affects other values.

use crate::support;

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::sync::Arc;

use asynccontext::carrier::{
    Exported, Exports, Extractor, Import, Imported, Imports, Incoming, InjectError, Injector, LIMIT, Outgoing, Reason,
};
use asynccontext::{Snapshot, Variable, als::AsyncLocalStorage};
use support::rng::Rng;

static TEXT: Exported<String> = Variable::named("text").exported("x-text");
static NUMBER: Exported<i64> = Variable::named("number").exported("x-number");
static FLAG: Exported<bool> = Variable::named("flag").with_default(true).exported("x-flag");
static STORE: Exported<u8, AsyncLocalStorage<u8>> = AsyncLocalStorage::named("store").exported("x-store");
static LIST: [Import; 4] = [TEXT.import(), NUMBER.import().limit(4), FLAG.import(), STORE.import()];

type Pairs = Vec<(String, String)>;

fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(key, text)| (key.to_string(), text.to_string())).collect()
}

fn bound() -> (Option<String>, Option<i64>, Option<bool>, Option<u8>) {
    (TEXT.get(), NUMBER.get(), FLAG.get(), STORE.get_store())
}

fn only(imported: &Imported) -> (&'static str, &Reason) {
    let [refusal] = &imported.refused[..] else { panic!("one: {imported:?}") };
    (refusal.name(), refusal.reason())
}

#[test]
fn listed_values_are_read_from_every_carrier() {
    static IMPORTS: Imports = Imports::new(&LIST);
    let sent = [("x-text", "K%C3%B6ln"), ("x-number", "-7"), ("x-flag", "false"), ("x-store", "3"), ("x-other", "1")];
    let sent = pairs(&sent);
    let all = (Some("Köln".into()), Some(-7), Some(false), Some(3));
    let reads = |carrier: &dyn Extractor| {
        let imported = IMPORTS.extract(carrier);
        assert!(imported.refused.is_empty(), "{imported:?}");
        assert_eq!(imported.snapshot.run(bound), all);
        assert_eq!(format!("{:?}", imported.snapshot).matches('"').count(), 8, "four variables and no others");
    };
    reads(&sent);
    reads(&sent.iter().cloned().collect::<HashMap<_, _>>());
    reads(&sent.iter().cloned().collect::<BTreeMap<_, _>>());
    #[cfg(feature = "http")]
    reads(&http::HeaderMap::try_from(&sent.iter().cloned().collect::<HashMap<_, _>>()).unwrap());
    assert_eq!(IMPORTS.dropped().total(), 0);
}

#[test]
fn each_kind_of_bad_text_is_dropped_and_counted() {
    static IMPORTS: Imports = Imports::new(&LIST);
    let read = |text: &str| {
        let before = IMPORTS.dropped();
        let imported = IMPORTS.extract(&pairs(&[("x-text", text), ("x-number", "7"), ("x-flag", "false")]));
        assert_eq!(imported.snapshot.run(bound), (None, Some(7), Some(false), None), "{text:?}");
        assert_eq!(IMPORTS.dropped().total(), before.total() + 1);
        imported
    };
    for text in ["%", "%4", "%zz", "a;b", "a, b", "a b", "ö", "%FF", "%C0%80", "%ED%A0%80", "a\r\nx-number: 9", "\0"] {
        assert!(matches!(only(&read(text)), ("text", Reason::Malformed)), "{text:?}");
    }
    assert_eq!(IMPORTS.dropped().malformed, 12);
    assert!(matches!(only(&read(&"x".repeat(LIMIT + 1))), ("text", Reason::TooLong { length: 4097 })));
    assert_eq!(IMPORTS.dropped().too_long, 1);

    let imported = IMPORTS.extract(&pairs(&[("x-text", "a"), ("x-number", "12345"), ("x-text", "a"), ("x-flag", "?")]));
    assert_eq!(imported.snapshot.run(bound), (None, None, Some(true), None));
    let reasons: Vec<String> = imported.refused.iter().map(|refusal| format!("{:?}", refusal.reason())).collect();
    assert_eq!((&*reasons[0], &*reasons[1]), ("Repeated", "TooLong { length: 5 }"));
    assert!(matches!(imported.refused[2].reason(), Reason::Unreadable(_)));
    let dropped = IMPORTS.dropped();
    assert_eq!((dropped.repeated, dropped.too_long, dropped.unreadable, dropped.total()), (1, 2, 1, 16));
    assert_eq!(dropped.iter().map(|(_, count)| count).sum::<u64>(), 16);
}

/// The decoded characters that could end a line of a log, end a header, or reorder a line.
#[test]
fn encoded_control_characters_are_not_smuggled_in() {
    static IMPORTS: Imports = Imports::new(&LIST);
    static EXPORTS: Exports = Exports::new(&[TEXT.export()]);
    let mut dropped = 0;
    for c in '\0'..='\u{3000}' {
        let mut carrier = Pairs::new();
        TEXT.run(format!("a{c}b"), || EXPORTS.inject(&mut carrier)).unwrap();
        let imported = IMPORTS.extract(&carrier);
        let forges = c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
        if forges {
            dropped += 1;
            assert!(matches!(only(&imported), ("text", Reason::ControlCharacter)), "{c:?}");
            assert!(imported.snapshot.is_empty());
        } else {
            assert_eq!(imported.snapshot.run(|| TEXT.get()), Some(format!("a{c}b")));
        }
    }
    assert_eq!((IMPORTS.dropped().control_character, dropped), (65 + 7 + 4, 65 + 7 + 4));
}

#[test]
fn all_texts_together_have_a_limit() {
    static A: Exported<String> = Variable::named("a").exported("x-a");
    static B: Exported<String> = Variable::named("b").exported("x-b");
    static C: Exported<String> = Variable::named("c").exported("x-c");
    static IMPORTS: Imports = Imports::new(&[A.import(), B.import(), C.import()]);
    let send = |a: usize, b: usize, c: usize| {
        let imported =
            IMPORTS.extract(&pairs(&[("x-c", &"x".repeat(c)), ("x-b", &"x".repeat(b)), ("x-a", &"x".repeat(a))]));
        let length = |variable: &Exported<String>| variable.with(|text| text.map(String::len));
        imported.snapshot.run(|| [&A, &B, &C].map(length))
    };
    assert_eq!(send(4096, 4087, 0), [Some(4096), Some(4087), Some(0)]); // 8192 with the keys
    assert_eq!(send(4096, 4087, 1), [Some(4096), Some(4087), None]);
    // What doesn't fit leaves the room to those after it, and what is too long takes none.
    assert_eq!(send(4096, 4096, 4080), [Some(4096), None, Some(4080)]);
    assert_eq!(send(4097, 4096, 4080), [None, Some(4096), Some(4080)]);
    assert_eq!((IMPORTS.dropped().too_much, IMPORTS.dropped().too_long), (2, 1));
}

#[test]
fn a_policy_decides_who_may_set_a_value() {
    static ADMIN: Exported<bool> = Variable::named("admin").exported("x-admin");
    static IMPORTS: Imports = Imports::new(&[
        TEXT.import().verified_by(|text, carrier| match carrier.get("x-signature")? {
            Some(signature) if signature.len() == text.len() => Ok(()),
            Some(_) => Err("wrong signature".into()),
            None => Err("no signature".into()),
        }),
        NUMBER.import().limit(8).verified_by(|_, _| Err("never".into())),
        ADMIN.import().ignored(),
    ]);
    let cause = |imported: &Imported| imported.refused[0].source().map(ToString::to_string);
    let imported = IMPORTS.extract(&pairs(&[("x-text", "K%C3%B6ln"), ("x-signature", "12345")]));
    assert_eq!(imported.snapshot.run(|| TEXT.get()).as_deref(), Some("Köln"), "the length of the decoded text");
    for (sent, why) in [("1234", "wrong signature"), ("", "wrong signature")] {
        let imported = IMPORTS.extract(&pairs(&[("x-text", "K%C3%B6ln"), ("x-signature", sent)]));
        assert!(matches!(only(&imported), ("text", Reason::Unverified(_))));
        assert_eq!(cause(&imported).as_deref(), Some(why));
    }
    let imported = IMPORTS.extract(&pairs(&[("x-text", "a"), ("x-signature", "1"), ("x-signature", "2")]));
    assert!(cause(&imported).unwrap().contains("several texts"));
    // The function gets no text that is malformed, too long or has control characters.
    let imported = IMPORTS.extract(&pairs(&[("x-text", "%0D%0A"), ("x-number", "123456789"), ("x-signature", "12")]));
    assert_eq!(imported.refused.len(), 2);
    assert_eq!(IMPORTS.dropped().unverified, 3);

    for sent in [pairs(&[("x-admin", "true")]), pairs(&[("x-admin", "true"), ("x-admin", "%")])] {
        let imported = IMPORTS.extract(&sent);
        assert!(matches!(only(&imported), ("admin", Reason::Ignored)));
        assert_eq!(imported.snapshot.run(|| ADMIN.get()), None);
    }
    assert_eq!((IMPORTS.dropped().ignored, IMPORTS.dropped().total()), (2, 7));
}

/// A listed variable that is not read is unbound, whatever is bound where the carrier arrives.
#[test]
fn what_is_bound_already_stays_except_listed_values() {
    static IMPORTS: Imports = Imports::new(&LIST);
    static LISTENER: Variable<u8> = Variable::named("listener");
    let carrier = pairs(&[("x-text", "%"), ("x-number", "7")]);
    let here = Snapshot::empty().with(&LISTENER, 1).with(&TEXT, "stale".into()).with(&NUMBER, 1).with(&FLAG, false);
    let here = here.run(|| STORE.run(9, Snapshot::capture));
    let after = here.run(|| Imports::extract_onto(&IMPORTS, &carrier, Snapshot::capture())).snapshot;
    assert_eq!(after.run(bound), (None, Some(7), Some(true), None));
    assert_eq!(after.get(&LISTENER), Some(&1));
    let alone = here.run(|| IMPORTS.extract(&carrier)).snapshot;
    assert_eq!((alone.run(bound), alone.get(&LISTENER)), ((None, Some(7), Some(true), None), None));
    assert!(here.run(|| IMPORTS.extract(&Pairs::new())).snapshot.is_empty());
}

/// A carrier that fails, as one read from a damaged record.
#[test]
fn a_carrier_that_fails_is_counted() {
    struct Damaged;
    impl Extractor for Damaged {
        fn get(&self, _: &str) -> Result<Option<&str>, Reason> {
            Err(Reason::Carrier("damaged".into()))
        }
    }
    static IMPORTS: Imports = Imports::new(&LIST);
    let imported = IMPORTS.extract(&Damaged);
    assert!(imported.snapshot.is_empty() && imported.refused.len() == 4);
    assert_eq!((IMPORTS.dropped().carrier, IMPORTS.dropped().total()), (4, 4));
}

#[test]
fn random_carriers_are_read_or_counted() {
    static IMPORTS: Imports = Imports::new(&LIST);
    static EXPORTS: Exports = Exports::new(&[TEXT.export(), NUMBER.export(), FLAG.export(), STORE.export()]);
    let mut rng = Rng::new(5);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..support::scaled(30_000) {
        let keys = ["x-text", "x-number", "x-flag", "x-store", "x-text"];
        let mut carrier = Pairs::new();
        for key in &keys[..rng.below(6)] {
            let length = rng.below(7);
            let one = |rng: &mut Rng| match rng.below(6) {
                0 => '%',
                1..=4 => char::from(b"0123456789ABCDEF"[rng.below(16)]),
                _ => char::from_u32(rng.below(0x180) as u32).unwrap(),
            };
            carrier.push((key.to_string(), (0..length).map(|_| one(&mut rng)).collect()));
        }
        let imported = IMPORTS.extract(&carrier);
        // What was read is what the trusting `extract` reads, without what is refused here.
        let trusting = EXPORTS.extract(&carrier).unwrap_or_else(|error| error.into_rest());
        let is_refused = |name| imported.refused.iter().any(|refusal| refusal.name() == name);
        let ((text, number, flag, store), all) = (imported.snapshot.run(bound), trusting.run(bound));
        assert_eq!(text, if is_refused("text") { None } else { all.0 });
        assert_eq!(number, if is_refused("number") { None } else { all.1 });
        assert_eq!(flag, if is_refused("flag") { Some(true) } else { all.2 });
        assert_eq!(store, if is_refused("store") { None } else { all.3 });
        read += usize::from(text.is_some()) + usize::from(number.is_some());
        refused += imported.refused.len() as u64;
    }
    assert_eq!(IMPORTS.dropped().total(), refused);
    assert!(read > 10 && refused > 10, "{read} read, {refused} refused");
}

/// Layers and queues hold either by reference, in an `Arc`, or as a trait object.
#[test]
fn a_boundary_may_be_of_any_type() {
    static MARKER: Variable<u8> = Variable::named("marker");
    struct Both(&'static Imports);
    impl Incoming for Both {
        fn extract_onto(&self, carrier: &dyn Extractor, onto: Snapshot) -> Snapshot {
            let snapshot = self.0.extract_onto(carrier, onto).snapshot;
            snapshot.with(&MARKER, 1)
        }
    }
    static IMPORTS: Imports = Imports::new(&[TEXT.import()]);
    static EXPORTS: Exports = Exports::new(&[TEXT.export()]);
    fn sends(outgoing: impl Outgoing + 'static) -> Result<Pairs, InjectError> {
        let mut carrier = Pairs::new();
        let into: &mut dyn Injector = &mut carrier;
        TEXT.run("blue".into(), || outgoing.inject(into))?;
        Ok(carrier)
    }
    fn reads(incoming: impl Incoming + 'static, carrier: &Pairs) -> (Option<String>, Option<u8>) {
        incoming.extract(carrier).run(|| (TEXT.get(), MARKER.get()))
    }
    let dynamic: Arc<dyn Outgoing> = Arc::new(EXPORTS);
    for carrier in [sends(EXPORTS), sends(&EXPORTS as &dyn Outgoing), sends(dynamic)] {
        let carrier = carrier.expect("it fits");
        assert_eq!(reads(&IMPORTS, &carrier), (Some("blue".into()), None));
        assert_eq!(reads(Arc::new(Imports::new(&LIST)), &carrier), (Some("blue".into()), None));
        let dynamic: Arc<dyn Incoming> = Arc::new(Both(&IMPORTS));
        assert_eq!(reads(dynamic, &carrier), (Some("blue".into()), Some(1)));
    }
}
