//! The crate prints no values, and escapes names and foreign texts, so that logs reveal no secret
//! and can't be forged.

use std::collections::HashMap;
use std::fmt::{Debug, Display};

use asynccontext::als::{AsyncLocalStorage, AsyncResource};
use asynccontext::carrier::{Exported, Exports, Imports};
use asynccontext::{Carried, Propagate, Snapshot, Variable};

const SECRET: &str = "s3cret";

/// A value that is recognizable in any output.
#[derive(Clone, Debug)]
struct Token(#[allow(dead_code)] &'static str);

static TOKEN: Variable<Token> = Variable::named("token");
static STORE: AsyncLocalStorage<Token> = AsyncLocalStorage::new();
static NUMBER: Exported<u32> = Variable::named("number").exported("x-number");
static EXPORTS: Exports = Exports::new(&[NUMBER.export()]);
static IMPORTS: Imports = Imports::new(&[NUMBER.import().limit(15)]);

fn tells_nothing(what: &str, text: String) {
    assert!(!text.contains(SECRET), "{what}: {text}");
    let control = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!text.replace('\n', "").contains(control), "{what}: {text:?}");
}

fn printed<T: Debug>(what: &str, value: &T) {
    tells_nothing(what, format!("{value:?}"));
    tells_nothing(what, format!("{value:#?}"));
}

fn error<E: Debug + Display>(what: &str, error: &E) {
    printed(what, error);
    let text = error.to_string();
    assert!(!text.contains('\n'), "{what}: {text:?}");
    tells_nothing(what, text);
}

#[test]
fn types_that_hold_a_value_print_without_it() {
    TOKEN.run(Token(SECRET), || {
        STORE.run(Token(SECRET), || {
            printed("a snapshot", &Snapshot::capture());
            printed("a variable", &TOKEN);
            printed("a store", &STORE);
            printed("a scoped value", &().in_current_snapshot());
            printed("a wrapped closure", &Snapshot::capture().wrap(u32::swap_bytes as fn(u32) -> u32));
            printed("a message", &Carried::new(()));
            printed("a resource", &AsyncResource::new("Query"));
            let _guard = TOKEN.enter(Token(SECRET));
            printed("a guard", &_guard);
            error("a failed read", &NUMBER.try_get().unwrap_err());
        });
    });
}

#[test]
fn what_was_sent_is_not_printed() {
    for sent in [SECRET, "s3cret%0Alevel=error", "s3cret\nlevel=error", "%73", "\u{1b}[31ms3cret"] {
        let headers: HashMap<String, String> = HashMap::from([("x-number".to_owned(), sent.to_owned())]);
        let refused = EXPORTS.extract(&headers).unwrap_err();
        error("what could not be read", &refused);
        printed("what could be read", &IMPORTS.extract(&headers));
        printed("a list of imports", &IMPORTS);
    }
}

#[test]
fn names_come_escaped() {
    for name in ["two\nlines", "\u{1b}[31mred", "right\u{202e}left", "bell\u{7}"] {
        let variable = Variable::<u8>::named(name);
        error("a failed read", &variable.try_get().unwrap_err());
        printed("a variable", &variable);
        variable.run(1, || tells_nothing("a snapshot", format!("{:?}", Snapshot::capture())));
    }
}
