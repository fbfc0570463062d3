//! Features of the language that random programs may use.

use std::fmt;

use crate::program::table::Capability;
use crate::targets::Target;

/// The features of the language that random programs use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// `generator` and the statements on it.
    pub generators: bool,
    /// `async-generator` and the statements on it.
    pub async_generators: bool,
    /// `iterator`.
    pub iterators: bool,
    /// `thenable`.
    pub thenables: bool,
    /// `emitter`, `on`, `emit`.
    pub events: bool,
    /// `run-async`, `in-async`.
    pub run_async: bool,
    /// `enter`, `leave`.
    pub guards: bool,
    /// `hide`.
    pub hide: bool,
    /// Variables with a default or a name, and `name`.
    pub options: bool,
    /// `thread`, `finalizer`, `drop`.
    pub host: bool,
    /// `module`.
    pub modules: bool,
    /// `unhandled`.
    pub rejections: bool,
    /// `exit`, `enter-with`, `disable`, `resource`, `in-resource`.
    pub als: bool,
    /// `immediate`.
    pub immediates: bool,
    /// `next-tick`.
    pub next_ticks: bool,
    /// `event-target`, `abort-signal`, `abort`.
    pub event_targets: bool,
    /// `channel`, `listen`, `post`.
    pub messages: bool,
    /// `operation` on files.
    pub files: bool,
    /// `diagnostics`, `bind-store`, `run-stores`.
    pub diagnostics: bool,
}

const WORDS: [&str; 19] = [
    "gen",
    "agen",
    "iterator",
    "thenable",
    "event",
    "run-async",
    "guard",
    "hide",
    "options",
    "host",
    "module",
    "rejection",
    "als",
    "immediate",
    "next-tick",
    "event-target",
    "message",
    "fs",
    "diagnostics",
];

impl Features {
    /// All features.
    pub const ALL: Features = Features {
        generators: true,
        async_generators: true,
        iterators: true,
        thenables: true,
        events: true,
        run_async: true,
        guards: true,
        hide: true,
        options: true,
        host: true,
        modules: true,
        rejections: true,
        als: true,
        immediates: true,
        next_ticks: true,
        event_targets: true,
        messages: true,
        files: true,
        diagnostics: true,
    };

    /// Returns the features that all of these targets support. Threads and garbage collection are included only if all
    /// targets must conform, since they are slow on other JavaScript runtimes.
    pub fn shared(targets: &[&dyn Target]) -> Features {
        let fast = targets.iter().all(|target| target.must_conform());
        let have = |capability| targets.iter().all(|target| target.capabilities().contains(&capability));
        Features {
            guards: have(Capability::Guard),
            hide: have(Capability::Hide),
            options: have(Capability::Options),
            host: fast && have(Capability::Gc) && have(Capability::Worker),
            modules: have(Capability::Module),
            rejections: have(Capability::Rejection),
            als: have(Capability::Als) && have(Capability::Mutate),
            immediates: have(Capability::Immediate),
            next_ticks: have(Capability::NextTick),
            event_targets: have(Capability::EventTarget),
            messages: have(Capability::Message),
            files: have(Capability::Fs),
            diagnostics: have(Capability::Diagnostics),
            ..Features::ALL
        }
    }

    /// Returns the names that [`Features::set`] accepts.
    pub fn words() -> impl Iterator<Item = &'static str> {
        WORDS.into_iter()
    }

    /// Enables or disables the feature of this name. Returns false if there is no such feature.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut features = conformance::search::Features::default();
    /// assert!(features.set("gen", false));
    /// assert!(!features.generators);
    /// assert!(!features.set("generators", false));
    /// ```
    pub fn set(&mut self, word: &str, on: bool) -> bool {
        match WORDS.iter().position(|known| *known == word) {
            Some(index) => *self.parts()[index] = on,
            None => return false,
        }
        true
    }

    /// Returns the switches in the order of [`WORDS`].
    fn parts(&mut self) -> [&mut bool; 19] {
        [
            &mut self.generators,
            &mut self.async_generators,
            &mut self.iterators,
            &mut self.thenables,
            &mut self.events,
            &mut self.run_async,
            &mut self.guards,
            &mut self.hide,
            &mut self.options,
            &mut self.host,
            &mut self.modules,
            &mut self.rejections,
            &mut self.als,
            &mut self.immediates,
            &mut self.next_ticks,
            &mut self.event_targets,
            &mut self.messages,
            &mut self.files,
            &mut self.diagnostics,
        ]
    }
}

/// Returns the capabilities that all targets have.
impl Default for Features {
    fn default() -> Features {
        Features {
            guards: false,
            hide: false,
            options: false,
            host: false,
            modules: false,
            rejections: false,
            als: false,
            immediates: false,
            next_ticks: false,
            event_targets: false,
            messages: false,
            files: false,
            diagnostics: false,
            ..Features::ALL
        }
    }
}

/// The names of the enabled features, separated by spaces.
impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut copy = *self;
        let on: Vec<&str> = WORDS.into_iter().zip(copy.parts()).filter(|(_, on)| **on).map(|(word, _)| word).collect();
        f.write_str(&on.join(" "))
    }
}
