//! Quirks: switches that each replace one clause of the draft by what an implementation does instead.
//!
//! The class of a disagreement is the smallest set of quirks under which the model gives the
//! runtime's outcome.

use std::fmt;

use crate::program::profile::Profile;

/// One deviation from the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quirk {
    /// Generators neither capture nor restore: the body runs in its resumer's mapping.
    Gen,
    /// Async generators neither capture nor restore: after a wait the mapping at the await; for a
    /// queued request that of the request being served when the body last suspended.
    Agen,
    /// As [`Quirk::Agen`], but a request taken from the queue runs in the empty mapping.
    AgenQueueEmpty,
    /// NewPromiseResolveThenableJob runs in the mapping where the promise was created.
    ThenableCreate,
    /// A rejection is reported in the mapping where the promise was created.
    RejectCreate,
    /// A rejection is reported in the empty mapping.
    RejectEmpty,
    /// Cleanup callbacks run in the empty mapping.
    FinalizerEmpty,
    /// A module's body runs in its importer's mapping.
    ModuleInherit,
    /// Bindings without a body go beyond their frame: a run puts back its own variable only, the
    /// prefix of an async function binds for its caller, and leaving a guard rebinds what was bound
    /// when it was entered.
    AlsEnterLeak,
    /// As [`Quirk::AlsEnterLeak`], but a run puts back everything.
    AlsEnterPrefix,
    /// What an async generator binds without a body after a wait is gone after its next yield.
    AlsEnterAgen,
    /// A run with the value that is bound already neither binds nor puts back. Shows with [`Quirk::AlsEnterLeak`].
    AlsRunSame,
    /// `exit` switches the whole instance off until its end or until the next run.
    AlsExit,
    /// `disable` switches the whole instance off until the next run.
    AlsDisableOff,
    /// `disable` deletes the binding from the mapping itself, which snapshots share.
    AlsDisableInPlace,
    /// After a run, and in what starts after it, an unbound variable is `undefined` instead of its default.
    AlsDefaultLost,
    /// A snapshot, wrapped function, resource or interval is a live thing: it keeps what is bound
    /// while it runs, and who enters it again meanwhile finds that.
    AlsResourceKeeps,
    /// While every instance is off, promises are not tracked: what is queued or run meanwhile has no
    /// mapping of its own, but shares one that outlives every job.
    AlsUntracked,
    /// An instance is off until it is first used. Shows with [`Quirk::AlsUntracked`].
    AlsLate,
}

impl Quirk {
    /// All of them.
    pub const ALL: [Quirk; 19] = [
        Quirk::Gen,
        Quirk::Agen,
        Quirk::AgenQueueEmpty,
        Quirk::ThenableCreate,
        Quirk::RejectCreate,
        Quirk::RejectEmpty,
        Quirk::FinalizerEmpty,
        Quirk::ModuleInherit,
        Quirk::AlsEnterLeak,
        Quirk::AlsEnterPrefix,
        Quirk::AlsEnterAgen,
        Quirk::AlsRunSame,
        Quirk::AlsExit,
        Quirk::AlsDisableOff,
        Quirk::AlsDisableInPlace,
        Quirk::AlsDefaultLost,
        Quirk::AlsResourceKeeps,
        Quirk::AlsUntracked,
        Quirk::AlsLate,
    ];

