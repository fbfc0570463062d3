//! The protocol between tool and worker: an order and an answer, each a line of JSON.
//!
//! A worker does not receive the expectation of a test. It reports what happened, and the tool decides.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::frontmatter::{Flag, Frontmatter, Phase};

/// The mode of a run: how the text of a test is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// As a script.
    Sloppy,
    /// As a script that begins with `"use strict";`.
    Strict,
    /// As a module.
    Module,
    /// As a script without the harness.
    Raw,
}

impl Mode {
    /// Returns its name in reports.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Sloppy => "sloppy",
            Mode::Strict => "strict",
            Mode::Module => "module",
            Mode::Raw => "raw",
        }
    }

    /// Returns the mode of a name.
    pub fn named(word: &str) -> Option<Mode> {
        [Mode::Sloppy, Mode::Strict, Mode::Module, Mode::Raw].into_iter().find(|mode| mode.word() == word)
    }

    /// Returns the modes in which a test has to pass.
    pub fn of(test: &Frontmatter) -> Vec<Mode> {
        if test.has(Flag::Module) {
            vec![Mode::Module]
        } else if test.has(Flag::Raw) {
            vec![Mode::Raw]
        } else if test.has(Flag::OnlyStrict) {
            vec![Mode::Strict]
        } else if test.has(Flag::NoStrict) {
            vec![Mode::Sloppy]
        } else {
            vec![Mode::Sloppy, Mode::Strict]
        }
    }
}

/// An order: one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// The number of the order, which the answer repeats.
    pub(super) number: u64,
    pub(super) file: PathBuf,
    pub(super) mode: Mode,
    /// The harness files, which are evaluated first.
    pub(super) harness: Vec<String>,
    pub(super) can_block: bool,
}

impl Order {
    pub(super) fn new(number: u64, file: PathBuf, mode: Mode, test: &Frontmatter) -> Order {
        let mut harness = Vec::new();
        if !test.has(Flag::Raw) {
            harness.extend(["assert.js", "sta.js"].map(str::to_owned));
            if test.has(Flag::Async) {
                harness.push("doneprintHandle.js".to_owned());
            }
            harness.extend(test.includes.iter().cloned());
        }
        Order { number, file, mode, harness, can_block: !test.has(Flag::CanBlockIsFalse) }
    }

    pub(super) fn write(&self) -> Value {
        json!({ "number": self.number, "file": self.file.to_string_lossy(), "mode": self.mode.word(),
            "harness": self.harness, "can_block": self.can_block })
    }

    pub(super) fn read(line: &str) -> Option<Order> {
        let value: Value = serde_json::from_str(line).ok()?;
        let harness = value["harness"].as_array()?.iter();
        Some(Order {
            number: value["number"].as_u64()?,
            file: value["file"].as_str()?.into(),
            mode: Mode::named(value["mode"].as_str()?)?,
            harness: harness.map(|name| name.as_str().map(str::to_owned)).collect::<Option<_>>()?,
            can_block: value["can_block"].as_bool()?,
        })
    }
}

/// An answer: the behavior of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Observed {
    pub(super) end: End,
    /// The lines that it printed.
    pub(super) printed: Vec<String>,
    /// Whether it may affect the next run in this process.
    pub(super) spent: bool,
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// No error was thrown, and no job is left.
    Completed,
    /// An uncaught error.
    Threw(Thrown),
    /// No job is left, but the module still waits.
    Waits,
    /// The engine panicked.
    Panicked(String),
    /// A file of the harness threw.
    Harness(String),
    /// The run did not start.
    NotRun(String),
}

/// An uncaught error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Thrown {
    pub(super) phase: Phase,
    /// The name of its constructor, if it has one.
    pub(super) kind: Option<String>,
    /// The error and its place as text.
    pub(super) text: String,
}

impl Observed {
    pub(super) fn write(&self, number: u64) -> Value {
        let end = match &self.end {
            End::Completed => json!("completed"),
            End::Threw(thrown) => {
                json!({ "threw": thrown.text, "phase": thrown.phase.word(), "type": thrown.kind })
            }
            End::Waits => json!("waits"),
            End::Panicked(text) => json!({ "panicked": text }),
            End::Harness(text) => json!({ "harness": text }),
            End::NotRun(text) => json!({ "not_run": text }),
        };
        json!({ "number": number, "end": end, "printed": self.printed, "spent": self.spent })
    }

    /// Parses the answer to the order with this number.
    pub(super) fn read(line: &str, number: u64) -> Option<Observed> {
        let value: Value = serde_json::from_str(line).ok()?;
        if value["number"].as_u64()? != number {
            return None;
        }
        let end = &value["end"];
        let text = |key: &str| end[key].as_str().map(str::to_owned);
        let end = if end == "completed" {
            End::Completed
        } else if end == "waits" {
            End::Waits
        } else if let Some(threw) = text("threw") {
            End::Threw(Thrown { phase: Phase::named(end["phase"].as_str()?)?, kind: text("type"), text: threw })
        } else if let Some(text) = text("panicked") {
            End::Panicked(text)
        } else if let Some(text) = text("harness") {
            End::Harness(text)
        } else {
            End::NotRun(text("not_run")?)
        };
        let printed = value["printed"].as_array()?.iter();
        Some(Observed {
            end,
            printed: printed.map(|line| line.as_str().map(str::to_owned)).collect::<Option<_>>()?,
            spent: value["spent"].as_bool()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_and_answers_round_trip() {
        let test = Frontmatter { flags: vec![Flag::Async, Flag::CanBlockIsFalse], ..Frontmatter::default() };
        let order = Order::new(7, "/x y/ü.js".into(), Mode::Strict, &test);
        assert_eq!(order.harness, ["assert.js", "sta.js", "doneprintHandle.js"]);
        assert!(!order.can_block);
        assert_eq!(Order::read(&order.write().to_string()), Some(order));
        let thrown = Thrown { phase: Phase::Resolution, kind: None, text: "a\nb".into() };
        let others = [End::Panicked("p".into()), End::Harness("h".into()), End::NotRun("n".into())];
        for end in [End::Completed, End::Waits, End::Threw(thrown)].into_iter().chain(others) {
            let observed = Observed { end, printed: vec!["x".into()], spent: true };
            let line = observed.write(7).to_string();
            assert_eq!(Observed::read(&line, 7), Some(observed));
            assert_eq!(Observed::read(&line, 8), None);
        }
        assert_eq!(Observed::read("{}", 7), None);
        assert_eq!(Order::read("[]"), None);
    }

    #[test]
    fn flags_decide_the_modes_of_a_test() {
        let modes = |flags: &[Flag]| Mode::of(&Frontmatter { flags: flags.to_vec(), ..Frontmatter::default() });
        assert_eq!(modes(&[]), [Mode::Sloppy, Mode::Strict]);
        assert_eq!(modes(&[Flag::OnlyStrict]), [Mode::Strict]);
        assert_eq!(modes(&[Flag::NoStrict, Flag::Async]), [Mode::Sloppy]);
        assert_eq!(modes(&[Flag::Module]), [Mode::Module]);
        assert_eq!(modes(&[Flag::Raw]), [Mode::Raw]);
        assert_eq!(modes(&[Flag::Raw, Flag::Module]), [Mode::Module]);
    }
}
