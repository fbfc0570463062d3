//! Programs as data: generation from a seed, shrinking and printing.

pub(crate) mod generate;
pub(crate) mod print;
pub(crate) mod shrink;

use std::sync::Arc;

use crate::model::Key;

/// A sequence of steps.
pub(crate) type Body = Arc<[Step]>;

/// A number that selects an item, modulo the number of items when the step runs.
pub(crate) type Pick = u16;

/// A whole program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Program {
    pub(crate) seed: u64,
    /// The number of variables that it binds and reads.
    pub(crate) variables: usize,
    pub(crate) body: Body,
}

/// The behavior of a value when it is dropped.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mood {
    Quiet,
    Panics,
    /// Reads all variables, then runs steps.
    Does(Body),
}

/// The source of the mapping of a scoped future, iterator or stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum By {
    /// `in_current_snapshot`.
    Current,
    /// `Variable::scope`.
    Value(Key, Mood),
    /// `Variable::hidden` and `scope`.
    Hidden(Key),
    /// `with_snapshot` or `Snapshot::scope`.
    Snapshot(Pick),
}

/// The way in which a scoped item is polled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Drive {
    Poll,
    Next,
    PollNext,
}

/// The trait through which a wrapped closure is called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Call {
    Fn,
    FnMut,
    FnOnce,
}

/// The function that runs steps on another thread while this one waits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Hop {
    /// `std::thread`, which starts empty.
    Bare,
    /// `asynccontext::thread::scope`, which inherits all variables.
    Scope,
    /// `asynccontext::thread::spawn`, which does not inherit uninherited variables.
    Spawn,
}

/// The function that starts concurrent steps, while the strand that starts them waits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fork {
    /// `asynccontext::thread::scope`.
    Threads,
    /// `asynccontext::thread::spawn`.
    DetachedThreads,
    /// tokio's `spawn`; some tasks are aborted.
    Tasks,
    /// tokio's `JoinSet`, which aborts all tasks when the first has ended.
    JoinSet,
    /// tokio's `spawn_blocking`.
    Blocking,
    /// rayon's `join`.
    Join,
    /// rayon's `scope`.
    Jobs,
    /// rayon's `spawn`.
    DetachedJobs,
    /// A parallel iterator.
    Parallel,
}

/// The call of the companion that panics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Trap {
    Capture,
    Enter,
    Leave,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Run {
        key: Key,
        value: Mood,
        body: Body,
    },
    /// Nested bindings of consecutive variables.
    Nest {
        from: Key,
        values: Arc<[Mood]>,
        body: Body,
    },
    Enter {
        key: Key,
        value: Mood,
    },
    EnterTask {
        key: Key,
        value: Mood,
    },
    Leave(Pick),
    LeaveTask(Pick),
    Keep(Pick),
    Forget(Pick),
    ForgetTask(Pick),
    Capture,
    Inherit,
    Empty,
    Clone(Pick),
    Release(Pick),
    RunIn {
        pick: Pick,
        body: Body,
    },
    Swap(Pick),
    /// A snapshot with an additional value.
    With {
        pick: Pick,
        key: Key,
        value: Mood,
    },
    /// A snapshot without a variable's value.
    Without {
        pick: Pick,
        key: Key,
    },
    Hide {
        key: Key,
        body: Body,
    },
    EnterHidden {
        key: Key,
    },
    /// Steps inside `with`, after which the value is read again.
    Read {
        key: Key,
        body: Body,
    },
    Wrap {
        how: Call,
        body: Body,
    },
    Call(Pick),
    DropWrapped(Pick),
    Scope {
        by: By,
        turns: Arc<[Body]>,
        last: Body,
    },
    Drive {
        how: Drive,
        pick: Pick,
    },
    DropScoped(Pick),
    IntoInner(Pick),
    Send {
        body: Body,
    },
    Handle(Pick),
    DropMessage(Pick),
    Exit {
        key: Key,
        body: Body,
    },
    EnterWith {
        key: Key,
        value: Mood,
    },
    Disable {
        key: Key,
    },
    Catch(Body),
    Throw,
    /// A change of the level of foreign context.
    Level(u32),
    /// Makes the next such call of the companion panic.
    Trap(Trap),
    Hop {
        how: Hop,
        body: Body,
    },
    Fork {
        how: Fork,
        bodies: Arc<[Body]>,
    },
}
