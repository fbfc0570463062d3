//! Programs as data: what a seed gives, what is made smaller, and what is shown.

pub(crate) mod generate;
pub(crate) mod print;
pub(crate) mod shrink;

use std::sync::Arc;

use crate::model::Key;

/// Steps that run one after the other.
pub(crate) type Body = Arc<[Step]>;

/// A number that picks something, modulo how many there are when the step runs.
pub(crate) type Pick = u16;

/// A whole program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Program {
    pub(crate) seed: u64,
    /// How many variables it binds and reads.
    pub(crate) variables: usize,
    pub(crate) body: Body,
}

/// What a value does when it is dropped.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mood {
    Quiet,
    Panics,
    /// Reads all variables, then takes steps.
    Does(Body),
}

/// How a scoped future, iterator or stream comes by its mapping.
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

/// How something scoped is driven.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Drive {
    Poll,
    Next,
    PollNext,
}

/// Which trait a wrapped closure is called by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Call {
    Fn,
    FnMut,
    FnOnce,
}

/// How steps get to another thread while this one waits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Hop {
    /// `std::thread`, which starts empty.
    Bare,
    /// `asynccontext::thread::scope`, which takes everything along.
    Scope,
    /// `asynccontext::thread::spawn`, which leaves uninherited variables behind.
    Spawn,
}

/// How steps start that run beside each other, while the strand that starts them waits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fork {
    /// `asynccontext::thread::scope`.
    Threads,
    /// `asynccontext::thread::spawn`.
    DetachedThreads,
    /// tokio's `spawn`; some tasks are aborted.
    Tasks,
    /// tokio's `JoinSet`, which ends all tasks after the first is done.
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

/// Which call of the companion panics.
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
    /// A value each for the variables from one on, bound inside each other.
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
    /// A snapshot with one value more.
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
    /// Steps inside `with`, then the value once more.
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
    /// Another level of foreign context.
    Level(u32),
    /// The next such call of the companion panics.
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
