//! Profiles: the families of implementations for which a case can state an outcome.

use std::fmt;

/// A family of implementations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// The draft's algorithms.
    Spec,
    /// The crate's core.
    Rust,
    /// The crate's AsyncLocalStorage facade.
    Facade,
    /// What WinterTC's portable subset of AsyncLocalStorage requires.
    Wintertc,
    /// Node with AsyncContextFrame.
    NodeAcf,
    /// Node without it.
    NodeLegacy,
    /// Deno.
    Deno,
    /// Bun.
    Bun,
    /// workerd.
    Workerd,
    /// Boa with this project's `asynccontext-boa`.
    Boa,
    /// An implementation that the suite does not know. No case lists a deviation for it.
    Other,
}

/// The API through which a JavaScript runtime is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Api {
    /// The draft's `AsyncContext`.
    Ac,
    /// Node's `AsyncLocalStorage`.
    Als,
}

/// A profile or a group of them, in the order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// All five runtimes. Boa is not one of them, since it must conform to the draft.
    Js,
    /// Both families of Node.
    Node,
    /// One profile.
    One(Profile),
}

/// A family, optionally limited to one API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Selector {
    /// The family.
    pub family: Family,
    /// The API; both APIs if absent.
    pub api: Option<Api>,
}

const FAMILIES: &[(&str, Family)] = &[
    ("js", Family::Js),
    ("node", Family::Node),
    ("spec", Family::One(Profile::Spec)),
    ("rust", Family::One(Profile::Rust)),
    ("facade", Family::One(Profile::Facade)),
    ("wintertc-als", Family::One(Profile::Wintertc)),
    ("node-acf", Family::One(Profile::NodeAcf)),
    ("node-legacy", Family::One(Profile::NodeLegacy)),
    ("deno", Family::One(Profile::Deno)),
    ("bun", Family::One(Profile::Bun)),
    ("workerd", Family::One(Profile::Workerd)),
    ("boa", Family::One(Profile::Boa)),
];

impl Profile {
    /// Returns the name in cases.
    pub fn word(self) -> &'static str {
        if self == Profile::Other { "other" } else { word(Family::One(self)) }
    }

    /// Whether its targets can follow each reading of the draft. The others behave in one way.
    pub fn follows_readings(self) -> bool {
        matches!(self, Profile::Spec | Profile::Boa)
    }

    /// Whether it is one of the JavaScript runtimes that `js` stands for.
    pub fn is_js(self) -> bool {
        use Profile::{Boa, Facade, Other, Rust, Spec, Wintertc};
        !matches!(self, Spec | Rust | Facade | Wintertc | Boa | Other)
    }
}

impl Selector {
    /// Parses `family` or `family:api`.
    pub fn parse(text: &str) -> Option<Selector> {
        let (family, api) = match text.split_once(':') {
            None => (text, None),
            Some((family, "ac")) => (family, Some(Api::Ac)),
            Some((family, "als")) => (family, Some(Api::Als)),
            Some(_) => return None,
        };
        let family = FAMILIES.iter().find(|(word, _)| *word == family)?.1;
        Some(Selector { family, api })
    }

    /// Returns the names of families that [`Selector::parse`] accepts.
    pub fn words() -> impl Iterator<Item = &'static str> {
        FAMILIES.iter().map(|(word, _)| *word)
    }

    /// Whether it selects this profile through this API.
    pub fn selects(self, profile: Profile, api: Option<Api>) -> bool {
        let family = match self.family {
            Family::Js => profile.is_js(),
            Family::Node => matches!(profile, Profile::NodeAcf | Profile::NodeLegacy),
            Family::One(one) => one == profile,
        };
        family && (self.api.is_none() || self.api == api)
    }

    /// Returns the precedence: `js`, `node`, a single profile; a selector with a suffix ranks above one without.
    pub fn rank(self) -> (bool, u8) {
        let family = match self.family {
            Family::Js => 0,
            Family::Node => 1,
            Family::One(_) => 2,
        };
        (self.api.is_some(), family)
    }
}

fn word(family: Family) -> &'static str {
    FAMILIES.iter().find(|(_, f)| *f == family).map_or("", |(word, _)| word)
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(word(self.family))?;
        match self.api {
            None => Ok(()),
            Some(Api::Ac) => f.write_str(":ac"),
            Some(Api::Als) => f.write_str(":als"),
        }
    }
}
