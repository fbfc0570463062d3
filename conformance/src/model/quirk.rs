//! Quirks: switches that each replace one clause of the draft by the behavior of an implementation.
//!
//! The class of a deviation is the smallest set of quirks under which the model gives the outcome of the runtime.

use std::fmt;

use crate::program::profile::Profile;
use crate::program::reading::Reading;

/// One deviation from the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quirk {
    /// Generators neither capture nor restore a mapping: the body runs in the mapping of its resumer.
    Gen,
    /// Async generators neither capture nor restore a mapping. After an `await`, the body runs in the mapping at the
    /// `await`; for a queued request, in the mapping of the request that was being served when the body last suspended.
    Agen,
    /// As [`Quirk::Agen`], but a request that waits behind a `yield` runs in the empty mapping. Newer versions of V8 continue
    /// after the await of a `yield` in a job of a kind of its own, which keeps no mapping there. `yield*` does not await.
    AgenQueueEmpty,
    /// A `for await` or a `yield*` that asks an async generator for its next value continues in the mapping in which the
    /// request was settled. JavaScriptCore resumes such code without a promise, and Bun in the mapping of the settlement.
    ForAwaitSettle,
    /// A sync iterator that is used as an async one is closed after its `next` or `throw` has thrown. This does not concern
    /// contexts, but the iterator's `return` observes one.
    AsyncFromSyncClose,
    /// NewPromiseResolveThenableJob runs in the mapping where the promise was created.
    ThenableCreate,
    /// A rejection is reported in the mapping where the promise was created.
    RejectCreate,
    /// A rejection is reported in the empty mapping.
    RejectEmpty,
    /// An exception of a timer or an immediate is reported in the mapping in which the callback ran.
    UncaughtJob,
    /// An exception of a microtask is reported in the mapping in which the callback ran.
    UncaughtMicrotask,
    /// An exception of a tick, or of a listener of an EventTarget, is reported in the mapping in which the callback ran.
    UncaughtCall,
    /// Cleanup callbacks run in the empty mapping.
    FinalizerEmpty,
    /// A module's body runs in its importer's mapping.
    ModuleInherit,
    /// A message of a MessageChannel or a BroadcastChannel is delivered in the mapping in which its channel was created.
    MessageCreate,
    /// A message of a MessageChannel is delivered in the mapping in which the listener was added: adding it starts an async
    /// function that awaits and delivers one message after another. So what a listener binds without a body is in effect
    /// for the next message.
    MessageListen,
    /// A message of a MessageChannel is delivered in the mapping of the call that posted it.
    MessagePost,
    /// A message of a `broadcast` channel is delivered in the mapping of the call that posted it.
    BroadcastPost,
    /// A server handles a request in the mapping in which it was created.
    HttpCreate,
    /// A connection to a server, and a message of a child process, arrives in the mapping in which the server or the
    /// process was created.
    NetCreate,
    /// A write to a socket that is not connected yet is completed in the mapping in which the socket was created.
    NetConnect,
    /// A chunk that waits behind another is processed in the mapping in which that one was processed.
    StreamQueue,
    /// A chunk that is written before a WritableStream has started is processed in the mapping in which the stream was
    /// created.
    StreamStart,
    /// A chunk that waits behind another in a WritableStream is processed in the empty mapping.
    StreamEmpty,
    /// `yield*` restores the generator's mapping once, after its loop. See [`Reading::YieldStar2025`].
    YieldStar,
    /// A listener of an EventTarget runs in the mapping in which it was added. See [`Reading::EventsRegistration`].
    EventListen,
    /// The constructor of an error stores a snapshot in it. See [`Reading::ErrorSnapshot`].
    ErrorSnapshot,
    /// Bindings without a body outlive their frame: `run` restores its own variable only, the prefix of an async
    /// function binds for its caller, and leaving a guard rebinds the value that was bound when it was entered.
    AlsEnterLeak,
    /// As [`Quirk::AlsEnterLeak`], but `run` restores all variables, and leaving a guard removes its own binding from the
    /// mapping, which lists it.
    AlsEnterPrefix,
    /// A binding without a body that an async generator makes after an `await` is lost after its next `yield`.
    AlsEnterAgen,
    /// A binding without a body that a module makes before its first `await` remains in effect where no mapping is entered:
    /// for the next module, and for the next message if no other job of the event loop precedes it.
    AlsModuleLeak,
    /// A `run` with the value that is bound already neither binds nor restores. Observable with
    /// [`Quirk::AlsEnterLeak`] only.
    AlsRunSame,
    /// `exit` disables the whole instance until it ends or until the next `run`.
    AlsExit,
    /// `disable` disables the whole instance until the next `run`.
    AlsDisableOff,
    /// `disable` deletes the binding from the mapping object, which snapshots share.
    AlsDisableInPlace,
    /// After a `run`, and in work that starts after it, an unbound variable is `undefined` instead of its default.
    AlsDefaultLost,
    /// A snapshot, wrapped function, resource or interval is mutable: bindings that are made while it runs are stored
    /// in it, and are visible to nested and later entries.
    AlsResourceKeeps,
    /// While every instance is disabled, promises are not tracked: jobs that are queued or run meanwhile share one
    /// mapping, which outlives every job.
    AlsUntracked,
    /// An instance is disabled until it is first used. Observable with [`Quirk::AlsUntracked`] only.
    AlsLate,
    /// A variable that is bound to `undefined` reads as its default.
    AlsUndefinedDefault,
    /// A capture keeps the bindings of disabled instances, which are visible again when the instance is enabled.
    /// Observable with [`Quirk::AlsExit`] or [`Quirk::AlsDisableOff`] only.
    AlsOffCaptures,
}

