//! The variables that programs bind: five kinds in turn, up to forty in all.

use asynccontext::als::AsyncLocalStorage;
use asynccontext::{Guard, NotInTask, Scoped, Snapshot, TaskGuard, Variable};

use crate::model::{Key, Record};
use crate::value::{Seen, Value, Wide};

/// The number of variables.
pub(crate) const VARIABLES: usize = 40;
const KINDS: usize = 5;
const EACH: usize = VARIABLES / KINDS;

static PLAIN: [Variable<Value>; EACH] = [const { Variable::new() }; EACH];
static UNINHERITED: [Variable<Value>; EACH] = [const { Variable::new().uninherited() }; EACH];
static WIDE: [Variable<Wide>; EACH] = [const { Variable::new() }; EACH];
static STORAGES: [AsyncLocalStorage<Value>; EACH] =
    [const { AsyncLocalStorage::new().with_default(Value::default()) }; EACH];
static DEFAULTED: [Variable<Value>; EACH] = [const { Variable::new().with_default(Value::default()) }; EACH];

/// Calls a method of a variable of any kind. `$value` is converted to its type.
macro_rules! dispatch {
    ($key:expr, $method:ident ( $value:expr $(, $rest:expr)* ) , $storage:ident) => {{
        let at = $key / KINDS;
        match $key % KINDS {
            0 => PLAIN[at].$method($value $(, $rest)*),
            1 => UNINHERITED[at].$method($value $(, $rest)*),
            2 => WIDE[at].$method(Wide::new($value) $(, $rest)*),
            3 => STORAGES[at].$storage($value $(, $rest)*),
            _ => DEFAULTED[at].$method($value $(, $rest)*),
        }
    }};
}

/// Calls a method without a value, of a variable that is not a storage.
macro_rules! of_variable {
    ($key:expr, $variable:ident => $call:expr) => {{
        let at = $key / KINDS;
        match $key % KINDS {
            0 => {
                let $variable = &PLAIN[at];
                $call
            }
            1 => {
                let $variable = &UNINHERITED[at];
                $call
            }
            2 => {
                let $variable = &WIDE[at];
                $call
            }
            _ => {
                let $variable = &DEFAULTED[at];
                $call
            }
        }
    }};
}

/// Returns the key, or the previous key if this one is a storage.
pub(crate) fn no_storage(key: Key) -> Key {
    if is_storage(key) { key - 1 } else { key }
}

/// Returns `snapshot` with a value of a variable that is not a storage.
pub(crate) fn with_value(key: Key, value: Value, snapshot: Snapshot) -> Snapshot {
    match key % KINDS {
        2 => snapshot.with(&WIDE[key / KINDS], Wide::new(value)),
        0 => snapshot.with(&PLAIN[key / KINDS], value),
        1 => snapshot.with(&UNINHERITED[key / KINDS], value),
        _ => snapshot.with(&DEFAULTED[key / KINDS], value),
    }
}

pub(crate) fn without_value(key: Key, snapshot: Snapshot) -> Snapshot {
    of_variable!(key, variable => snapshot.without(variable))
}

pub(crate) fn hide<R>(key: Key, f: impl FnOnce() -> R) -> R {
    of_variable!(key, variable => variable.hidden().run(f))
}

pub(crate) fn scope_hidden<F>(key: Key, f: F) -> Scoped<F> {
    of_variable!(key, variable => variable.hidden().scope(f))
}

pub(crate) fn enter_hidden(key: Key) -> Guard {
    of_variable!(key, variable => variable.hidden().enter())
}

/// Whether detached work does not inherit the variable.
pub(crate) fn is_uninherited(key: Key) -> bool {
    key % KINDS == 1
}

/// Whether the variable is an `AsyncLocalStorage`.
pub(crate) fn is_storage(key: Key) -> bool {
    key % KINDS == 3
}

/// Returns the expected result of a read for a record of the mapping.
pub(crate) fn wanted(key: Key, record: Record) -> Seen {
    match record {
        Record::Bound(id) => Seen::Value(id),
        Record::Nothing => Seen::Nothing,
        Record::Unbound | Record::Disabled if key % KINDS >= 3 => Seen::Value(0),
        Record::Unbound | Record::Disabled => Seen::Nothing,
    }
}

pub(crate) fn run<R>(key: Key, value: Value, f: impl FnOnce() -> R) -> R {
    dispatch!(key, run(value, f), run)
}

pub(crate) fn scope<F>(key: Key, value: Value, f: F) -> Scoped<F> {
    dispatch!(key, scope(value, f), scope)
}

pub(crate) fn enter(key: Key, value: Value) -> Guard {
    dispatch!(key, enter(value), with_scope)
}

pub(crate) fn enter_task(key: Key, value: Value) -> Result<TaskGuard, NotInTask> {
    dispatch!(key, enter_task(value), with_task_scope)
}

/// Returns the storage of this key, or of the previous key if this one is not a storage.
fn storage(key: Key) -> &'static AsyncLocalStorage<Value> {
    &STORAGES[key / KINDS]
}

pub(crate) fn exit<R>(key: Key, f: impl FnOnce() -> R) -> R {
    storage(key).exit(f)
}

pub(crate) fn enter_with(key: Key, value: Value) {
    storage(key).enter_with(value);
}

pub(crate) fn disable(key: Key) {
    storage(key).disable();
}

/// Reads with `with`.
pub(crate) fn with<R>(key: Key, f: impl FnOnce(Option<&Value>) -> R) -> R {
    let at = key / KINDS;
    match key % KINDS {
        0 => PLAIN[at].with(f),
        1 => UNINHERITED[at].with(f),
        2 => WIDE[at].with(|value| f(value.map(|wide| &wide.value))),
        3 => STORAGES[at].with_store(f),
        _ => DEFAULTED[at].with(f),
    }
}

/// Reads a variable, with each of the methods in turn.
pub(crate) fn read(key: Key, way: u64) -> Seen {
    let at = key / KINDS;
    let seen = |value: Option<&Value>| value.map_or(Seen::Nothing, Value::seen);
    let variable = match (key % KINDS, way % 8) {
        (0, 0..4) => &PLAIN[at],
        (1, 0..4) => &UNINHERITED[at],
        (4, 0..4) => &DEFAULTED[at],
        (2, 0) => return WIDE[at].get().map_or(Seen::Nothing, |wide| wide.value.seen()),
        (3, 0) => return seen(STORAGES[at].get_store().as_ref()),
        _ => return with(key, seen),
    };
    match way % 4 {
        0 | 1 => seen(variable.get().as_ref()),
        2 => seen(variable.try_get().ok().as_ref()),
        _ => variable.try_with(Value::seen).unwrap_or(Seen::Nothing),
    }
}
