//! The language as one table: a row per statement.
//!
//! Parser, checker, printer, JSON form and schema derive from this table, so a new statement is a new row.

mod host;
mod rows;

pub use self::host::{CHANNELS, HostKind, OPERATIONS};
pub use self::rows::TABLE;

/// A statement of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the `doc` of its row describes each")]
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
    Error,
    Raise,
    InCaught,
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
    Immediate,
    NextTick,
    Operation,
    Generator,
    AsyncGenerator,
    Iterator,
    Next,
    Close,
    ThrowIn,
    Yield,
    YieldFrom,
    ForOf,
    ForAwait,
    Break,
    Emitter,
    EventTarget,
    On,
    Emit,
    AbortSignal,
    Abort,
    Channel,
    Listen,
    Post,
    Finalizer,
    Drop,
    Unhandled,
    Uncaught,
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
    Diagnostics,
    BindStore,
    RunStores,
}

/// A field of a statement, named as in the JSON form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are those of the JSON form")]
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
    Channel,
    Port,
    Finalizer,
    Guard,
    Resource,
    Diagnostics,
    Error,
    Target,
    With,
    Count,
    Kind,
    As,
}

impl Field {
    /// Returns its key in the JSON form.
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
            Field::Channel => "channel",
            Field::Port => "port",
            Field::Finalizer => "finalizer",
            Field::Guard => "guard",
            Field::Resource => "resource",
            Field::Diagnostics => "diagnostics",
            Field::Error => "error",
            Field::Target => "target",
            Field::With => "with",
            Field::Count => "count",
            Field::Kind => "kind",
            Field::As => "as",
        }
    }
}

/// The kind of entity that a name is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the statement of the same name binds each")]
pub enum Kind {
    Variable,
    Snapshot,
    Function,
    Wrapped,
    Error,
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
    Operation,
    Module,
    Thread,
    Thenable,
    Generator,
    AsyncGenerator,
    Iterator,
    Emitter,
    Signal,
    Channel,
    Port,
    Finalizer,
    Unhandled,
    Uncaught,
    Guard,
    Resource,
    Diagnostics,
}

impl Kind {
    /// Returns its name in messages, with an article.
    pub const fn phrase(self) -> &'static str {
        match self {
            Kind::Variable => "a variable",
            Kind::Snapshot => "a snapshot",
            Kind::Function => "a function",
            Kind::Wrapped => "a wrapped function",
            Kind::Error => "an error",
            Kind::Deferred => "a deferred",
            Kind::Task => "a task",
            Kind::Reaction => "a reaction",
            Kind::Request => "a request",
            Kind::Microtask => "a microtask",
            Kind::Timer => "a timer",
            Kind::Interval => "a repeating timer",
            Kind::Operation => "an operation",
            Kind::Module => "a module",
            Kind::Thread => "a thread",
            Kind::Thenable => "a thenable",
            Kind::Generator => "a generator",
            Kind::AsyncGenerator => "an async generator",
            Kind::Iterator => "an iterator",
            Kind::Emitter => "an emitter",
            Kind::Signal => "an abort signal",
            Kind::Channel => "a channel",
            Kind::Port => "a port",
            Kind::Finalizer => "a finalizer",
            Kind::Unhandled => "a listener for unhandled rejections",
            Kind::Uncaught => "a listener for uncaught exceptions",
            Kind::Guard => "a guard",
            Kind::Resource => "a resource",
            Kind::Diagnostics => "a diagnostics channel",
        }
    }
}

/// The kinds that are promises.
pub const PROMISES: &[Kind] = &[
    Kind::Deferred,
    Kind::Task,
    Kind::Reaction,
    Kind::Request,
    Kind::Microtask,
    Kind::Timer,
    Kind::Interval,
    Kind::Operation,
    Kind::Module,
    Kind::Thread,
];
/// The kinds with which a promise can be resolved.
pub const RESOLUTIONS: &[Kind] = &[
    Kind::Deferred,
    Kind::Task,
    Kind::Reaction,
    Kind::Request,
    Kind::Microtask,
    Kind::Timer,
    Kind::Interval,
    Kind::Operation,
    Kind::Module,
    Kind::Thread,
    Kind::Thenable,
];
/// The kinds that `resolve` and `reject` accept.
pub const SETTLED: &[Kind] = &[Kind::Deferred, Kind::Thenable];
/// The kinds that `call` accepts.
pub const CALLABLE: &[Kind] = &[Kind::Function, Kind::Wrapped];
/// Both kinds of generator, and iterators written by hand.
pub const GENERATORS: &[Kind] = &[Kind::Generator, Kind::AsyncGenerator, Kind::Iterator];
/// The kinds that a synchronous loop accepts.
pub const SYNC_ITERATORS: &[Kind] = &[Kind::Generator, Kind::Iterator];
/// The kinds that have listeners.
pub const DISPATCHERS: &[Kind] = &[Kind::Emitter, Kind::Signal];
/// The kinds with a state, which belong to one strand (rule R3).
pub const OWNED: &[Kind] = &[
    Kind::Generator,
    Kind::AsyncGenerator,
    Kind::Iterator,
    Kind::Emitter,
    Kind::Signal,
    Kind::Guard,
    Kind::Diagnostics,
];
/// The words that `await` accepts besides names.
pub const AWAIT_WORDS: &[&str] = &["value", "tick", "timer"];
/// The names that a program cannot bind.
pub const RESERVED: &[&str] = &["main", "tick", "value", "timer", "none"];

