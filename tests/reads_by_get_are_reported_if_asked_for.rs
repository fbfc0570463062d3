//! Reports of `get` and `with`, alone in a process, since the setting is permanent.

#![cfg(debug_assertions)]

use std::sync::Mutex;

use asynccontext::als::AsyncLocalStorage;
use asynccontext::{Variable, lost};

static LINES: Mutex<Vec<u32>> = Mutex::new(Vec::new());

#[test]
fn a_get_that_finds_nothing_is_reported_once_it_is_included() {
    static NOTHING: Variable<u8> = Variable::named("nothing");
    static LEVEL: Variable<u8> = Variable::named("level").with_default(1);
    static STORE: AsyncLocalStorage<u8> = AsyncLocalStorage::named("store");
    lost::report(|lost| {
        assert_eq!(lost.error().location().file(), file!());
        LINES.lock().unwrap().push(lost.error().location().line());
        assert_eq!(NOTHING.get(), None); // not reported: it would not end
    });
    assert_eq!(NOTHING.get(), None);
    assert!(LINES.lock().unwrap().is_empty());

    lost::include_get();
    let first = line!() + 1;
    assert_eq!(NOTHING.get(), None);
    NOTHING.with(|value| assert_eq!(value, None));
    NOTHING.try_get().unwrap_err(); // once, not as a `get` too
    assert_eq!(STORE.get_store(), None);
    assert_eq!((LEVEL.get(), NOTHING.run(1, || NOTHING.get())), (Some(1), Some(1)));
    assert_eq!(*LINES.lock().unwrap(), [first, first + 1, first + 2, first + 3]);
}
