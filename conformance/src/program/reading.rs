//! Readings: the ways to read the draft at a point that is contested or about to change.

use std::fmt;

/// A way to read the draft. All but the first differ from the pinned draft at one point.
///
/// `spec/contested.md` describes the points and the discussions.
///
/// # Examples
///
/// ```
/// use conformance::program::reading::Reading;
/// assert_eq!(Reading::of("yield-star-2025"), Some(Reading::YieldStar2025));
/// assert_eq!(Reading::default().word(), "draft");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// The pinned draft.
    #[default]
    Draft,
    /// The change of `yield*` to which TC39 agreed in September 2025: the mapping of the generator is restored once, after
    /// the loop. From the second round on, the methods of the inner iterator run in the mapping of the caller.
    YieldStar2025,
    /// Generators and async generators neither capture nor restore a mapping: a body runs in its resumer's mapping.
    GeneratorsResumption,
    /// A rejection is reported in the empty mapping, as the plan for the web says.
    RejectionEmpty,
    /// A rejection is reported in the mapping in which its promise was created.
    RejectionCreation,
    /// A listener of an EventTarget runs in the mapping in which it was added, as the proposal's README says.
    EventsRegistration,
    /// An event that is dispatched later because of a call runs in the mapping of that call, also on another object than the
    /// one that was called; and an uncaught exception is reported in the mapping of the callback that threw it.
    EventsCause,
    /// The constructor of an error stores a snapshot in its property `snapshot`, as change 148 proposes.
    ErrorSnapshot,
}

impl Reading {
    /// All readings, the pinned draft first.
    pub const ALL: [Reading; 8] = [
        Reading::Draft,
        Reading::YieldStar2025,
        Reading::GeneratorsResumption,
        Reading::RejectionEmpty,
        Reading::RejectionCreation,
        Reading::EventsRegistration,
        Reading::EventsCause,
        Reading::ErrorSnapshot,
    ];

    /// Returns the name on the command line and in cases.
    pub const fn word(self) -> &'static str {
        match self {
            Reading::Draft => "draft",
            Reading::YieldStar2025 => "yield-star-2025",
            Reading::GeneratorsResumption => "generators-resumption",
            Reading::RejectionEmpty => "rejection-empty",
            Reading::RejectionCreation => "rejection-creation",
            Reading::EventsRegistration => "events-registration",
            Reading::EventsCause => "events-cause",
            Reading::ErrorSnapshot => "error-snapshot",
        }
    }

    /// Returns the rule of the reading in one line, for reports.
    pub const fn rule(self) -> &'static str {
        match self {
            Reading::Draft => "the pinned draft",
            Reading::YieldStar2025 => {
                "from the second round on, yield* calls the inner iterator in the caller's mapping"
            }
            Reading::GeneratorsResumption => "a generator's body runs in the mapping of its resumer",
            Reading::RejectionEmpty => "an unhandled rejection is reported in the empty mapping",
            Reading::RejectionCreation => "an unhandled rejection is reported where its promise was created",
            Reading::EventsRegistration => "a listener of an EventTarget runs in the mapping in which it was added",
            Reading::EventsCause => "an event on another object runs in the mapping of the call that caused it",
            Reading::ErrorSnapshot => "the constructor of an error stores a snapshot in its property `snapshot`",
        }
    }

    /// Returns the reading of this name, if there is one.
    pub fn of(word: &str) -> Option<Reading> {
        Reading::ALL.into_iter().find(|reading| reading.word() == word)
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
