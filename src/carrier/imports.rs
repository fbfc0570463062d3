//! `Imports`, the variables that are read at one boundary, and the counters of what was dropped.

use std::fmt;

use super::Extractor;
use super::error::{Reason, Refusal};
use super::import::Import;
use super::text;
use crate::mapping;
use crate::snapshot::Snapshot;
use crate::sync::{AtomicU64, Ordering};

/// The number of variables that one boundary may import. The same number of entries is what W3C
/// baggage requires implementations to propagate.
const ENTRIES: usize = 64;

/// The number of bytes that the keys and texts of one carrier may have together, as in W3C baggage.
const BYTES: usize = 8192;

/// The variables that are read from the carriers that arrive at one boundary, from senders that
/// may be strangers.
///
/// Only listed variables are read, each within its limit and by its policy: see [`Import`]. All
/// texts of a carrier together, with their keys, may have 8192 bytes, as in W3C baggage; a list has
/// at most 64 variables. Texts are read in the order of the list.
///
/// [`extract`](Self::extract) does not fail. A text that is oversized, malformed, duplicated,
/// refused by the policy or by the variable's decoder is dropped and counted, and all others are
/// read. A decoded text that has control characters (carriage returns, line feeds, zeros, escapes),
/// line or paragraph separators, or characters that change the direction of text, is dropped too: no
/// imported text can end a line of a log, or forge one. Values that need such characters are sent in
/// another encoding, such as Base64.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Imports};
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static RETRIES: Exported<u8> = Variable::named("retries").exported("x-retries");
///
/// static FROM_OUR_SERVICES: Imports = Imports::new(&[TENANT.import().limit(64), RETRIES.import()]);
///
/// let headers = [("x-tenant", "blue"), ("x-retries", "many"), ("x-admin", "true")];
/// let headers = headers.map(|(key, text)| (key.to_owned(), text.to_owned())).to_vec();
///
/// let imported = FROM_OUR_SERVICES.extract(&headers);
/// assert_eq!(imported.snapshot.run(|| (TENANT.get(), RETRIES.get())), (Some("blue".into()), None));
/// assert_eq!(FROM_OUR_SERVICES.dropped().unreadable, 1);
/// ```
pub struct Imports {
    list: &'static [Import],
    counters: Counters,
}

impl Imports {
    /// Creates a list of variables to import.
    ///
    /// # Panics
    ///
    /// Panics if two of them have the same key, or if there are more than 64. In a `static` this is
    /// a compile-time error.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Imports};
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_OUR_SERVICES: Imports = Imports::new(&[TENANT.import()]);
    /// ```
    pub const fn new(list: &'static [Import]) -> Imports {
        assert!(list.len() <= ENTRIES, "a list imports more than 64 variables");
        let mut at = 0;
        while at < list.len() {
            let mut before = 0;
            while before < at {
                let same = text::same(list[at].export().key(), list[before].export().key());
                assert!(!same, "two imported variables of a list have the same key");
                before += 1;
            }
            at += 1;
        }
        Imports { list, counters: Counters::new() }
    }

    /// Reads the values of the listed variables from `carrier` into a snapshot that holds nothing
    /// else.
    ///
    /// As with [`Exports::extract`](super::Exports::extract), entering the snapshot leaves foreign
    /// context unchanged.
    ///
    /// # Panics
    ///
    /// Panics if a variable's `read`, or the function of a [verified](Import::verified_by) import,
    /// panics. This crate's own code does not panic on any carrier.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Imports};
    /// static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// static FROM_OUR_SERVICES: Imports = Imports::new(&[USER.import()]);
    ///
    /// let imported = FROM_OUR_SERVICES.extract(&vec![("x-user".to_owned(), "7".to_owned())]);
    /// assert_eq!(imported.snapshot.run(|| USER.get()), Some(7));
    /// assert!(imported.refused.is_empty());
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn extract(&self, carrier: &dyn Extractor) -> Imported {
        self.extract_onto(carrier, Snapshot(mapping::nothing_of_ours()))
    }

    /// Reads the values of the listed variables from `carrier` into `onto`, which keeps its other
    /// values.
    ///
    /// A listed variable that is not read is unbound in the result, even if it is bound in `onto`,
    /// so that a request without a tenant has none, wherever it is handled.
    ///
    /// # Panics
    ///
    /// Panics as [`extract`](Self::extract) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// # use asynccontext::carrier::{Exported, Imports};
    /// static LISTENER: Variable<&str> = Variable::named("listener");
    /// static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// static FROM_OUR_SERVICES: Imports = Imports::new(&[USER.import()]);
    ///
    /// LISTENER.run("internal", || {
    ///     let headers = vec![("x-user".to_owned(), "7".to_owned())];
    ///     let imported = FROM_OUR_SERVICES.extract_onto(&headers, Snapshot::capture());
    ///     assert_eq!(imported.snapshot.run(|| (LISTENER.get(), USER.get())), (Some("internal"), Some(7)));
    /// });
    /// ```
    pub fn extract_onto(&self, carrier: &dyn Extractor, onto: Snapshot) -> Imported {
        let mut snapshot = onto;
        let mut refused = Vec::new();
        let mut left = BYTES;
        for import in self.list {
            snapshot = import.export().unbound(snapshot);
            let read = match import.find(carrier) {
                Ok(None) => continue,
                Ok(Some(text)) => match left.checked_sub(import.export().key().len() + text.len()) {
                    Some(rest) => {
                        left = rest;
                        import.read(text, carrier, &snapshot)
                    }
                    None => Err(Reason::TooMuch),
                },
                Err(reason) => Err(reason),
            };
            match read {
                Ok(more) => snapshot = more,
                Err(reason) => {
                    self.counters.count(&reason);
                    refused.push(Refusal::new(import.export(), reason));
                }
            }
        }
        Imported { snapshot, refused }
    }

