//! Programs and their encoding in bytes: a sequence of operations, each followed by its arguments.
//! The body of an operation follows it, up to an end marker.

use std::rc::Rc;

use super::model::Key;

/// Enough variables that a mapping of all of them uses the form for long mappings.
pub(super) const KEYS: usize = 20;
/// The maximum nesting of bodies.
const DEPTH: u32 = 12;

pub(super) type Body = Rc<[Step]>;

/// The behavior of a value's drop, besides reading all variables.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mood {
    Reads,
    Binds,
    Panics,
}

/// The context that a future is tied to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Current,
    Value(Key, Mood),
    Snapshot(u8),
}

/// A step of a program. A number that selects an item is taken modulo the number of items.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Run(Key, Mood, Body),
    Read(Key, Body),
    Enter(Key, Mood),
    EnterTask(Key, Mood),
    Leave(u8),
    Keep(u8),
    Capture,
    Release(u8),
    RunIn(u8, Body),
    /// A snapshot with one more value.
    With(u8, Key, Mood),
    /// A snapshot without one variable's value.
    Without(u8, Key),
    Hide(Key, Body),
    Swap(u8),
    Wrap(Body),
    Call(u8),
    DropClosure(u8),
    Future(Way, Rc<[Body]>),
    Poll(u8),
    DropFuture(u8),
    IntoInner(u8),
    Catch(Body),
    Throw,
}

pub(super) fn read(bytes: &[u8]) -> Body {
    body(&mut bytes.iter().copied(), 0)
}

fn body(bytes: &mut impl Iterator<Item = u8>, depth: u32) -> Body {
    let mut steps = Vec::new();
    while let Some(operation) = bytes.next() {
        if operation == b'.' && depth > 0 {
            break;
        }
        if let Some(step) = step(operation, bytes, depth) {
            steps.push(step);
        }
    }
    steps.into()
}

/// Decodes an operation. Operations are letters, so that corpora are readable.
fn step(operation: u8, bytes: &mut impl Iterator<Item = u8>, depth: u32) -> Option<Step> {
    let takes_body = b"rgiwfFVSh{".contains(&operation);
    if takes_body && depth == DEPTH {
        return None;
    }
    let mut argument = || bytes.next().unwrap_or_default();
    Some(match operation {
        b'e' => binding(argument(), Step::Enter),
        b't' => binding(argument(), Step::EnterTask),
        b'l' => Step::Leave(argument()),
        b'k' => Step::Keep(argument()),
        b'c' => Step::Capture,
        b'd' => Step::Release(argument()),
        b's' => Step::Swap(argument()),
        b'C' => Step::Call(argument()),
        b'D' => Step::DropClosure(argument()),
        b'p' => Step::Poll(argument()),
        b'x' => Step::DropFuture(argument()),
        b'o' => Step::IntoInner(argument()),
        b'!' => Step::Throw,
        b'r' => {
            let run = argument();
            let body = body(bytes, depth + 1);
            binding(run, |key, mood| Step::Run(key, mood, body))
        }
        b'g' => Step::Read(usize::from(argument()) % KEYS, body(bytes, depth + 1)),
        b'i' => Step::RunIn(argument(), body(bytes, depth + 1)),
        b'+' => {
            let pick = argument();
            binding(argument(), |key, mood| Step::With(pick, key, mood))
        }
        b'-' => Step::Without(argument(), usize::from(argument()) % KEYS),
        b'h' => Step::Hide(usize::from(argument()) % KEYS, body(bytes, depth + 1)),
        b'w' => Step::Wrap(body(bytes, depth + 1)),
        b'{' => Step::Catch(body(bytes, depth + 1)),
        b'F' => Step::Future(Way::Current, turns(bytes, depth)),
        b'V' => {
            let way = binding(argument(), Way::Value);
            Step::Future(way, turns(bytes, depth))
        }
        b'S' => {
            let way = Way::Snapshot(argument());
            Step::Future(way, turns(bytes, depth))
        }
        _ => return None,
    })
}

/// Decodes the turns of a future, up to three; the next byte is their number.
fn turns(bytes: &mut impl Iterator<Item = u8>, depth: u32) -> Rc<[Body]> {
    let count = bytes.next().unwrap_or_default() % 4;
    (0..count).map(|_| body(bytes, depth + 1)).collect()
}

fn binding<T>(argument: u8, make: impl FnOnce(Key, Mood) -> T) -> T {
    let mood = match usize::from(argument) / KEYS % 6 {
        1 => Mood::Binds,
        2 => Mood::Panics,
        _ => Mood::Reads,
    };
    make(usize::from(argument) % KEYS, mood)
}
