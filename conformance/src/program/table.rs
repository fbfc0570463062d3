//! The language as one table: a row per statement.
//!
//! Parser, checker, printer, JSON form and schema read their knowledge of a
//! statement from here, so that a new statement is a new row.

mod rows;

pub use self::rows::TABLE;

/// A statement of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is described by the `doc` of its row")]
pub enum Op {
    Var,
    Get,
    Name,
    Log,
    Run,
    RunAsync,
    Snapshot,
    In,
    InAsync,
    Fn,
    Wrap,
    Call,
    Throw,
    Try,
    Caught,
    Task,
    Await,
    Return,
    Deferred,
    Resolve,
    Reject,
    Then,
    Catch,
    Finally,
    Thenable,
    Microtask,
    Timer,
    Interval,
    Generator,
    AsyncGenerator,
    Next,
    Close,
    ThrowIn,
    Yield,
    YieldFrom,
    ForOf,
    ForAwait,
    Break,
    Emitter,
    On,
    Emit,
    Finalizer,
    Drop,
    Unhandled,
    Module,
    Thread,
    Enter,
    Leave,
    Hide,
    Exit,
    EnterWith,
    Disable,
    Resource,
    InResource,
}

/// A field of a statement, as the JSON form names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the JSON form's own words")]
pub enum Field {
    Name,
    Var,
    Value,
    Default,
    Label,
    Snapshot,
    Fn,
    Promise,
    Gen,
    Emitter,
    Finalizer,
    Guard,
    Resource,
    Target,
    With,
    Count,
    As,
}

impl Field {
    /// The key in the JSON form.
    pub const fn key(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Var => "var",
            Field::Value => "value",
            Field::Default => "default",
            Field::Label => "label",
            Field::Snapshot => "snapshot",
            Field::Fn => "fn",
            Field::Promise => "promise",
            Field::Gen => "gen",
            Field::Emitter => "emitter",
            Field::Finalizer => "finalizer",
            Field::Guard => "guard",
            Field::Resource => "resource",
            Field::Target => "target",
            Field::With => "with",
            Field::Count => "count",
            Field::As => "as",
        }
    }
}

/// What a bound name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is bound by the statement of that name")]
pub enum Kind {
    Variable,
    Snapshot,
    Function,
    Wrapped,
    Deferred,
    /// The promise of a `task`.
    Task,
    /// The promise of a `then`, `catch` or `finally`.
    Reaction,
    /// The promise of a request to an async generator.
    Request,
    Microtask,
    Timer,
    Interval,
    Module,
    Thread,
    Thenable,
    Generator,
    AsyncGenerator,
    Emitter,
    Finalizer,
    Unhandled,
    Guard,
    Resource,
}

impl Kind {
    /// What it is called in messages.
    pub const fn phrase(self) -> &'static str {
        match self {
            Kind::Variable => "a variable",
            Kind::Snapshot => "a snapshot",
            Kind::Function => "a function",
            Kind::Wrapped => "a wrapped function",
            Kind::Deferred => "a deferred",
            Kind::Task => "a task",
            Kind::Reaction => "a reaction",
            Kind::Request => "a request",
            Kind::Microtask => "a microtask",
            Kind::Timer => "a timer",
            Kind::Interval => "a repeating timer",
            Kind::Module => "a module",
            Kind::Thread => "a thread",
            Kind::Thenable => "a thenable",
            Kind::Generator => "a generator",
            Kind::AsyncGenerator => "an async generator",
            Kind::Emitter => "an emitter",
            Kind::Finalizer => "a finalizer",
            Kind::Unhandled => "a listener for unhandled rejections",
            Kind::Guard => "a guard",
            Kind::Resource => "a resource",
        }
    }
}

/// Kinds that are a promise, or are awaited through one.
pub const PROMISES: &[Kind] = &[
    Kind::Deferred,
    Kind::Task,
    Kind::Reaction,
    Kind::Request,
    Kind::Microtask,
    Kind::Timer,
    Kind::Interval,
    Kind::Module,
    Kind::Thread,
];
/// What a promise can be resolved with.
pub const RESOLUTIONS: &[Kind] = &[
    Kind::Deferred,
    Kind::Task,
    Kind::Reaction,
    Kind::Request,
    Kind::Microtask,
    Kind::Timer,
    Kind::Interval,
    Kind::Module,
    Kind::Thread,
    Kind::Thenable,
];
/// What `resolve` and `reject` settle.
pub const SETTLED: &[Kind] = &[Kind::Deferred, Kind::Thenable];
/// What `call` calls.
pub const CALLABLE: &[Kind] = &[Kind::Function, Kind::Wrapped];
/// Both kinds of generator.
pub const GENERATORS: &[Kind] = &[Kind::Generator, Kind::AsyncGenerator];
/// Words that `await` takes besides names.
pub const AWAIT_WORDS: &[&str] = &["value", "tick", "timer"];
/// Names that a program may not bind.
pub const RESERVED: &[&str] = &["main", "tick", "value", "timer", "none"];