impl Quirk {
    /// All quirks.
    pub const ALL: [Quirk; 40] = [
        Quirk::Gen,
        Quirk::Agen,
        Quirk::AgenQueueEmpty,
        Quirk::ForAwaitSettle,
        Quirk::AsyncFromSyncClose,
        Quirk::ThenableCreate,
        Quirk::RejectCreate,
        Quirk::RejectEmpty,
        Quirk::UncaughtJob,
        Quirk::UncaughtMicrotask,
        Quirk::UncaughtCall,
        Quirk::FinalizerEmpty,
        Quirk::ModuleInherit,
        Quirk::MessageCreate,
        Quirk::MessageListen,
        Quirk::MessagePost,
        Quirk::BroadcastPost,
        Quirk::HttpCreate,
        Quirk::NetCreate,
        Quirk::NetConnect,
        Quirk::StreamQueue,
        Quirk::StreamStart,
        Quirk::StreamEmpty,
        Quirk::YieldStar,
        Quirk::EventListen,
        Quirk::ErrorSnapshot,
        Quirk::AlsEnterLeak,
        Quirk::AlsEnterPrefix,
        Quirk::AlsEnterAgen,
        Quirk::AlsModuleLeak,
        Quirk::AlsRunSame,
        Quirk::AlsExit,
        Quirk::AlsDisableOff,
        Quirk::AlsDisableInPlace,
        Quirk::AlsDefaultLost,
        Quirk::AlsResourceKeeps,
        Quirk::AlsUntracked,
        Quirk::AlsLate,
        Quirk::AlsUndefinedDefault,
        Quirk::AlsOffCaptures,
    ];

