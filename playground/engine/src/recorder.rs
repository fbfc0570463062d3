//! The events of the timeline: switches of the mapping, captures, and the jobs that enter what was captured.

use std::cell::{Cell, RefCell};

use asynccontext_boa::{Mapping, Switch};
use conformance::shell::{Bindings, words};
use serde_json::json;

use crate::output::line;

/// The number of events that are recorded. Later ones are only counted.
const MOST_EVENTS: u64 = 20_000;

/// Writes the events of the timeline.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    bindings: Bindings,
    /// The mappings that were named, by number.
    seen: RefCell<Vec<Mapping>>,
    events: Cell<u64>,
    captures: Cell<u32>,
    /// The line of the call that is about to switch.
    place: Cell<Option<u32>>,
    /// The nesting of calls of `then`.
    registering: Cell<u32>,
}

/// The place of a capture.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// The line in the program, from 1.
    pub(crate) line: Option<u32>,
    /// The name of the function.
    pub(crate) function: String,
    /// The number of functions of the program on the stack.
    pub(crate) depth: usize,
}

impl Recorder {
    pub(crate) fn set_place(&self, place: Option<u32>) {
        self.place.set(place);
    }

    /// Notes the begin or the end of a call of `then`.
    pub(crate) fn register(&self, begins: bool) {
        let depth = self.registering.get();
        self.registering.set(if begins { depth + 1 } else { depth.saturating_sub(1) });
    }

    pub(crate) fn switch(&self, switch: &Switch) {
        if !self.counts() {
            return;
        }
        let to = self.number(&switch.to);
        let cause = words(&switch.cause, switch.back);
        line(&json!({ "event": "switch", "to": to, "back": switch.back, "cause": cause, "line": self.place.take() }));
    }

    /// Writes a capture by a reaction, an `await` or another job of promises, and returns its number.
    pub(crate) fn capture_for_job(&self, place: &Place) -> u32 {
        self.capture(if self.registering.get() > 0 { "then" } else { "await" }, place)
    }

    /// Writes a capture, and returns its number.
    pub(crate) fn capture(&self, how: &str, place: &Place) -> u32 {
        let id = self.captures.get();
        self.captures.set(id + 1);
        if self.counts() {
            let Place { line: at, function, depth } = place;
            line(
                &json!({ "event": "capture", "id": id, "how": how, "line": at, "function": function, "depth": depth }),
            );
        }
        id
    }

    /// Writes that a job enters a capture.
    pub(crate) fn enter(&self, capture: u32) {
        if self.counts() {
            line(&json!({ "event": "enter", "capture": capture }));
        }
    }

    /// Whether another event is recorded.
    fn counts(&self) -> bool {
        let events = self.events.get() + 1;
        self.events.set(events);
        if events == MOST_EVENTS + 1 {
            line(&json!({ "event": "full", "most": MOST_EVENTS }));
        }
        events <= MOST_EVENTS
    }

    /// Returns the number of a mapping. Its bindings are written on first use.
    fn number(&self, mapping: &Mapping) -> usize {
        let known = self.seen.borrow().iter().rposition(|other| other.is_same(mapping));
        known.unwrap_or_else(|| {
            let number = self.seen.borrow().len();
            line(&json!({ "event": "mapping", "id": number, "bindings": self.bindings.of(mapping) }));
            self.seen.borrow_mut().push(mapping.clone());
            number
        })
    }

    /// Writes the empty mapping, in which a program starts, as number 0.
    pub(crate) fn begin(&self) {
        self.number(&Mapping::default());
    }
}
