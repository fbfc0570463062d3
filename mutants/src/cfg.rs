//! Evaluation of `cfg` attributes: the builds that contain a piece of code.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, Meta, Token};

use crate::mutant::Home;

/// Whether each of the two builds contains a piece of code, and the reason if neither does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Builds {
    debug: bool,
    release: bool,
    reason: &'static str,
}

impl Builds {
    pub(crate) const BOTH: Builds = Builds { debug: true, release: true, reason: "" };

    /// Returns the builds that also satisfy the `cfg` attributes.
    pub(crate) fn under(self, attributes: &[Attribute]) -> Builds {
        let mut builds = self;
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
            let Ok(meta) = attribute.parse_args::<Meta>() else { continue };
            if builds.is_in_none() {
                return builds;
            }
            builds.debug &= holds(&meta, true);
            builds.release &= holds(&meta, false);
            if builds.is_in_none() {
                builds.reason = reason(&meta);
            }
        }
        builds
    }

    /// Returns neither build, with this reason.
    pub(crate) fn without(self, reason: &'static str) -> Builds {
        if self.is_in_none() { self } else { Builds { debug: false, release: false, reason } }
    }

    fn is_in_none(self) -> bool {
        !self.debug && !self.release
    }

    pub(crate) fn home(self) -> Home {
        match (self.debug, self.release) {
            (true, _) => Home::Debug,
            (false, true) => Home::Release,
            (false, false) => Home::Nowhere(self.reason),
        }
    }

    /// Whether it is test code, which is not mutated.
    pub(crate) fn is_test(self) -> bool {
        self.is_in_none() && self.reason == TEST
    }
}

const TEST: &str = "tests";

/// Whether the condition holds in a build with all features and `--cfg tokio_unstable`.
///
/// `test` counts as false, since test code is not mutated, and code that tests exclude does not run.
fn holds(meta: &Meta, debug: bool) -> bool {
    match meta {
        Meta::Path(path) if path.is_ident("debug_assertions") => debug,
        Meta::Path(path) => ["tokio_unstable", "unix", "panic"].iter().any(|name| path.is_ident(name)),
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(literal) if pair.path.is_ident("feature") => matches!(literal.lit, Lit::Str(_)),
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => [("target_pointer_width", "64"), ("target_os", "linux"), ("target_arch", "x86_64")]
                    .iter()
                    .any(|(name, value)| pair.path.is_ident(name) && text.value() == *value),
                _ => false,
            },
            _ => false,
        },
        Meta::List(list) => {
            let Ok(inner) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) else {
                return false;
            };
            if list.path.is_ident("not") {
                inner.first().is_some_and(|meta| !holds(meta, debug))
            } else if list.path.is_ident("any") {
                inner.iter().any(|meta| holds(meta, debug))
            } else {
                inner.iter().all(|meta| holds(meta, debug))
            }
        }
    }
}

fn reason(meta: &Meta) -> &'static str {
    let names = |wanted: &str| mentions(meta, wanted);
    if names("test") || names("doctest") {
        TEST
    } else if names("loom") {
        "only under loom"
    } else if names("tsan") {
        "only under the thread sanitizer"
    } else {
        "not in a build on Linux with all features"
    }
}

fn mentions(meta: &Meta, name: &str) -> bool {
    match meta {
        Meta::List(list) => list
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|inner| inner.iter().any(|meta| mentions(meta, name))),
        other => other.path().is_ident(name),
    }
}
