//! The class of a deviation: the smallest set of quirks under which the model gives the target's outcome.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::{self, Quirk, Quirks, Schedule};
use crate::program::ast::Stmt;
use crate::program::outcome::Outcome;
use crate::program::profile::{Api, Profile};
use crate::program::table::{Field, HostKind, Op};

/// The number of random schedules that decide whether an outcome depends on the schedule under quirks.
const SCHEDULES: u64 = 100;

/// The number of quirks in a set, at most; the set of all quirks and that of all versions are tried too. More sets would
/// take hours for a target without known quirks.
const MOST: u32 = 4;

/// The explanation of an outcome that is not the draft's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The target gave no outcome.
    Error,
    /// No set of quirks of the target's family gives this outcome.
    Unexplained,
    /// These quirks give it under every schedule.
    Quirks(Quirks),
    /// These quirks give it under some schedules, and other outcomes under others.
    Unstable(Quirks),
}

impl Class {
    /// Whether quirks of the target's family explain the deviation.
    pub fn is_explained(self) -> bool {
        matches!(self, Class::Quirks(_) | Class::Unstable(_))
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Class::Error => f.write_str("error"),
            Class::Unexplained => f.write_str("unexplained"),
            Class::Quirks(quirks) => write!(f, "{quirks}"),
            Class::Unstable(quirks) => write!(f, "unstable: {quirks}"),
        }
    }
}

/// Classifies an outcome that is not the draft's, by the known quirks of a family.
///
/// JavaScript runs jobs first in, first out. Therefore quirks that give the outcome in that order are preferred.
pub fn classify(program: &[Stmt], seen: &Outcome, profile: Profile, api: Option<Api>) -> Class {
    let sets = sets(program, profile, api);
    let gives = |schedule: Schedule, quirks: Quirks| {
        model::run(program, schedule, &quirks).is_ok_and(|outcome| outcome == *seen)
    };
    let mut random = (0..SCHEDULES).map(Schedule::Random);
    if let Some(quirks) = sets.iter().copied().find(|quirks| gives(Schedule::Fifo, *quirks)) {
        let stable = random.all(|schedule| gives(schedule, quirks));
        return if stable { Class::Quirks(quirks) } else { Class::Unstable(quirks) };
    }
    // A target without known quirks has a defect. Other orders take minutes for all sets of all quirks, and would describe
    // it no better.
    if Quirks::known(profile).is_empty() {
        return Class::Unexplained;
    }
    let sometimes = |quirks: &Quirks| random.clone().any(|schedule| gives(schedule, *quirks));
    sets.into_iter().find(sometimes).map_or(Class::Unexplained, Class::Unstable)
}

/// Returns the smallest set of a family's known quirks that gives an outcome when jobs run first in, first out. Unlike
/// [`classify`], it does not examine other orders, and so takes a hundredth of the time.
pub fn cause(program: &[Stmt], seen: &Outcome, profile: Profile, api: Option<Api>) -> Option<Quirks> {
    let gives =
        |quirks: &Quirks| model::run(program, Schedule::Fifo, quirks).is_ok_and(|outcome| seen.agrees_with(&outcome));
    sets(program, profile, api).into_iter().find(gives)
}

/// Returns the quirks that may explain a target's outcome. For a target without known quirks these are all quirks, which
/// then describe a defect.
fn known(profile: Profile, api: Option<Api>) -> Quirks {
    let known = Quirks::known(profile);
    let known = if api == Some(Api::Ac) { known.without_als() } else { known };
    if known.is_empty() { Quirk::ALL.into_iter().collect() } else { known }
}

