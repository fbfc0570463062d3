//! The state of one run: the agent, its objects, its execution contexts, and the names of the program.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::als::Instances;
use super::async_generator::AsyncGenerator;
use super::channel::{Channel, Port, Socket};
use super::fault::{Fault, FaultKind};
use super::frame::{Frame, Guard};
use super::generator::Generator;
use super::guards::Guards;
use super::host::{Emitter, Finalizer, Listener, Rejections};
use super::iterator::{Written, WrittenId};
use super::job::Jobs;
use super::mapping::{AgentRecord, Snapshot, Variable};
use super::promise::{Promise, ResolvingFunctions};
use super::quirk::Quirks;
use super::schedule::Schedule;
use super::value::{Completion, ErrorObject, PromiseId, ThenableId, Value};
use crate::program::ast::{Span, Stmt, Word};
use crate::program::outcome::Outcome;
use crate::program::table::Field;

/// The identity of an execution context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ContextId(usize);

/// The identity of a generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GeneratorId(pub(super) usize);

/// The identity of an async generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AsyncGeneratorId(pub(super) usize);

/// The code of an execution context. A pending poll is a suspension.
pub(super) type Code<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// An execution context that can be suspended and resumed.
struct ExecutionContext<'p> {
    strand: Word,
    /// Its code evaluation state; none while it runs and after it has ended.
    code: Option<Code<'p>>,
    /// The completion with which it is resumed.
    resumption: Option<Completion>,
    /// The `await` at which it is suspended.
    waits: Option<&'p Stmt>,
}

/// A strand that is suspended at an `await`.
pub(super) struct Wait<'p> {
    pub(super) strand: Word,
    pub(super) stmt: &'p Stmt,
}

impl Wait<'_> {
    /// Whether the strand awaits the strand of this name.
    pub(super) fn awaits(&self, name: &Word) -> bool {
        [Field::Target, Field::Gen, Field::Name].iter().any(|field| self.stmt.get(*field) == Some(name))
    }
}

/// The text of a function, and its captured state.
#[derive(Clone)]
pub(super) struct Closure<'p> {
    pub(super) body: &'p [Stmt],
    /// The value of `caught` at the place of the text.
    pub(super) caught: Option<Value>,
}

/// A function object.
pub(super) enum Function<'p> {
    /// A plain function. Its body runs in its caller's strand and frame.
    Plain(Closure<'p>),
    /// A function that `Snapshot.wrap` made.
    Wrapped(Rc<Function<'p>>, Rc<Snapshot>),
}

/// A thenable: an object with its own `then` method.
pub(super) struct Thenable<'p> {
    pub(super) stmt: &'p Stmt,
    pub(super) then: Closure<'p>,
    /// The resolving functions with which `then` was called.
    pub(super) functions: Option<ResolvingFunctions>,
}