    /// Returns the name in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Quirk::Gen => "gen",
            Quirk::Agen => "agen",
            Quirk::AgenQueueEmpty => "agen-queue-empty",
            Quirk::ForAwaitSettle => "for-await-settle",
            Quirk::AsyncFromSyncClose => "async-from-sync-close",
            Quirk::ThenableCreate => "thenable-create",
            Quirk::RejectCreate => "reject-create",
            Quirk::RejectEmpty => "reject-empty",
            Quirk::UncaughtJob => "uncaught-job",
            Quirk::UncaughtMicrotask => "uncaught-microtask",
            Quirk::UncaughtCall => "uncaught-call",
            Quirk::FinalizerEmpty => "finalizer-empty",
            Quirk::ModuleInherit => "module-inherit",
            Quirk::MessageCreate => "message-create",
            Quirk::MessageListen => "message-listen",
            Quirk::MessagePost => "message-post",
            Quirk::BroadcastPost => "broadcast-post",
            Quirk::HttpCreate => "http-create",
            Quirk::NetCreate => "net-create",
            Quirk::NetConnect => "net-connect",
            Quirk::StreamQueue => "stream-queue",
            Quirk::StreamStart => "stream-start",
            Quirk::StreamEmpty => "stream-empty",
            Quirk::YieldStar => "yield-star",
            Quirk::EventListen => "event-listen",
            Quirk::ErrorSnapshot => "error-snapshot",
            Quirk::AlsEnterLeak => "als-enter-leak",
            Quirk::AlsEnterPrefix => "als-enter-prefix",
            Quirk::AlsEnterAgen => "als-enter-agen",
            Quirk::AlsModuleLeak => "als-module-leak",
            Quirk::AlsRunSame => "als-run-same",
            Quirk::AlsExit => "als-exit",
            Quirk::AlsDisableOff => "als-disable-off",
            Quirk::AlsDisableInPlace => "als-disable-in-place",
            Quirk::AlsDefaultLost => "als-default-lost",
            Quirk::AlsResourceKeeps => "als-resource-keeps",
            Quirk::AlsUntracked => "als-untracked",
            Quirk::AlsLate => "als-late",
            Quirk::AlsUndefinedDefault => "als-undefined-default",
            Quirk::AlsOffCaptures => "als-off-captures",
        }
    }

    /// Returns the behavior in one short sentence, for reports.
    pub const fn sentence(self) -> &'static str {
        match self {
            Quirk::Gen => "a generator's body runs in its resumer's context",
            Quirk::Agen => "an async generator's body runs in its resumer's context",
            Quirk::AgenQueueEmpty => "a queued async generator request runs without context",
            Quirk::ForAwaitSettle => "a for await goes on where its request was settled",
            Quirk::AsyncFromSyncClose => "a sync iterator that throws is closed by async code",
            Quirk::ThenableCreate => "a thenable job runs where its promise was created",
            Quirk::RejectCreate => "a rejection is reported where its promise was created",
            Quirk::RejectEmpty => "a rejection is reported without context",
            Quirk::UncaughtJob => "a timer's exception is reported in the timer's context",
            Quirk::UncaughtMicrotask => "a microtask's exception is reported in its own context",
            Quirk::UncaughtCall => "a tick's exception is reported in the tick's context",
            Quirk::FinalizerEmpty => "a cleanup callback runs without context",
            Quirk::ModuleInherit => "a module's body runs in its importer's context",
            Quirk::MessageCreate => "a message is delivered where its channel was created",
            Quirk::MessageListen => "a message is delivered where the listener was added",
            Quirk::MessagePost => "a message is delivered where it was posted",
            Quirk::BroadcastPost => "a broadcast message is delivered where it was posted",
            Quirk::HttpCreate => "a server handles a request where it was created",
            Quirk::NetCreate => "a connection arrives where its server was created",
            Quirk::NetConnect => "an early write completes where its socket was made",
            Quirk::StreamQueue => "a chunk that waits runs in the last one's context",
            Quirk::StreamStart => "an early chunk is processed where its stream was made",
            Quirk::StreamEmpty => "a chunk that waits is processed without context",
            Quirk::YieldStar => "yield* calls an inner iterator in its caller's context",
            Quirk::EventListen => "a listener of an EventTarget runs where it was added",
            Quirk::ErrorSnapshot => "an error keeps the context in which it was made",
            Quirk::AlsEnterLeak => "enterWith and guards outlive their function",
            Quirk::AlsEnterPrefix => "enterWith in an async function binds for its caller",
            Quirk::AlsEnterAgen => "enterWith in an async generator ends at the next yield",
            Quirk::AlsModuleLeak => "enterWith at the top of a module outlives the module",
            Quirk::AlsRunSame => "run with the value that is bound restores nothing",
            Quirk::AlsExit => "exit turns the whole instance off",
            Quirk::AlsDisableOff => "disable turns the whole instance off",
            Quirk::AlsDisableInPlace => "disable changes snapshots that exist",
            Quirk::AlsDefaultLost => "after a run, an unbound store is undefined, no default",
            Quirk::AlsResourceKeeps => "a snapshot keeps bindings that are made inside it",
            Quirk::AlsUntracked => "promises are not tracked while all instances are off",
            Quirk::AlsLate => "an instance is off until it is first used",
            Quirk::AlsUndefinedDefault => "a store that is bound to undefined reads its default",
            Quirk::AlsOffCaptures => "work started while an instance is off keeps its store",
        }
    }

    /// Whether the quirk concerns AsyncLocalStorage only.
    pub const fn is_als(self) -> bool {
        self as u32 >= Quirk::AlsEnterLeak as u32
    }

    /// Returns the quirk of this name, if there is one.
    pub fn of(word: &str) -> Option<Quirk> {
        Quirk::ALL.into_iter().find(|quirk| quirk.word() == word)
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A set of quirks. The empty set is the draft.
///
/// # Examples
///
/// ```
/// use conformance::model::{Quirk, Quirks};
/// let quirks = Quirks::from([Quirk::Gen, Quirk::Agen]);
/// assert!(quirks.has(Quirk::Gen) && !quirks.has(Quirk::RejectEmpty));
/// assert_eq!(quirks.to_string(), "gen agen");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quirks(u64);

impl Quirks {
    /// The draft without deviations.
    pub const NONE: Quirks = Quirks(0);

    /// Whether the set contains a quirk.
    pub fn has(self, quirk: Quirk) -> bool {
        self.0 & (1 << quirk as u64) != 0
    }

    /// Returns the quirks that all versions of a family have. They explain every known deviation that a case lists for
    /// the family.
    ///
    /// # Examples
    ///
    /// ```
    /// use conformance::model::{Quirk, Quirks};
    /// use conformance::program::profile::Profile;
    /// assert!(Quirks::of(Profile::NodeAcf).has(Quirk::Gen));
    /// assert!(Quirks::of(Profile::Rust).is_empty());
    /// ```
    pub fn of(profile: Profile) -> Quirks {
        use Quirk::{
            Agen, AgenQueueEmpty, AlsDefaultLost, AlsDisableInPlace, AlsDisableOff, AlsEnterAgen, AlsEnterLeak,
            AlsEnterPrefix, AlsExit, AlsModuleLeak, AlsOffCaptures, AlsResourceKeeps, AlsRunSame, AlsUndefinedDefault,
            AlsUntracked, AsyncFromSyncClose, BroadcastPost, FinalizerEmpty, ForAwaitSettle, Gen, HttpCreate,
            MessageCreate, MessageListen, MessagePost, ModuleInherit, NetConnect, NetCreate, RejectCreate, RejectEmpty,
            StreamEmpty, StreamQueue, StreamStart, ThenableCreate, UncaughtCall, UncaughtJob, UncaughtMicrotask,
        };
        let every = Quirks::from([Gen, FinalizerEmpty, StreamQueue]);
        let sockets = [NetConnect, NetCreate, StreamStart, UncaughtCall].into_iter().fold(every, Quirks::with);
        let node = [Agen, ModuleInherit, MessageCreate, HttpCreate, UncaughtJob, AlsEnterLeak, AlsRunSame];
        let node = node.into_iter().fold(sockets, Quirks::with);
        let newer_v8 = [AgenQueueEmpty, AsyncFromSyncClose, ModuleInherit];
        match profile {
            Profile::Spec | Profile::Rust | Profile::Facade | Profile::Wintertc | Profile::Other => Quirks::NONE,
            Profile::NodeAcf => node.with(AlsDisableInPlace).with(UncaughtMicrotask),
            Profile::NodeLegacy => {
                let alone = [ThenableCreate, RejectCreate, AlsExit, AlsDisableOff, AlsDefaultLost, AlsResourceKeeps];
                alone.into_iter().fold(node, Quirks::with).with(AlsUntracked)
            }
            Profile::Deno => {
                let als = [AlsEnterPrefix, AlsExit, AlsDisableOff, AlsUndefinedDefault, AlsOffCaptures];
                let own = [MessageListen, BroadcastPost, UncaughtMicrotask].into_iter().chain(newer_v8).chain(als);
                own.fold(sockets, Quirks::with)
            }
            Profile::Workerd => newer_v8.into_iter().fold(every.with(MessagePost), Quirks::with),
            Profile::Bun => {
                let als = [AlsEnterLeak, AlsModuleLeak, AlsRunSame, AlsDisableInPlace];
                let own =
                    [Agen, ForAwaitSettle, RejectEmpty, HttpCreate, StreamEmpty, UncaughtJob].into_iter().chain(als);
                own.fold(sockets, Quirks::with)
            }
            Profile::Boa => Quirks::from([AlsEnterPrefix, AlsEnterAgen]),
        }
    }

    /// Returns the quirks that some versions of a family have. They explain every deviation that a search finds in a
    /// version of the family.
    pub fn known(profile: Profile) -> Quirks {
        let all = Quirks::of(profile);
        match profile {
            Profile::NodeLegacy => all.with(Quirk::AsyncFromSyncClose).with(Quirk::AlsLate),
            Profile::NodeAcf => all.with(Quirk::AsyncFromSyncClose),
            _ => all,
        }
    }

    /// Returns the switches by which the model follows a reading.
    ///
    /// # Examples
    ///
    /// ```
    /// use conformance::model::Quirks;
    /// use conformance::program::reading::Reading;
    /// assert!(Quirks::of_reading(Reading::Draft).is_empty());
    /// assert_eq!(Quirks::of_reading(Reading::GeneratorsResumption).to_string(), "gen agen");
    /// ```
    pub fn of_reading(reading: Reading) -> Quirks {
        match reading {
            Reading::Draft => Quirks::NONE,
            Reading::YieldStar2025 => Quirks::from([Quirk::YieldStar]),
            Reading::GeneratorsResumption => Quirks::from([Quirk::Gen, Quirk::Agen]),
            Reading::RejectionEmpty => Quirks::from([Quirk::RejectEmpty]),
            Reading::RejectionCreation => Quirks::from([Quirk::RejectCreate]),
            Reading::EventsRegistration => Quirks::from([Quirk::EventListen]),
            Reading::ErrorSnapshot => Quirks::from([Quirk::ErrorSnapshot]),
            Reading::EventsCause => {
                let uncaught = [Quirk::UncaughtJob, Quirk::UncaughtMicrotask, Quirk::UncaughtCall];
                uncaught.into_iter().fold(Quirks::from([Quirk::MessagePost, Quirk::BroadcastPost]), Quirks::with)
            }
        }
    }

    /// Returns the quirks that are observable through the draft's API.
    #[must_use]
    pub fn without_als(self) -> Quirks {
        self.iter().filter(|quirk| !quirk.is_als()).collect()
    }

    /// Whether bindings without a body affect the flow of control instead of the frame.
    pub fn bind_the_flow(self) -> bool {
        self.has(Quirk::AlsEnterLeak) || self.has(Quirk::AlsEnterPrefix)
    }

    /// Whether any quirk concerns AsyncLocalStorage only.
    pub fn are_als(self) -> bool {
        self.0 >= 1 << Quirk::AlsEnterLeak as u64
    }

    /// Returns the set with one more quirk.
    #[must_use]
    pub fn with(self, quirk: Quirk) -> Quirks {
        Quirks(self.0 | 1 << quirk as u64)
    }

    /// Returns the number of quirks.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether the set is empty, which is the draft.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the quirks in the order of [`Quirk::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Quirk> {
        Quirk::ALL.into_iter().filter(move |quirk| self.has(*quirk))
    }
}

impl<const N: usize> From<[Quirk; N]> for Quirks {
    fn from(quirks: [Quirk; N]) -> Quirks {
        quirks.into_iter().collect()
    }
}

impl FromIterator<Quirk> for Quirks {
    fn from_iter<I: IntoIterator<Item = Quirk>>(quirks: I) -> Quirks {
        quirks.into_iter().fold(Quirks::NONE, Quirks::with)
    }
}

impl fmt::Display for Quirks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, quirk) in self.iter().enumerate() {
            write!(f, "{}{quirk}", if i > 0 { " " } else { "" })?;
        }
        Ok(())
    }
}
