//! The language as one table: a row per statement.
//!
//! Parser, checker, printer, JSON form and schema read their knowledge of a
//! statement from here, so that a new statement is a new row.

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
    pub const ALL: [Capability; 8] = [
        Capability::Options,
        Capability::Guard,
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

const fn row(op: Op, word: &'static str, operands: &'static [Operand], doc: &'static str) -> Row {
    Row {
        op,
        word,
        operands,
        body: None,
        body_optional: false,
        strand: false,
        frame: false,
        pure: false,
        exports: Exports::Never,
        place: Place::Anywhere,
        needs: None,
        doc,
    }
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

    const fn body(mut self, body: Body) -> Row {
        self.body = Some(body);
        self
    }
    const fn body_optional(mut self) -> Row {
        self.body_optional = true;
        self
    }
    /// The body is a strand, and so a frame.
    const fn strand(mut self) -> Row {
        self.strand = true;
        self.frame = true;
        self
    }
    const fn frame(mut self) -> Row {
        self.frame = true;
        self
    }
    const fn pure(mut self) -> Row {
        self.pure = true;
        self
    }
    const fn exports(mut self, exports: Exports) -> Row {
        self.exports = exports;
        self
    }
    const fn place(mut self, place: Place) -> Row {
        self.place = place;
        self
    }
    const fn needs(mut self, capability: Capability) -> Row {
        self.needs = Some(capability);
        self
    }
}

const fn operand(field: Field, form: Form, role: Role) -> Operand {
    Operand { field, form, role, needs: None }
}
const fn binds(kind: Kind) -> Operand {
    operand(Field::Name, Form::Required, Role::Binds(kind))
}
const fn may_bind(kind: Kind) -> Operand {
    operand(Field::Name, Form::Optional, Role::Binds(kind))
}
const fn uses(field: Field, kinds: &'static [Kind]) -> Operand {
    operand(field, Form::Required, Role::Uses(kinds))
}
const fn value() -> Operand {
    operand(Field::Value, Form::Required, Role::Value)
}
const fn option(field: Field, key: &'static str, role: Role) -> Operand {
    Operand { field, form: Form::Property(key), role, needs: Some(Capability::Options) }
}
const VAR: Operand = uses(Field::Var, &[Kind::Variable]);
const GEN: Operand = uses(Field::Gen, GENERATORS);
const SYNC_GEN: Operand = uses(Field::Gen, &[Kind::Generator]);
const ASYNC_GEN: Operand = uses(Field::Gen, &[Kind::AsyncGenerator]);
const EMITTER: Operand = uses(Field::Emitter, &[Kind::Emitter]);
const GUARD: Operand = uses(Field::Guard, &[Kind::Guard]);
const SNAPSHOT: Operand = uses(Field::Snapshot, &[Kind::Snapshot]);
const PROMISE: Operand = uses(Field::Promise, PROMISES);
const AS: Operand = operand(Field::As, Form::Property("as"), Role::Text);

/// Every statement, in the order of the language reference.
pub const TABLE: &[Row] = &[
    // Variables and snapshots
    row(
        Op::Var,
        "var",
        &[
            binds(Kind::Variable),
            option(Field::Default, "default", Role::Value),
            option(Field::Label, "name", Role::Text),
        ],
        "a new variable",
    ),
    row(Op::Get, "get", &[VAR, AS], "observe a variable's value").pure(),
    row(Op::Name, "name", &[VAR, AS], "observe a variable's name").pure(),
    row(Op::Log, "log", &[value(), AS], "observe a constant").pure(),
    row(Op::Run, "run", &[VAR, value()], "bind a variable around a synchronous body")
        .body(Body::Sync)
        .frame()
        .pure()
        .exports(Exports::Now),
    row(Op::RunAsync, "run-async", &[VAR, value()], "bind a variable around an async callback, awaited at once")
        .body(Body::Async)
        .frame()
        .exports(Exports::Now)
        .place(Place::Async),
    row(Op::Snapshot, "snapshot", &[binds(Kind::Snapshot)], "capture the current mapping"),
    row(Op::In, "in", &[SNAPSHOT], "run a synchronous body in a snapshot")
        .body(Body::Sync)
        .frame()
        .pure()
        .exports(Exports::Now),
    row(Op::InAsync, "in-async", &[SNAPSHOT], "run an async callback in a snapshot, awaited at once")
        .body(Body::Async)
        .frame()
        .exports(Exports::Now)
        .place(Place::Async),
    row(Op::Fn, "fn", &[binds(Kind::Function)], "a plain function").body(Body::Pure),
    row(
        Op::Wrap,
        "wrap",
        &[binds(Kind::Wrapped), uses(Field::Fn, CALLABLE)],
        "wrap a function with the current mapping",
    ),
    row(Op::Call, "call", &[uses(Field::Fn, CALLABLE)], "call a function, plain or wrapped").pure(),
    // Control
    row(Op::Throw, "throw", &[value()], "throw a value").pure(),
    row(Op::Try, "try", &[], "try, with `catch {}` and `finally {}` after it").body(Body::Same).pure(),
    row(Op::Caught, "caught", &[AS], "observe the value that this catch body caught").pure().place(Place::Catch),
    row(Op::Task, "task", &[binds(Kind::Task)], "call an async function")
        .body(Body::Async)
        .strand()
        .exports(Exports::OnAwait),
    row(
        Op::Await,
        "await",
        &[operand(Field::Target, Form::Required, Role::Awaits(RESOLUTIONS))],
        "await a promise, a thenable, or one of `value`, `tick`, `timer`",
    )
    .place(Place::Async),
    row(
        Op::Return,
        "return",
        &[uses(Field::Target, RESOLUTIONS)],
        "resolve the body's promise with a promise or thenable",
    )
    .place(Place::Last),
    // Promises
    row(Op::Deferred, "deferred", &[binds(Kind::Deferred)], "a promise that is settled from outside"),
    row(
        Op::Resolve,
        "resolve",
        &[uses(Field::Target, SETTLED), operand(Field::With, Form::Property("with"), Role::Uses(RESOLUTIONS))],
        "resolve a deferred, or call a thenable's first function",
    ),
    row(
        Op::Reject,
        "reject",
        &[uses(Field::Target, SETTLED), value()],
        "reject a deferred, or call a thenable's second function",
    ),
    row(Op::Then, "then", &[PROMISE, binds(Kind::Reaction)], "register a callback for fulfilment")
        .body(Body::Sync)
        .body_optional()
        .strand()
        .exports(Exports::OnAwait),
    row(Op::Catch, "catch", &[PROMISE, binds(Kind::Reaction)], "register a callback for rejection")
        .body(Body::Sync)
        .strand(),
    row(Op::Finally, "finally", &[PROMISE, binds(Kind::Reaction)], "register a callback for either settlement")
        .body(Body::Sync)
        .strand()
        .exports(Exports::OnAwait),
    row(Op::Thenable, "thenable", &[binds(Kind::Thenable)], "an object with a `then` of its own")
        .body(Body::Sync)
        .strand(),
    row(Op::Microtask, "microtask", &[binds(Kind::Microtask)], "queue a callback as a microtask")
        .body(Body::Sync)
        .strand()
        .exports(Exports::OnAwait),
    row(Op::Timer, "timer", &[binds(Kind::Timer)], "queue a callback as a timer")
        .body(Body::Sync)
        .strand()
        .exports(Exports::OnAwait),
    // Generators
    row(Op::Generator, "generator", &[binds(Kind::Generator)], "define a generator and create it here")
        .body(Body::Generator)
        .strand(),
    row(
        Op::AsyncGenerator,
        "async-generator",
        &[binds(Kind::AsyncGenerator)],
        "define an async generator and create it here",
    )
    .body(Body::AsyncGenerator)
    .strand(),
    row(Op::Next, "next", &[GEN, may_bind(Kind::Request)], "call a generator's next()"),
    row(Op::Close, "close", &[GEN, may_bind(Kind::Request)], "call a generator's return()"),
    row(Op::ThrowIn, "throw-in", &[GEN, value(), may_bind(Kind::Request)], "call a generator's throw()"),
    row(Op::Yield, "yield", &[], "yield to the consumer").place(Place::Generator),
    row(Op::YieldFrom, "yield-from", &[GEN], "delegate to another generator").place(Place::Generator),
    row(Op::ForOf, "for-of", &[SYNC_GEN], "consume a generator").body(Body::Pure),
    row(Op::ForAwait, "for-await", &[ASYNC_GEN], "consume an async generator").body(Body::Pure).place(Place::Async),
    row(Op::Break, "break", &[], "leave the loop, which closes the generator").place(Place::Loop),
    // Host
    row(Op::Emitter, "emitter", &[binds(Kind::Emitter)], "an object that dispatches events synchronously"),
    row(Op::On, "on", &[EMITTER], "add a listener").body(Body::Pure),
    row(Op::Emit, "emit", &[EMITTER], "dispatch an event"),
    row(Op::Finalizer, "finalizer", &[binds(Kind::Finalizer)], "a registry with one target and its cleanup callback")
        .body(Body::Pure)
        .strand(),
    row(
        Op::Drop,
        "drop",
        &[uses(Field::Finalizer, &[Kind::Finalizer])],
        "give up the target and wait for the cleanup callback",
    )
    .place(Place::Async)
    .needs(Capability::Gc),
    row(Op::Unhandled, "unhandled", &[binds(Kind::Unhandled)], "a listener for unhandled rejections")
        .body(Body::Pure)
        .strand()
        .needs(Capability::Rejection),
    row(Op::Module, "module", &[binds(Kind::Module)], "evaluate a module and wait for it")
        .body(Body::Async)
        .strand()
        .exports(Exports::OnAwait)
        .place(Place::Async)
        .needs(Capability::Module),
    row(Op::Thread, "thread", &[binds(Kind::Thread)], "a new agent: a worker or a bare thread")
        .body(Body::Pure)
        .strand()
        .needs(Capability::Worker),
    // Extensions
    row(Op::Enter, "enter", &[binds(Kind::Guard), VAR, value()], "bind a variable for the rest of the frame")
        .needs(Capability::Guard),
    row(Op::Leave, "leave", &[GUARD], "end the binding of a guard"),
    row(Op::Exit, "exit", &[VAR], "run a body with a variable unbound")
        .body(Body::Sync)
        .frame()
        .pure()
        .exports(Exports::Now)
        .needs(Capability::Als),
    row(Op::EnterWith, "enter-with", &[VAR, value()], "rebind a variable for the rest of the frame")
        .pure()
        .needs(Capability::Mutate),
    row(Op::Disable, "disable", &[VAR], "unbind a variable for the rest of the frame").pure().needs(Capability::Mutate),
    row(Op::Resource, "resource", &[binds(Kind::Resource)], "an AsyncResource").needs(Capability::Als),
    row(
        Op::InResource,
        "in-resource",
        &[uses(Field::Resource, &[Kind::Resource])],
        "run a body in an AsyncResource's scope",
    )
    .body(Body::Sync)
    .frame()
    .exports(Exports::Now),
];

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
