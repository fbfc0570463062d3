//! Guarantee 7: values need not be `Clone`, `Debug` or serializable, two variables may share a
//! type, and `Debug` of a snapshot prints names, never values.

use asynccontext::{Snapshot, Unbound, Variable};

/// Nothing but `Send + Sync`.
struct Plain(u8);

#[test]
fn values_without_traits() {
    static ONE: Variable<Plain> = Variable::named("one");
    static TWO: Variable<Plain> = Variable::named("two").with_default(Plain(7));
    ONE.run(Plain(1), || {
        let value = |variable: &Variable<Plain>| variable.with(|v| v.map(|v| v.0));
        assert_eq!((value(&ONE), value(&TWO)), (Some(1), Some(7)));
        TWO.run(Plain(2), || assert_eq!((value(&ONE), value(&TWO)), (Some(1), Some(2))));
        let task = async { TWO.try_with(|v| v.0) };
        let task = std::pin::pin!(ONE.scope(Plain(3), task));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let ready = std::task::Poll::Ready(Ok(7));
        assert_eq!(task.poll(&mut context), ready);
    });
}

#[test]
fn values_of_any_size_and_alignment() {
    #[repr(align(128))]
    #[derive(Clone, PartialEq, Debug)]
    struct Aligned([u8; 300]);
    static BIG: Variable<Aligned> = Variable::new();
    static EMPTY: Variable<()> = Variable::new();
    let big = Aligned([42; 300]);
    let snapshot = BIG.run(big.clone(), || {
        BIG.with(|v| assert_eq!(std::ptr::from_ref(v.unwrap()).addr() % 128, 0));
        let _guard = EMPTY.enter(());
        let _guard = BIG.enter(big.clone());
        BIG.with(|v| assert_eq!(std::ptr::from_ref(v.unwrap()).addr() % 128, 0));
        Snapshot::capture()
    });
    snapshot.run(|| assert_eq!((BIG.get(), EMPTY.get()), (Some(big.clone()), Some(()))));
}

#[test]
fn defaults() {
    static LEVEL: Variable<u8> = Variable::named("level").with_default(3);
    assert_eq!(LEVEL.get(), Some(3));
    assert_eq!(LEVEL.try_get(), Ok(3));
    LEVEL.run(3, || assert!(!Snapshot::capture().is_empty()));
    LEVEL.run(4, || assert_eq!(LEVEL.get(), Some(4)));
    assert_eq!(Variable::new().with_default(1).with_name("later").get(), Some(1));
    let twice = || Variable::new().with_default(1).with_default(2);
    assert!(std::panic::catch_unwind(twice).is_err());
}

#[test]
fn an_error_names_the_variable_and_the_reader() {
    let variable: Variable<u8> = Variable::new().with_name(format!("tenant-{}", 7));
    let error: Unbound = variable.try_get().unwrap_err();
    let line = line!() - 1;
    assert_eq!((variable.name(), error.name()), ("tenant-7", "tenant-7"));
    assert_eq!(error.location().line(), line);
    let text = error.to_string();
    assert!(text.starts_with("variable \"tenant-7\" has no value here (read at tests/"), "{text}");
    assert!(text.contains(&format!(":{line}:")), "{text}");

    let unnamed: Variable<u8> = Variable::new();
    let error = unnamed.try_with(|v| *v).unwrap_err();
    assert_eq!(error.location().line(), line!() - 1);
    assert!(error.to_string().starts_with("an unnamed variable has no value here"));
}

/// A secret: `Debug` would be a leak.
#[test]
fn a_snapshot_prints_names() {
    static TENANT: Variable<&str> = Variable::named("tenant");
    static TOKEN: Variable<&str> = Variable::named("to\"ken");
    assert_eq!(format!("{:?}", Snapshot::empty()), "Snapshot {}");
    let gone: Variable<&str> = Variable::named("gone");
    let snapshot =
        TENANT.run("blue", || TENANT.run("red", || TOKEN.run("secret", || gone.run("secret", Snapshot::capture))));
    assert_eq!(format!("{snapshot:?}"), r#"Snapshot { "tenant", "to\"ken", "gone" }"#);
    let pretty = "Snapshot {\n    \"tenant\",\n    \"to\\\"ken\",\n    \"gone\",\n}";
    assert_eq!(format!("{snapshot:#?}"), pretty);

    // without a name, or dropped: its number
    drop(gone);
    let unnamed: Variable<&str> = Variable::new();
    let snapshot = snapshot.run(|| unnamed.run("secret", Snapshot::capture));
    let text = format!("{snapshot:?}");
    assert!(text.starts_with(r#"Snapshot { "tenant", "to\"ken", #"#), "{text}");
    assert_eq!(text.matches('#').count(), 2, "{text}");
    assert!(!text.contains("secret") && !text.contains("gone"), "{text}");

    assert_eq!(format!("{TENANT:?}"), "Variable { name: \"tenant\", .. }");
}
