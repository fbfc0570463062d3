//! Reports of reads that find only a default, alone in a process, since the setting is permanent.

#![cfg(debug_assertions)]

use std::sync::Mutex;

use asynccontext::{Snapshot, Variable, lost};

static LINES: Mutex<Vec<u32>> = Mutex::new(Vec::new());

#[test]
fn a_read_that_finds_only_a_default_is_reported_once_it_is_included() {
    static NOTHING: Variable<u8> = Variable::named("nothing");
    static NEVER: Variable<u8> = Variable::named("never").with_default(1);
    static LEVEL: Variable<u8> = Variable::named("level").with_default(1);
    lost::report(|lost| {
        assert_eq!(lost.error().location().file(), file!());
        LINES.lock().unwrap().push(lost.error().location().line());
        assert_eq!(LEVEL.get(), Some(1)); // not reported: it would not end
    });
    let empty = Snapshot::empty();
    LEVEL.run(2, || empty.run(|| assert_eq!(LEVEL.get(), Some(1))));
    assert!(LINES.lock().unwrap().is_empty());

    lost::include_defaults();
    let first = line!() + 1;
    LEVEL.run(2, || empty.run(|| assert_eq!(LEVEL.get(), Some(1))));
    LEVEL.with(|value| assert_eq!(value, Some(&1)));
    assert_eq!(LEVEL.try_get(), Ok(1));
    assert_eq!((LEVEL.run(2, || LEVEL.get()), NEVER.get(), NOTHING.get()), (Some(2), Some(1), None));
    assert_eq!(*LINES.lock().unwrap(), [first, first + 1, first + 2]);
}
