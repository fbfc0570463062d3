//! The rows of the table, and the functions that build them.

use super::{
    Body, CALLABLE, CHANNELS, Capability, DISPATCHERS, Exports, Field, Form, GENERATORS, Kind, OPERATIONS, Op, Operand,
    PROMISES, Place, RESOLUTIONS, Role, Row, SETTLED, SYNC_ITERATORS,
};

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
    const fn body(mut self, body: Body) -> Row {
        self.body = Some(body);
        self
    }
    const fn body_optional(mut self) -> Row {
        self.body_optional = true;
        self
    }
    /// Marks the body as a strand, and therefore as a frame.
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
const SYNC_GEN: Operand = uses(Field::Gen, SYNC_ITERATORS);
const ASYNC_GEN: Operand = uses(Field::Gen, &[Kind::AsyncGenerator]);
const EMITTER: Operand = uses(Field::Emitter, &[Kind::Emitter]);
const DISPATCHER: Operand = uses(Field::Emitter, DISPATCHERS);
const SIGNAL: Operand = uses(Field::Emitter, &[Kind::Signal]);
const GUARD: Operand = uses(Field::Guard, &[Kind::Guard]);
const SNAPSHOT: Operand = uses(Field::Snapshot, &[Kind::Snapshot]);
const PROMISE: Operand = uses(Field::Promise, PROMISES);
const DIAGNOSTICS: Operand = uses(Field::Diagnostics, &[Kind::Diagnostics]);
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
    row(Op::Name, "name", &[VAR, AS], "observe a variable's name").pure().needs(Capability::Options),
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
    row(
        Op::Error,
        "error",
        &[binds(Kind::Error), value()],
        "make an error object, which `caught` observes as the value",
    ),
    row(Op::Raise, "raise", &[uses(Field::Error, &[Kind::Error])], "throw an error object").pure(),
    row(
        Op::InCaught,
        "in-caught",
        &[],
        "run a body in the snapshot of the error that this catch body caught, or observe that it has none",
    )
    .body(Body::Sync)
    .frame()
    .pure()
    .place(Place::Catch),
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
    row(Op::Then, "then", &[PROMISE, binds(Kind::Reaction)], "register a callback for fulfillment")
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
    row(Op::Thenable, "thenable", &[binds(Kind::Thenable)], "an object with its own `then` method")
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
    row(
        Op::Interval,
        "interval",
        &[binds(Kind::Interval), operand(Field::Count, Form::Required, Role::Count)],
        "queue a callback as a timer that fires the given number of times",
    )
    .body(Body::Pure)
    .strand(),
    row(Op::Immediate, "immediate", &[binds(Kind::Timer)], "queue a callback by setImmediate")
        .body(Body::Sync)
        .strand()
        .exports(Exports::OnAwait)
        .needs(Capability::Immediate),
    row(Op::NextTick, "next-tick", &[binds(Kind::Microtask)], "queue a callback by process.nextTick")
        .body(Body::Sync)
        .strand()
        .exports(Exports::OnAwait)
        .needs(Capability::NextTick),
    row(
        Op::Operation,
        "operation",
        &[binds(Kind::Operation), operand(Field::Kind, Form::Required, Role::OneOf(OPERATIONS))],
        "start an operation of the host, which calls back when it is done",
    )
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
    row(
        Op::Iterator,
        "iterator",
        &[binds(Kind::Iterator), operand(Field::Count, Form::Required, Role::Count)],
        "an iterator written by hand, with the given number of results; each call of a method runs the body",
    )
    .body(Body::Pure)
    .strand(),
    row(Op::Next, "next", &[GEN, may_bind(Kind::Request)], "call next() of a generator or iterator"),
    row(Op::Close, "close", &[GEN, may_bind(Kind::Request)], "call return() of a generator or iterator"),
    row(Op::ThrowIn, "throw-in", &[GEN, value(), may_bind(Kind::Request)], "call throw() of a generator or iterator"),
    row(Op::Yield, "yield", &[], "yield to the consumer").place(Place::Generator),
    row(Op::YieldFrom, "yield-from", &[GEN], "delegate to another generator or iterator").place(Place::Generator),
    row(Op::ForOf, "for-of", &[SYNC_GEN], "consume a generator or iterator").body(Body::Pure),
    row(Op::ForAwait, "for-await", &[ASYNC_GEN], "consume an async generator").body(Body::Pure).place(Place::Async),
    row(Op::Break, "break", &[], "leave the loop, which closes the generator").place(Place::Loop),
    // Host
    row(Op::Emitter, "emitter", &[binds(Kind::Emitter)], "an object that dispatches events synchronously"),
    row(
        Op::EventTarget,
        "event-target",
        &[binds(Kind::Emitter)],
        "an EventTarget, which reports what a listener throws",
    )
    .needs(Capability::EventTarget),
    row(Op::On, "on", &[DISPATCHER], "add a listener").body(Body::Pure),
    row(Op::Emit, "emit", &[EMITTER], "dispatch an event").pure(),
    row(Op::AbortSignal, "abort-signal", &[binds(Kind::Signal)], "an AbortController, and its signal")
        .needs(Capability::EventTarget),
    row(Op::Abort, "abort", &[SIGNAL], "abort a signal, which calls its listeners").needs(Capability::EventTarget),
    row(
        Op::Channel,
        "channel",
        &[binds(Kind::Channel), operand(Field::Kind, Form::Property("kind"), Role::OneOf(CHANNELS))],
        "a MessageChannel, or another object of the host that receives messages",
    ),
    row(
        Op::Listen,
        "listen",
        &[uses(Field::Channel, &[Kind::Channel]), binds(Kind::Port)],
        "listen for the messages of a channel",
    )
    .body(Body::Pure)
    .strand(),
    row(Op::Post, "post", &[uses(Field::Port, &[Kind::Port])], "post a message to a port that listens"),
    row(Op::Finalizer, "finalizer", &[binds(Kind::Finalizer)], "a registry with one target and a cleanup callback")
        .body(Body::Pure)
        .strand(),
    row(
        Op::Drop,
        "drop",
        &[uses(Field::Finalizer, &[Kind::Finalizer])],
        "drop the target and wait for the cleanup callback",
    )
    .place(Place::Async)
    .needs(Capability::Gc),
    row(Op::Unhandled, "unhandled", &[binds(Kind::Unhandled)], "a listener for unhandled rejections")
        .body(Body::Pure)
        .strand()
        .needs(Capability::Rejection),
    row(Op::Uncaught, "uncaught", &[binds(Kind::Uncaught)], "a listener for uncaught exceptions")
        .body(Body::Pure)
        .strand()
        .needs(Capability::Uncaught),
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
    row(Op::Hide, "hide", &[VAR], "run a body with no binding of a variable, so that it reads as its default")
        .body(Body::Sync)
        .frame()
        .pure()
        .exports(Exports::Now)
        .needs(Capability::Hide),
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
    row(Op::Diagnostics, "diagnostics", &[binds(Kind::Diagnostics)], "a channel of node:diagnostics_channel")
        .needs(Capability::Diagnostics),
    row(Op::BindStore, "bind-store", &[DIAGNOSTICS, VAR], "bind a variable to the values of a diagnostics channel"),
    row(
        Op::RunStores,
        "run-stores",
        &[DIAGNOSTICS, value()],
        "run a body with a value as that of each variable that a diagnostics channel has",
    )
    .body(Body::Sync)
    .frame()
    .exports(Exports::Now),
];
