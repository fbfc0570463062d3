//! The text of a program: a line for each step, with bodies indented.

use std::fmt::{self, Display};

use super::{Body, By, Mood, Program, Step};

impl Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}, {} variables", self.seed, self.variables)?;
        let mut text = String::new();
        steps(&mut text, &self.body, 1);
        f.write_str(&text)
    }
}

/// Returns the text of a step without its bodies.
pub(crate) fn line(step: &Step) -> String {
    match step {
        Step::Run { key, .. } => format!("run v{key}"),
        Step::Nest { from, values, .. } => format!("run v{from} and more, {} in all", values.len()),
        Step::Enter { key, .. } => format!("enter v{key}"),
        Step::EnterTask { key, .. } => format!("enter_task v{key}"),
        Step::Leave(pick) => format!("drop guard {pick}"),
        Step::LeaveTask(pick) => format!("drop task guard {pick}"),
        Step::Keep(pick) => format!("keep guard {pick}"),
        Step::Forget(pick) => format!("forget guard {pick}"),
        Step::ForgetTask(pick) => format!("forget task guard {pick}"),
        Step::Capture => "capture".to_owned(),
        Step::Inherit => "inherit".to_owned(),
        Step::Empty => "empty snapshot".to_owned(),
        Step::Clone(pick) => format!("clone snapshot {pick}"),
        Step::Release(pick) => format!("drop snapshot {pick}"),
        Step::RunIn { pick, .. } => format!("run in snapshot {pick}"),
        Step::Swap(pick) => format!("swap in snapshot {pick}"),
        Step::With { pick, key, .. } => format!("snapshot {pick} with v{key}"),
        Step::Without { pick, key } => format!("snapshot {pick} without v{key}"),
        Step::Hide { key, .. } => format!("hide v{key}"),
        Step::EnterHidden { key } => format!("enter hiding v{key}"),
        Step::Read { key, .. } => format!("read v{key}"),
        Step::Wrap { how, .. } => format!("wrap {how:?}"),
        Step::Call(pick) => format!("call closure {pick}"),
        Step::DropWrapped(pick) => format!("drop closure {pick}"),
        Step::Scope { by: By::Current, .. } => "scope in what is current".to_owned(),
        Step::Scope { by: By::Value(key, _), .. } => format!("scope v{key}"),
        Step::Scope { by: By::Hidden(key), .. } => format!("scope without v{key}"),
        Step::Scope { by: By::Snapshot(pick), .. } => format!("scope in snapshot {pick}"),
        Step::Drive { how, pick } => format!("{how:?} future {pick}").to_lowercase(),
        Step::DropScoped(pick) => format!("drop future {pick}"),
        Step::IntoInner(pick) => format!("into_inner of future {pick}"),
        Step::Send { .. } => "send".to_owned(),
        Step::Handle(pick) => format!("handle message {pick}"),
        Step::DropMessage(pick) => format!("drop message {pick}"),
        Step::Exit { key, .. } => format!("exit v{key}"),
        Step::EnterWith { key, .. } => format!("enter_with v{key}"),
        Step::Disable { key } => format!("disable v{key}"),
        Step::Catch(_) => "catch".to_owned(),
        Step::Level(level) => format!("foreign level {level}"),
        Step::Trap(trap) => format!("companion panics in {trap:?}").to_lowercase(),
        Step::Throw => "throw".to_owned(),
        Step::Fork { how, .. } => format!("fork ({how:?})").to_lowercase(),
        Step::Hop { how, .. } => format!("on another thread ({how:?})").to_lowercase(),
    }
}

fn steps(text: &mut String, body: &[Step], indent: usize) {
    for step in body {
        *text += &format!("{:2$}{}", "", line(step), indent * 2);
        match step {
            Step::Run { value, body, .. } => {
                mood(text, value, indent);
                block(text, body, indent);
            }
            Step::Enter { value, .. }
            | Step::EnterTask { value, .. }
            | Step::EnterWith { value, .. }
            | Step::With { value, .. } => {
                mood(text, value, indent);
            }
            Step::Nest { values, body, .. } => {
                for (at, value) in values.iter().enumerate().filter(|(_, value)| **value != Mood::Quiet) {
                    *text += &format!(", value {at}");
                    mood(text, value, indent);
                }
                block(text, body, indent);
            }
            Step::RunIn { body, .. }
            | Step::Read { body, .. }
            | Step::Wrap { body, .. }
            | Step::Send { body }
            | Step::Exit { body, .. }
            | Step::Hide { body, .. }
            | Step::Catch(body)
            | Step::Hop { body, .. } => block(text, body, indent),
            Step::Fork { bodies, .. } => {
                for one in bodies.iter() {
                    *text += ", one";
                    block(text, one, indent);
                }
            }
            Step::Scope { by, turns, last } => {
                if let By::Value(_, value) = by {
                    mood(text, value, indent);
                }
                for turn in turns.iter() {
                    *text += ", turn";
                    block(text, turn, indent);
                }
                if !last.is_empty() {
                    *text += ", when dropped";
                    block(text, last, indent);
                }
            }
            _ => {}
        }
        text.truncate(text.trim_end_matches('\n').len());
        *text += "\n";
    }
}

fn mood(text: &mut String, mood: &Mood, indent: usize) {
    match mood {
        Mood::Quiet => {}
        Mood::Panics => *text += " (its drop panics)",
        Mood::Does(body) => {
            *text += " (its drop reads";
            if !body.is_empty() {
                block(text, body, indent);
            }
            *text += ")";
        }
    }
}

fn block(text: &mut String, body: &Body, indent: usize) {
    *text += " {";
    if !body.is_empty() {
        *text += "\n";
        steps(text, body, indent + 1);
        *text += &format!("{:1$}", "", indent * 2);
    }
    *text += "}";
}
