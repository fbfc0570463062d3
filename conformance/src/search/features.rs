//! Switches for parts of the language, to search beyond a known difference.

use std::fmt;

use crate::program::table::Capability;
use crate::targets::Target;

/// Which parts of the language random programs use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// `generator` and its kin.
    pub generators: bool,
    /// `async-generator` and its kin.
    pub async_generators: bool,
    /// `thenable`.
    pub thenables: bool,
    /// `emitter`, `on`, `emit`.
    pub events: bool,
    /// `run-async`, `in-async`.
    pub run_async: bool,
    /// `enter`, `leave`.
    pub guards: bool,
    /// Variables with a default or a name, and `name`.
    pub options: bool,
}

const WORDS: [&str; 7] = ["gen", "agen", "thenable", "event", "run-async", "guard", "options"];

impl Features {
    /// Every part.
    pub const ALL: Features = Features {
        generators: true,
        async_generators: true,
        thenables: true,
        events: true,
        run_async: true,
        guards: true,
        options: true,
    };

    /// What all of these targets can do.
    pub fn shared(targets: &[&dyn Target]) -> Features {
        let have = |capability| targets.iter().all(|target| target.capabilities().contains(&capability));
        Features { guards: have(Capability::Guard), options: have(Capability::Options), ..Features::ALL }
    }

    /// The words that [`Features::set`] takes.
    pub fn words() -> impl Iterator<Item = &'static str> {
        WORDS.into_iter()
    }

    /// Switches the part of this word on or off; false if there is no such word.
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

    /// The switches in the order of [`WORDS`].
    fn parts(&mut self) -> [&mut bool; 7] {
        [
            &mut self.generators,
            &mut self.async_generators,
            &mut self.thenables,
            &mut self.events,
            &mut self.run_async,
            &mut self.guards,
            &mut self.options,
        ]
    }
}

/// What every JavaScript runtime can do too: all but guards and options.
impl Default for Features {
    fn default() -> Features {
        Features { guards: false, options: false, ..Features::ALL }
    }
}

/// The words of the parts that are on.
impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut copy = *self;
        let on: Vec<&str> = WORDS.into_iter().zip(copy.parts()).filter(|(_, on)| **on).map(|(word, _)| word).collect();
        f.write_str(&on.join(" "))
    }
}
