//! The forms in which a runtime is a target: through which API, and what that is built on.

use crate::program::profile::Api;
use crate::targets::model::Portable;

/// An API of a runtime and its implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// The runtime's own AsyncLocalStorage.
    Als,
    /// The draft's API on one AsyncLocalStorage.
    AcAls,
    /// The draft's API on the value that V8 keeps with each continuation ("continuation-preserved embedder data").
    AcCped,
    /// The runtime's own `AsyncContext`.
    Ac,
    /// What WinterTC's portable subset has of the runtime's AsyncLocalStorage.
    Portable,
}

impl Form {
    /// All forms, in the order of the matrix.
    pub const ALL: [Form; 5] = [Form::Als, Form::AcAls, Form::AcCped, Form::Ac, Form::Portable];

    /// Returns the part of a target's name after the colon.
    pub fn word(self) -> &'static str {
        match self {
            Form::Als => "als",
            Form::AcAls => "ac-als",
            Form::AcCped => "ac-cped",
            Form::Ac => "ac",
            Form::Portable => Portable::NAME,
        }
    }

    /// Returns the API through which programs reach the runtime.
    pub fn api(self) -> Api {
        match self {
            Form::Als | Form::Portable => Api::Als,
            Form::AcAls | Form::AcCped | Form::Ac => Api::Ac,
        }
    }

    /// Describes the form, for reports.
    pub fn describe(self) -> &'static str {
        match self {
            Form::Als => "AsyncLocalStorage",
            Form::AcAls => "AsyncContext on AsyncLocalStorage",
            Form::AcCped => "AsyncContext on V8's continuation data",
            Form::Ac => "native AsyncContext",
            Form::Portable => "WinterTC's subset of AsyncLocalStorage",
        }
    }
}