/// Returns the sets of known quirks that can affect a program, smallest first.
fn sets(program: &[Stmt], profile: Profile, api: Option<Api>) -> Vec<Quirks> {
    let mut ops = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    occurring(program, &mut ops, &mut kinds);
    let binds = [Op::Enter, Op::EnterWith, Op::Disable].iter().any(|op| ops.contains(op));
    let defaults = program.iter().any(|stmt| stmt.get(Field::Default).is_some());
    let iterates = ops.contains(&Op::ForAwait) || ops.contains(&Op::YieldFrom);
    let als = api != Some(Api::Ac);
    let shows = |quirk: &Quirk| match quirk {
        quirk if quirk.is_als() && !als => false,
        Quirk::Gen => ops.contains(&Op::Generator),
        Quirk::Agen | Quirk::AgenQueueEmpty => ops.contains(&Op::AsyncGenerator),
        Quirk::ForAwaitSettle => iterates,
        Quirk::AsyncFromSyncClose => iterates && ops.contains(&Op::Iterator),
        Quirk::ThenableCreate => ops.contains(&Op::Thenable),
        Quirk::RejectCreate | Quirk::RejectEmpty => ops.contains(&Op::Unhandled),
        Quirk::UncaughtJob | Quirk::UncaughtMicrotask | Quirk::UncaughtCall => ops.contains(&Op::Uncaught),
        Quirk::FinalizerEmpty => ops.contains(&Op::Finalizer),
        Quirk::ModuleInherit => ops.contains(&Op::Module),
        Quirk::MessageListen | Quirk::MessagePost => kinds.contains(&HostKind::Message),
        Quirk::MessageCreate => kinds.contains(&HostKind::Message) || kinds.contains(&HostKind::Broadcast),
        Quirk::BroadcastPost => kinds.contains(&HostKind::Broadcast),
        Quirk::HttpCreate => kinds.contains(&HostKind::Http),
        Quirk::NetCreate => kinds.contains(&HostKind::Net) || kinds.contains(&HostKind::Process),
        Quirk::NetConnect => kinds.contains(&HostKind::Net),
        Quirk::StreamQueue => kinds.iter().any(|kind| kind.is_stream()),
        Quirk::StreamStart | Quirk::StreamEmpty => kinds.contains(&HostKind::WebStream),
        Quirk::YieldStar => ops.contains(&Op::YieldFrom),
        Quirk::ErrorSnapshot => ops.contains(&Op::InCaught),
        Quirk::EventListen => {
            let listens =
                [Op::EventTarget, Op::AbortSignal, Op::Unhandled, Op::Uncaught].iter().any(|op| ops.contains(op));
            listens || kinds.contains(&HostKind::Message) || kinds.contains(&HostKind::Broadcast)
        }
        // A lost default is a binding without a body.
        Quirk::AlsEnterLeak => binds || defaults,
        Quirk::AlsRunSame => binds || defaults || ops.contains(&Op::Exit),
        Quirk::AlsEnterPrefix | Quirk::AlsUntracked | Quirk::AlsLate => binds,
        Quirk::AlsEnterAgen => binds && ops.contains(&Op::AsyncGenerator),
        Quirk::AlsModuleLeak => binds && ops.contains(&Op::Module),
        Quirk::AlsExit => ops.contains(&Op::Exit),
        Quirk::AlsOffCaptures => ops.contains(&Op::Exit) || ops.contains(&Op::Disable),
        Quirk::AlsDisableOff | Quirk::AlsDisableInPlace => ops.contains(&Op::Disable),
        Quirk::AlsDefaultLost | Quirk::AlsUndefinedDefault => defaults,
        Quirk::AlsResourceKeeps => {
            [Op::Snapshot, Op::Wrap, Op::Resource, Op::Interval, Op::Listen].iter().any(|op| ops.contains(op))
        }
    };
    let quirks: Vec<Quirk> = known(profile, api).iter().filter(shows).collect();
    let subset =
        |bits: u64| quirks.iter().enumerate().filter(move |(i, _)| bits >> i & 1 == 1).map(|(_, quirk)| *quirk);
    // The versions of a family differ in single quirks, so the set of those that all versions have is tried too.
    let always = Quirks::of(profile);
    let shared = quirks.iter().enumerate().fold(0, |bits, (i, quirk)| bits | u64::from(always.has(*quirk)) << i);
    let mut few = vec![0_u64];
    for i in 0..quirks.len() {
        let larger: Vec<u64> = few.iter().filter(|bits| bits.count_ones() < MOST).map(|bits| bits | 1 << i).collect();
        few.extend(larger);
    }
    let many = BTreeSet::from([shared, (1 << quirks.len()) - 1]);
    few.extend(many.into_iter().filter(|bits| bits.count_ones() > MOST));
    let mut sets: Vec<Quirks> = few[1..].iter().map(|bits| subset(*bits).collect()).collect();
    sets.retain(|set| !set.has(Quirk::AlsLate) || set.has(Quirk::AlsUntracked));
    let switches = |set: &Quirks| set.has(Quirk::AlsExit) || set.has(Quirk::AlsDisableOff);
    sets.retain(|set| !set.has(Quirk::AlsOffCaptures) || switches(set));
    sets.sort_by_key(|set| set.len());
    sets
}

fn occurring(block: &[Stmt], ops: &mut BTreeSet<Op>, kinds: &mut BTreeSet<HostKind>) {
    for stmt in block {
        ops.insert(stmt.op);
        kinds.extend(stmt.kind());
        stmt.blocks().for_each(|block| occurring(block, ops, kinds));
    }
}