/// The greatest value of a [`Role::Count`].
pub const MOST: u32 = 9;

/// What `in-caught` observes if the thrown value has no snapshot.
pub const NO_SNAPSHOT: &str = "no-snapshot";

/// The role of an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It binds a new name of this kind.
    Binds(Kind),
    /// It uses a bound name of one of these kinds.
    Uses(&'static [Kind]),
    /// It uses a bound name of one of these kinds, or is one of [`AWAIT_WORDS`].
    Awaits(&'static [Kind]),
    /// A value: a word or an integer, compared as text.
    Value,
    /// The number of times that a body runs or of results: an integer from 1 to [`MOST`].
    Count,
    /// One of these kinds; the first if it is absent. The target needs the capability of the kind.
    OneOf(&'static [HostKind]),
    /// Free text: a label or the name of a variable.
    Text,
}

/// The syntax of an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A required argument.
    Required,
    /// An optional argument.
    Optional,
    /// An optional property `key=`.
    Property(&'static str),
}

/// One operand of a row.
#[derive(Clone, Copy, Debug)]
pub struct Operand {
    /// Its field in the JSON form.
    pub field: Field,
    /// Its syntax.
    pub form: Form,
    /// Its role.
    pub role: Role,
    /// The capability that a target needs if the operand is present.
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
    /// The kind of the surrounding body: `try`, `catch {}`, `finally {}`.
    Same,
}

/// The visibility of a body's names after the statement (rule R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exports {
    /// They are visible after the statement.
    Now,
    /// They are visible after an `await` of the statement's name in that block.
    OnAwait,
    /// They are never visible.
    Never,
}

/// The places where a statement is allowed (rule R6).
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
    /// In the catch body of a `try`, or in the callback of a promise's `catch`.
    Catch,
}

/// A capability: a feature that a target may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// The default and the name of a variable.
    Options,
    /// `enter` and `leave`.
    Guard,
    /// `hide`.
    Hide,
    /// `enter-with` and `disable`.
    Mutate,
    /// `exit`, `resource` and `in-resource`.
    Als,
    /// Garbage collection on demand: `drop`.
    Gc,
    /// Other agents: `thread`.
    Worker,
    /// `module`.
    Module,
    /// `unhandled`.
    Rejection,
    /// `uncaught`.
    Uncaught,
    /// `diagnostics`.
    Diagnostics,
    /// `immediate`.
    Immediate,
    /// `next-tick`.
    NextTick,
    /// `event-target`, `abort-signal`.
    EventTarget,
    /// A `channel` without a kind.
    Message,
    /// A `channel` of the kind `broadcast`.
    Broadcast,
    /// An `operation` on a file.
    Fs,
    /// A `channel` or an `operation` of the kind `http`.
    Http,
    /// A `channel` or an `operation` of the kind `net`.
    Net,
    /// A `channel` or an `operation` of the kind `process`.
    Process,
    /// A `channel` of the kind `stream`.
    Stream,
    /// A `channel` of the kind `web-stream`.
    WebStream,
}

impl Capability {
    /// All capabilities.
    pub const ALL: [Capability; 22] = [
        Capability::Options,
        Capability::Guard,
        Capability::Hide,
        Capability::Mutate,
        Capability::Als,
        Capability::Gc,
        Capability::Worker,
        Capability::Module,
        Capability::Rejection,
        Capability::Uncaught,
        Capability::Diagnostics,
        Capability::Immediate,
        Capability::NextTick,
        Capability::EventTarget,
        Capability::Message,
        Capability::Broadcast,
        Capability::Fs,
        Capability::Http,
        Capability::Net,
        Capability::Process,
        Capability::Stream,
        Capability::WebStream,
    ];

    /// Returns its name in the JSON form's `needs` and in reports.
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
            Capability::Uncaught => "uncaught",
            Capability::Diagnostics => "diagnostics",
            Capability::Immediate => "immediate",
            Capability::NextTick => "next-tick",
            Capability::EventTarget => "event-target",
            Capability::Message => "message",
            Capability::Broadcast => "broadcast",
            Capability::Fs => "fs",
            Capability::Http => "http",
            Capability::Net => "net",
            Capability::Process => "process",
            Capability::Stream => "stream",
            Capability::WebStream => "web-stream",
        }
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The statement.
    pub op: Op,
    /// Its keyword in the text and in the JSON form.
    pub word: &'static str,
    /// Its operands. Arguments are in order.
    pub operands: &'static [Operand],
    /// Its body, if it has one.
    pub body: Option<Body>,
    /// Whether the body is optional.
    pub body_optional: bool,
    /// Whether the body is a strand.
    pub strand: bool,
    /// Whether the body is a frame, with which guards end.
    pub frame: bool,
    /// Whether the statement is allowed in a pure body (rule R2).
    pub pure: bool,
    /// The visibility of the body's names after the statement.
    pub exports: Exports,
    /// The places where the statement is allowed.
    pub place: Place,
    /// The capability that a target needs.
    pub needs: Option<Capability>,
    /// A description for the schema and for error messages.
    pub doc: &'static str,
}

impl Row {
    /// Returns the syntax of the statement, for error messages.
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
    /// Returns the row of the statement.
    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// Returns the keyword of the statement.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// Returns the statement with this keyword, if there is one.
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