/// The most that a [`Role::Count`] may be.
pub const MOST: u32 = 9;

/// What an operand means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Binds a new name of this kind.
    Binds(Kind),
    /// Uses a bound name of one of these kinds.
    Uses(&'static [Kind]),
    /// Uses a bound name of one of these kinds, or is one of [`AWAIT_WORDS`].
    Awaits(&'static [Kind]),
    /// A value: a word or an integer, compared as text.
    Value,
    /// How often a body runs: an integer from 1 to [`MOST`].
    Count,
    /// Free text: a label, a variable's name.
    Text,
}

/// How an operand is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An argument that must be there.
    Required,
    /// An argument that may be left out.
    Optional,
    /// A property `key=`, which may be left out.
    Property(&'static str),
}

/// One operand of a row.
#[derive(Clone, Copy, Debug)]
pub struct Operand {
    /// Its field in the JSON form.
    pub field: Field,
    /// How it is written.
    pub form: Form,
    /// What it means.
    pub role: Role,
    /// What a target must have when the operand is there.
    pub needs: Option<Capability>,
}

/// The kind of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// `{S}`: synchronous.
    Sync,
    /// `{A}`: `await` is allowed.
    Async,
    /// `{P}`: may run more than once (rule R2).
    Pure,
    /// `{G}`: a generator's body.
    Generator,
    /// `{AG}`: an async generator's body.
    AsyncGenerator,
    /// The surrounding body's own kind: `try`, `catch {}`, `finally {}`.
    Same,
}

/// When the names bound in a body are visible after it (rule R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exports {
    /// From the statement on.
    Now,
    /// After `await` of the statement's name in that block.
    OnAwait,
    /// Not at all.
    Never,
}

/// Where a statement may stand (rule R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Anywhere,
    /// Where `await` is allowed.
    Async,
    /// Directly in a generator's body, or in a `try` or loop in it.
    Generator,
    /// As the last statement of a `task`, `then` or `catch` body.
    Last,
    /// In a `for-of` or `for-await` body.
    Loop,
    /// In the catch body of a `try`.
    Catch,
}

/// What a target may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// A variable's default and name.
    Options,
    /// `enter` and `leave`.
    Guard,
    /// `hide`.
    Hide,
    /// `enter-with` and `disable`.
    Mutate,
    /// `exit`, `resource` and `in-resource`.
    Als,
    /// Collection on demand: `drop`.
    Gc,
    /// Another agent: `thread`.
    Worker,
    /// `module`.
    Module,
    /// `unhandled`.
    Rejection,
}

impl Capability {
    /// All of them.
    pub const ALL: [Capability; 9] = [
        Capability::Options,
        Capability::Guard,
        Capability::Hide,
        Capability::Mutate,
        Capability::Als,
        Capability::Gc,
        Capability::Worker,
        Capability::Module,
        Capability::Rejection,
    ];

    /// The word used in the JSON form's `needs` and in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Capability::Options => "options",
            Capability::Guard => "guard",
            Capability::Hide => "hide",
            Capability::Mutate => "mutate",
            Capability::Als => "als",
            Capability::Gc => "gc",
            Capability::Worker => "worker",
            Capability::Module => "module",
            Capability::Rejection => "rejection",
        }
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The statement.
    pub op: Op,
    /// Its word in the text and in the JSON form.
    pub word: &'static str,
    /// Its operands, arguments in order.
    pub operands: &'static [Operand],
    /// Its body, if it has one.
    pub body: Option<Body>,
    /// Whether the body may be left out.
    pub body_optional: bool,
    /// Whether the body is a strand of its own.
    pub strand: bool,
    /// Whether the body is a frame (guards end with it).
    pub frame: bool,
    /// Whether the statement may stand in a pure body (rule R2).
    pub pure: bool,
    /// When names bound in the body are visible after it.
    pub exports: Exports,
    /// Where the statement may stand.
    pub place: Place,
    /// What a target must have.
    pub needs: Option<Capability>,
    /// One line for readers of the schema and of error messages.
    pub doc: &'static str,
}

impl Row {
    /// How the statement is written, for error messages.
    pub fn usage(&self) -> String {
        let mut usage = format!("write `{}", self.word);
        for operand in self.operands {
            let key = operand.field.key();
            usage += &match operand.form {
                Form::Required => format!(" {key}"),
                Form::Optional => format!(" [{key}]"),
                Form::Property(property) => format!(" [{property}={key}]"),
            };
        }
        usage += match self.body {
            Some(_) if self.body_optional => " [{ … }]`",
            Some(_) => " { … }`",
            None => "`",
        };
        usage
    }
}

impl Op {
    /// The statement's row.
    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The statement's word.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// The statement of this word, if there is one.
    pub fn of(word: &str) -> Option<Op> {
        TABLE.iter().find(|row| row.word == word).map(|row| row.op)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_op() {
        for (i, row) in TABLE.iter().enumerate() {
            assert_eq!(row.op as usize, i, "{}", row.word);
            assert_eq!(Op::of(row.word), Some(row.op));
        }
    }
}