    /// The word by which reports name it.
    pub const fn word(self) -> &'static str {
        match self {
            Quirk::Gen => "gen",
            Quirk::Agen => "agen",
            Quirk::AgenQueueEmpty => "agen-queue-empty",
            Quirk::ThenableCreate => "thenable-create",
            Quirk::RejectCreate => "reject-create",
            Quirk::RejectEmpty => "reject-empty",
            Quirk::FinalizerEmpty => "finalizer-empty",
            Quirk::ModuleInherit => "module-inherit",
            Quirk::AlsEnterLeak => "als-enter-leak",
            Quirk::AlsEnterPrefix => "als-enter-prefix",
            Quirk::AlsEnterAgen => "als-enter-agen",
            Quirk::AlsRunSame => "als-run-same",
            Quirk::AlsExit => "als-exit",
            Quirk::AlsDisableOff => "als-disable-off",
            Quirk::AlsDisableInPlace => "als-disable-in-place",
            Quirk::AlsDefaultLost => "als-default-lost",
            Quirk::AlsResourceKeeps => "als-resource-keeps",
            Quirk::AlsUntracked => "als-untracked",
            Quirk::AlsLate => "als-late",
        }
    }

    /// Whether it is about AsyncLocalStorage alone.
    pub const fn is_als(self) -> bool {
        self as u32 >= Quirk::AlsEnterLeak as u32
    }

    /// The quirk of this word, if there is one.
    pub fn of(word: &str) -> Option<Quirk> {
        Quirk::ALL.into_iter().find(|quirk| quirk.word() == word)
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A set of quirks. The empty one is the draft.
///
/// ```
/// use conformance::model::{Quirk, Quirks};
/// let quirks = Quirks::from([Quirk::Gen, Quirk::Agen]);
/// assert!(quirks.has(Quirk::Gen) && !quirks.has(Quirk::RejectEmpty));
/// assert_eq!(quirks.to_string(), "gen agen");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quirks(u32);

impl Quirks {
    /// The draft itself.
    pub const NONE: Quirks = Quirks(0);

    /// Whether a quirk is among them.
    pub fn has(self, quirk: Quirk) -> bool {
        self.0 & (1 << quirk as u32) != 0
    }

    /// What every version of a family of implementations does: each deviation that a case states for
    /// it follows from these.
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
            AlsEnterPrefix, AlsExit, AlsResourceKeeps, AlsRunSame, AlsUntracked, FinalizerEmpty, Gen, ModuleInherit,
            RejectCreate, RejectEmpty, ThenableCreate,
        };
        let node = Quirks::from([Gen, Agen, FinalizerEmpty, ModuleInherit, AlsEnterLeak, AlsRunSame]);
        match profile {
            Profile::Spec | Profile::Rust | Profile::Facade => Quirks::NONE,
            Profile::NodeAcf => node.with(AlsDisableInPlace),
            Profile::NodeLegacy => {
                let alone = [ThenableCreate, RejectCreate, AlsExit, AlsDisableOff, AlsDefaultLost, AlsResourceKeeps];
                alone.into_iter().fold(node, Quirks::with).with(AlsUntracked)
            }
            Profile::Deno | Profile::Workerd => Quirks::from([Gen, AgenQueueEmpty, FinalizerEmpty, ModuleInherit]),
            Profile::Bun => Quirks::from([Gen, Agen, RejectEmpty, FinalizerEmpty]),
            Profile::Boa => Quirks::from([AlsEnterPrefix, AlsEnterAgen]),
        }
    }

    /// The same and what only some versions of the family do: each deviation that a search finds in
    /// one of them follows from these.
    pub fn known(profile: Profile) -> Quirks {
        let all = Quirks::of(profile);
        if profile == Profile::NodeLegacy { all.with(Quirk::AlsLate) } else { all }
    }

    /// Those that show through the draft's API too.
    #[must_use]
    pub fn without_als(self) -> Quirks {
        self.iter().filter(|quirk| !quirk.is_als()).collect()
    }

    /// Whether what binds without a body binds for the flow of control, and not for the frame.
    pub fn bind_the_flow(self) -> bool {
        self.has(Quirk::AlsEnterLeak) || self.has(Quirk::AlsEnterPrefix)
    }

    /// Whether any is about AsyncLocalStorage alone.
    pub fn are_als(self) -> bool {
        self.0 >= 1 << Quirk::AlsEnterLeak as u32
    }

    /// These and one more.
    #[must_use]
    pub fn with(self, quirk: Quirk) -> Quirks {
        Quirks(self.0 | 1 << quirk as u32)
    }

    /// How many they are.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether this is the draft.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The quirks in it, in the order of [`Quirk::ALL`].
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