    /// Returns how many texts were dropped so far, by reason.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Imports};
    /// static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// static FROM_OUR_SERVICES: Imports = Imports::new(&[USER.import()]);
    ///
    /// FROM_OUR_SERVICES.extract(&vec![("x-user".to_owned(), "7; admin=1".to_owned())]);
    /// assert_eq!(FROM_OUR_SERVICES.dropped().malformed, 1);
    /// ```
    pub fn dropped(&self) -> Dropped {
        self.counters.read()
    }
}

impl fmt::Debug for Imports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Imports").field("list", &self.list).field("dropped", &self.dropped()).finish()
    }
}

/// What was read from a carrier, and what was dropped.
///
/// Returned by [`Imports::extract`].
///
/// # Examples
///
/// ```
/// # use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Imported, Imports};
///
/// static USER: Exported<u64> = Variable::named("user").exported("x-user");
/// static FROM_OUR_SERVICES: Imports = Imports::new(&[USER.import()]);
///
/// let headers = vec![("x-user".to_owned(), "ann".to_owned())];
/// let Imported { snapshot, refused, .. } = FROM_OUR_SERVICES.extract(&headers);
/// for refusal in &refused {
///     eprintln!("dropped: {refusal}"); // says "user" and "x-user", never the text
/// }
/// assert_eq!((snapshot.run(|| USER.get()), refused.len()), (None, 1));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Imported {
    /// The snapshot of all variables that were read.
    pub snapshot: Snapshot,
    /// The variables whose texts were dropped, with the reasons.
    pub refused: Vec<Refusal>,
}

/// Declares the counters, one for each reason for which a text is dropped.
macro_rules! counters {
    ($($(#[$about:meta])* $name:ident: $reason:pat,)+) => {
        /// How many texts an [`Imports`] has dropped, by reason.
        ///
        /// # Examples
        ///
        /// ```
        /// # use asynccontext::Variable;
        /// use asynccontext::carrier::{Dropped, Exported, Imports};
        ///
        /// static USER: Exported<u64> = Variable::named("user").exported("x-user");
        /// static FROM_OUR_SERVICES: Imports = Imports::new(&[USER.import().limit(20)]);
        ///
        /// FROM_OUR_SERVICES.extract(&vec![("x-user".to_owned(), "7".repeat(99))]);
        /// let dropped: Dropped = FROM_OUR_SERVICES.dropped();
        /// assert_eq!((dropped.too_long, dropped.total()), (1, 1));
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
        #[non_exhaustive]
        pub struct Dropped {
            $($(#[$about])* pub $name: u64,)+
        }

        impl Dropped {
            /// Returns each reason's name with its count, for a metric with the reason as its label.
            ///
            /// # Examples
            ///
            /// ```
            /// # use asynccontext::Variable;
            /// # use asynccontext::carrier::{Exported, Imports};
            /// # static USER: Exported<u64> = Variable::named("user").exported("x-user");
            /// # static FROM_OUR_SERVICES: Imports = Imports::new(&[USER.import()]);
            /// FROM_OUR_SERVICES.extract(&vec![("x-user".to_owned(), "ann".to_owned())]);
            /// let counts = FROM_OUR_SERVICES.dropped();
            /// assert!(counts.iter().any(|(reason, count)| reason == "unreadable" && count == 1));
            /// ```
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + use<> {
                [$((stringify!($name), self.$name),)+].into_iter()
            }
        }

        struct Counters {
            $($name: AtomicU64,)+
        }

        impl Counters {
            const fn new() -> Counters {
                Counters { $($name: AtomicU64::new(0),)+ }
            }

            fn count(&self, reason: &Reason) {
                let counter = match reason {
                    $($reason => &self.$name,)+
                };
                counter.fetch_add(1, Ordering::Relaxed);
            }

            fn read(&self) -> Dropped {
                Dropped { $($name: self.$name.load(Ordering::Relaxed),)+ }
            }
        }
    };
}

counters! {
    /// Texts with more bytes than the limit of their import.
    too_long: Reason::TooLong { .. },
    /// Texts beyond the limit for all texts of a carrier.
    too_much: Reason::TooMuch,
    /// Keys with several texts.
    repeated: Reason::Repeated,
    /// Texts that are not percent-encoded UTF-8.
    malformed: Reason::Malformed,
    /// Texts with control characters.
    control_character: Reason::ControlCharacter,
    /// Texts that the variable's `read` refused.
    unreadable: Reason::Unreadable(_),
    /// Texts that the function of [`Import::verified_by`] refused.
    unverified: Reason::Unverified(_),
    /// Texts of [ignored](Import::ignored) imports.
    ignored: Reason::Ignored,
    /// Texts that the carrier failed to return.
    carrier: Reason::Carrier(_) | Reason::Unwritable(_),
}

impl Dropped {
    /// Returns the number of all dropped texts.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::carrier::Imports;
    /// static FROM_ANYONE: Imports = Imports::new(&[]);
    /// assert_eq!(FROM_ANYONE.dropped().total(), 0);
    /// ```
    pub fn total(&self) -> u64 {
        self.iter().map(|(_, count)| count).sum()
    }
}
