//! Shrinks a failing program while it still fails.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::{Body, By, Mood, Program, Step};

/// Returns a smaller program that fails too. Calls `fails` at most `most` times.
pub(crate) fn shrink(program: &Program, most: usize, mut fails: impl FnMut(&Program) -> bool) -> Program {
    let mut best = program.clone();
    let mut asked = 0;
    let mut go_on = true;
    while go_on {
        go_on = false;
        // Remove large pieces first: halves, quarters, single steps of each body.
        let mut piece = best.body.len().div_ceil(2).max(1);
        loop {
            let mut at = 0;
            // After each success, the candidates are numbered again, starting at the last position.
            while let Some(body) = candidate(&best.body, piece, at) {
                if asked == most {
                    return best;
                }
                asked += 1;
                let smaller = Program { body, ..best.clone() };
                if fails(&smaller) {
                    best = smaller;
                    go_on = true;
                } else {
                    at += 1;
                }
            }
            if piece == 1 {
                break;
            }
            piece /= 2;
        }
    }
    best
}

/// Returns the candidate number `at`: the body with `piece` steps removed at some place, or, for pieces
/// of one step, with a step simplified.
fn candidate(body: &Body, piece: usize, at: usize) -> Option<Body> {
    let mut left = at;
    change(body, piece, &mut left)
}

/// Applies the change number `left`, or subtracts the number of possible changes.
fn change(body: &Body, piece: usize, left: &mut usize) -> Option<Body> {
    let pieces = body.len().div_ceil(piece);
    if body.len() >= piece {
        if *left < pieces {
            let from = *left * piece;
            let to = (from + piece).min(body.len());
            return Some(body[..from].iter().chain(&body[to..]).cloned().collect());
        }
        *left -= pieces;
    }
    for (at, step) in body.iter().enumerate() {
        if piece == 1
            && let Some(inner) = only_body(step)
        {
            if *left == 0 {
                // Replace a step by its body.
                return Some(body[..at].iter().chain(inner.iter()).chain(&body[at + 1..]).cloned().collect());
            }
            *left -= 1;
        }
        if let Some(step) = change_inside(step, piece, left) {
            let mut body = body.to_vec();
            body[at] = step;
            return Some(body.into());
        }
    }
    None
}

fn only_body(step: &Step) -> Option<&Body> {
    match step {
        Step::Run { body, .. }
        | Step::Nest { body, .. }
        | Step::RunIn { body, .. }
        | Step::Read { body, .. }
        | Step::Exit { body, .. }
        | Step::Hide { body, .. }
        | Step::Catch(body)
        | Step::Hop { body, .. } => Some(body),
        _ => None,
    }
}

fn change_inside(step: &Step, piece: usize, left: &mut usize) -> Option<Step> {
    let mut changed = step.clone();
    let done = match &mut changed {
        Step::Run { value, body, .. } => mood(value, piece, left) || inner(body, piece, left),
        Step::Nest { values, body, .. } => nested(values, piece, left) || inner(body, piece, left),
        Step::Enter { value, .. }
        | Step::EnterTask { value, .. }
        | Step::EnterWith { value, .. }
        | Step::With { value, .. } => mood(value, piece, left),
        Step::RunIn { body, .. }
        | Step::Read { body, .. }
        | Step::Wrap { body, .. }
        | Step::Send { body }
        | Step::Exit { body, .. }
        | Step::Hide { body, .. }
        | Step::Catch(body)
        | Step::Hop { body, .. } => inner(body, piece, left),
        Step::Fork { bodies: all, .. } => bodies(all, piece, left),
        Step::Scope { by, turns, last } => {
            let bound = match by {
                By::Value(_, value) => mood(value, piece, left),
                By::Current | By::Hidden(_) | By::Snapshot(_) => false,
            };
            bound || bodies(turns, piece, left) || inner(last, piece, left)
        }
        _ => false,
    };
    done.then_some(changed)
}

fn inner(body: &mut Body, piece: usize, left: &mut usize) -> bool {
    match change(body, piece, left) {
        Some(changed) => {
            *body = changed;
            true
        }
        None => false,
    }
}

/// Removes one of several bodies, or shrinks one.
fn bodies(all: &mut Arc<[Body]>, piece: usize, left: &mut usize) -> bool {
    let mut changed = all.to_vec();
    if piece == 1 {
        if *left < all.len() {
            changed.remove(*left);
            *all = changed.into();
            return true;
        }
        *left -= all.len();
    }
    let done = changed.iter_mut().any(|body| inner(body, piece, left));
    if done {
        *all = changed.into();
    }
    done
}

fn mood(value: &mut Mood, piece: usize, left: &mut usize) -> bool {
    if *value == Mood::Quiet {
        return false;
    }
    if piece == 1 {
        if *left == 0 {
            *value = Mood::Quiet;
            return true;
        }
        *left -= 1;
    }
    match value {
        Mood::Does(body) => inner(body, piece, left),
        Mood::Quiet | Mood::Panics => false,
    }
}

fn nested(values: &mut Arc<[Mood]>, piece: usize, left: &mut usize) -> bool {
    let mut changed = values.to_vec();
    if piece == 1 {
        let fewer = usize::from(!values.is_empty());
        if *left < fewer {
            changed.pop();
            *values = changed.into();
            return true;
        }
        *left -= fewer;
    }
    let done = changed.iter_mut().any(|value| mood(value, piece, left));
    if done {
        *values = changed.into();
    }
    done
}