/// The entity that a name of the program is bound to.
#[derive(Clone)]
pub(super) enum Entity<'p> {
    Variable(Rc<Variable>),
    /// A snapshot, or an AsyncResource, which behaves like one.
    Snapshot(Rc<Snapshot>),
    Function(Rc<Function<'p>>),
    Error(Rc<ErrorObject>),
    Promise(PromiseId),
    /// A promise with its resolving functions.
    Deferred(PromiseId, ResolvingFunctions),
    Thenable(ThenableId),
    Generator(GeneratorId),
    AsyncGenerator(AsyncGeneratorId),
    Written(WrittenId),
    Emitter(Rc<Emitter<'p>>),
    Channel(Rc<Channel<'p>>),
    Port(Rc<Port<'p>>),
    Finalizer(Rc<Finalizer<'p>>),
    Guard(Guard),
    /// A diagnostics channel: the variables that are bound to it.
    Diagnostics(Rc<RefCell<Vec<Rc<Variable>>>>),
}

/// The generator whose body contains a statement.
#[derive(Clone, Copy, Debug)]
pub(super) enum Generating {
    Sync(GeneratorId),
    Async(AsyncGeneratorId),
}

/// The surroundings in which a statement is evaluated.
#[derive(Clone)]
pub(super) struct Scope {
    pub(super) strand: Word,
    pub(super) frame: Rc<Frame>,
    pub(super) caught: Option<Value>,
    pub(super) generating: Option<Generating>,
}

impl Scope {
    /// Returns the scope of a strand's body.
    pub(super) fn strand(strand: &Word, caught: &Option<Value>) -> Scope {
        Scope { strand: Word::clone(strand), frame: Rc::default(), caught: caught.clone(), generating: None }
    }

    /// Returns the scope of a callback that runs in this strand, in a frame of its own.
    pub(super) fn callback(&self) -> Scope {
        Scope { frame: Rc::default(), generating: None, ..self.clone() }
    }

    /// Returns the scope of a plain function that is called from here.
    pub(super) fn function(&self, caught: &Option<Value>) -> Scope {
        Scope { caught: caught.clone(), generating: None, ..self.clone() }
    }
}

/// The state of one run of a program. Promises and generators are not freed before its end, since runs are short.
pub(super) struct World<'p> {
    /// The surrounding agent's Agent Record.
    pub(super) agent: RefCell<AgentRecord>,
    pub(super) quirks: Quirks,
    pub(super) promises: RefCell<Vec<Promise<'p>>>,
    pub(super) thenables: RefCell<Vec<Thenable<'p>>>,
    pub(super) generators: RefCell<Vec<Generator>>,
    pub(super) async_generators: RefCell<Vec<AsyncGenerator>>,
    pub(super) written: RefCell<Vec<Rc<Written<'p>>>>,
    pub(super) jobs: RefCell<Jobs<'p>>,
    /// The listeners for unhandled rejections.
    pub(super) unhandled: RefCell<Vec<Rc<Listener<'p>>>>,
    /// The listeners for uncaught exceptions.
    pub(super) uncaught: RefCell<Vec<Rc<Listener<'p>>>>,
    pub(super) rejections: RefCell<Rejections>,
    /// Quirk: the state of AsyncLocalStorage instances.
    pub(super) instances: RefCell<Instances>,
    /// Quirk: the socket that the operations of the kind `net` share.
    pub(super) socket: RefCell<Option<Socket>>,
    /// Quirk: the guards that mappings list.
    pub(super) guards: RefCell<Guards>,
    contexts: RefCell<Vec<ExecutionContext<'p>>>,
    /// The execution context stack.
    stack: RefCell<Vec<ContextId>>,
    names: RefCell<HashMap<Word, Entity<'p>>>,
    outcome: RefCell<Outcome>,
    /// The strand of each observation so far.
    pub(super) order: RefCell<Vec<Word>>,
    fault: RefCell<Option<Fault>>,
    /// The innermost statement out of which the last exception was thrown.
    pub(super) thrown_from: RefCell<Span>,
    steps: Cell<usize>,
    depth: Cell<usize>,
    budget: Budget,
}

/// The limits of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// The number of statements that are evaluated.
    pub(super) steps: usize,
    /// The depth of nested blocks and calls.
    pub(super) depth: usize,
}

impl<'p> World<'p> {
    pub(super) fn new(schedule: Schedule, quirks: Quirks, budget: Budget) -> Rc<World<'p>> {
        Rc::new(World {
            agent: RefCell::default(),
            quirks,
            promises: RefCell::default(),
            thenables: RefCell::default(),
            generators: RefCell::default(),
            async_generators: RefCell::default(),
            written: RefCell::default(),
            jobs: RefCell::new(Jobs::new(schedule)),
            unhandled: RefCell::default(),
            uncaught: RefCell::default(),
            rejections: RefCell::default(),
            instances: RefCell::default(),
            socket: RefCell::default(),
            guards: RefCell::default(),
            contexts: RefCell::default(),
            stack: RefCell::default(),
            names: RefCell::default(),
            outcome: RefCell::default(),
            order: RefCell::default(),
            fault: RefCell::default(),
            thrown_from: RefCell::new(0..0),
            steps: Cell::new(0),
            depth: Cell::new(0),
            budget,
        })
    }

    /// Ends the run, and returns the observations of its strands or the reason why there is no outcome.
    pub(super) fn finish(&self) -> Result<Outcome, Fault> {
        // Suspended code and the world hold each other.
        drop(self.contexts.take());
        match self.fault.take() {
            Some(fault) => Err(fault),
            None => Ok(self.outcome.take()),
        }
    }

    /// Returns the strands that are suspended at an `await`, with the statement.
    pub(super) fn waiting(&self) -> Vec<Wait<'p>> {
        let contexts = self.contexts.borrow();
        let waiting = contexts.iter().filter(|context| context.code.is_some());
        waiting.filter_map(|context| Some(Wait { strand: context.strand.clone(), stmt: context.waits? })).collect()
    }

    // Execution contexts.

    /// Makes an execution context. Its code starts when the context is first resumed.
    pub(super) fn new_context(&self, strand: &Word, code: Code<'p>) -> ContextId {
        let mut contexts = self.contexts.borrow_mut();
        contexts.push(ExecutionContext {
            strand: Word::clone(strand),
            code: Some(code),
            resumption: None,
            waits: None,
        });
        ContextId(contexts.len() - 1)
    }

    /// Returns the running execution context.
    pub(super) fn running_context(&self) -> Option<ContextId> {
        self.stack.borrow().last().copied()
    }

    /// Pushes a suspended context on the stack and resumes it with a completion. Returns when the context is
    /// suspended again or has ended, and has been removed from the stack.
    pub(super) fn resume_context(&self, id: ContextId, completion: Completion) {
        let code = {
            let mut contexts = self.contexts.borrow_mut();
            let context = &mut contexts[id.0];
            context.resumption = Some(completion);
            context.waits = None;
            context.code.take()
        };
        let Some(mut code) = code else { return };
        self.stack.borrow_mut().push(id);
        let poll = code.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        self.stack.borrow_mut().pop();
        if poll.is_pending() {
            self.contexts.borrow_mut()[id.0].code = Some(code);
        }
    }

    /// Suspends the running context, and returns the completion with which it is resumed. `waits` is the statement
    /// that awaits.
    pub(super) async fn suspend(&self, waits: Option<&'p Stmt>) -> Completion {
        let running = self.running_context();
        if let Some(id) = running {
            let mut contexts = self.contexts.borrow_mut();
            contexts[id.0].waits = waits;
            contexts[id.0].resumption = None;
        }
        let mut suspended = false;
        poll_fn(|_| if std::mem::replace(&mut suspended, true) { Poll::Ready(()) } else { Poll::Pending }).await;
        let resumption = running.and_then(|id| self.contexts.borrow_mut()[id.0].resumption.take());
        resumption.unwrap_or(Ok(Value::Undefined))
    }

    // Names and observations.

    /// Binds a name.
    pub(super) fn bind(&self, name: &Word, entity: Entity<'p>) {
        self.names.borrow_mut().insert(Word::clone(name), entity);
    }

    /// Returns the entity that a name is bound to.
    pub(super) fn lookup(&self, name: &str) -> Option<Entity<'p>> {
        self.names.borrow().get(name).cloned()
    }

    /// Adds an observation to a strand.
    pub(super) fn observe(&self, scope: &Scope, value: Word, label: Option<&Word>) {
        self.outcome.borrow_mut().observe(&scope.strand, value, label);
        self.order.borrow_mut().push(scope.strand.clone());
    }

    // Faults.

    /// Ends the run without an outcome. The first fault is reported, and no further statement is evaluated.
    pub(super) fn fail(&self, kind: FaultKind, span: &Span, message: impl Into<String>) {
        self.fault.borrow_mut().get_or_insert_with(|| Fault { kind, span: span.clone(), message: message.into() });
    }

    /// Whether the run has ended without an outcome.
    pub(super) fn failed(&self) -> bool {
        self.fault.borrow().is_some()
    }

    /// Counts a statement before it is evaluated. Never returns after the run has ended without an outcome.
    pub(super) async fn step(&self, stmt: &Stmt, scope: &Scope) {
        self.frame_refresh(&scope.frame);
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > self.budget.steps {
            let steps = self.budget.steps;
            self.fail(
                FaultKind::Budget,
                &stmt.span,
                format!(
                    "the program evaluates more than {steps} statements; `{}` was about to evaluate this",
                    scope.strand
                ),
            );
        }
        if self.failed() {
            std::future::pending().await
        }
    }

    /// Enters a block or call. Returns whether the depth is within the limit.
    pub(super) fn descend(&self) -> bool {
        let depth = self.depth.get() + 1;
        let fits = depth <= self.budget.depth;
        if fits {
            self.depth.set(depth);
        }
        fits
    }

    /// Leaves a block or call.
    pub(super) fn ascend(&self) {
        self.depth.set(self.depth.get() - 1);
    }

    /// Notes that a statement threw an exception. The innermost statement is kept.
    pub(super) fn note_throw(&self, span: &Span) {
        let mut from = self.thrown_from.borrow_mut();
        if from.start < span.start || span.end < from.end {
            *from = span.clone();
        }
    }
}
