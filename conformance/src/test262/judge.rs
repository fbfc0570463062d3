//! The comparison of a run's behavior with the expectation of its test.

use super::frontmatter::{Flag, Frontmatter};
use super::order::{End, Observed, Thrown};
use super::results::{Kind, Outcome};

const COMPLETE: &str = "Test262:AsyncTestComplete";
const FAILURE: &str = "Test262:AsyncTestFailure:";

pub(super) fn judge(test: &Frontmatter, observed: &Observed) -> Outcome {
    let thrown = match &observed.end {
        End::Panicked(text) => return Outcome::new(Kind::Panic, text.clone()),
        End::NotRun(text) => return Outcome::new(Kind::Error, text.clone()),
        End::Harness(text) => return Outcome::new(Kind::Fail, text.clone()),
        End::Threw(thrown) => Some(thrown),
        End::Completed | End::Waits => None,
    };
    let wrong = match (&test.negative, thrown) {
        (Some(negative), thrown) => {
            let expected = format!("a {} in the phase {}", negative.kind, negative.phase.word());
            match thrown {
                None => Some(format!("expected {expected}, but nothing was thrown")),
                Some(thrown) if thrown.phase != negative.phase || thrown.kind.as_ref() != Some(&negative.kind) => {
                    Some(format!("expected {expected}, but it threw {}", describe(thrown)))
                }
                Some(_) => None,
            }
        }
        (None, Some(thrown)) => Some(format!("it threw {}", describe(thrown))),
        (None, None) if test.has(Flag::Async) && !test.has(Flag::Raw) => done(&observed.printed),
        (None, None) if observed.end == End::Waits => {
            Some("its module never ends: no job is left, but it still waits".to_owned())
        }
        (None, None) => None,
    };
    wrong.map_or_else(Outcome::pass, |reason| Outcome::new(Kind::Fail, reason))
}

fn describe(thrown: &Thrown) -> String {
    format!("in the phase {}: {}", thrown.phase.word(), thrown.text)
}

/// Returns the error of a test that must call `$DONE`, if there is one.
fn done(printed: &[String]) -> Option<String> {
    if let Some(failure) = printed.iter().find_map(|line| line.strip_prefix(FAILURE)) {
        return Some(format!("it called $DONE with {}", failure.trim_start()));
    }
    match printed.iter().filter(|line| *line == COMPLETE).count() {
        1 => None,
        0 => Some("it never called $DONE".to_owned()),
        more => Some(format!("it called $DONE {more} times")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::frontmatter::{Negative, Phase};
    use super::*;

    fn kind(test: &Frontmatter, end: End, printed: &[&str]) -> Kind {
        let printed = printed.iter().map(|line| (*line).to_owned()).collect();
        judge(test, &Observed { end, printed, spent: false }).kind
    }

    fn threw(phase: Phase, kind: Option<&str>) -> End {
        End::Threw(Thrown { phase, kind: kind.map(str::to_owned), text: String::new() })
    }

    #[test]
    fn an_ordinary_test_must_not_throw() {
        let test = Frontmatter::default();
        assert_eq!(kind(&test, End::Completed, &[FAILURE]), Kind::Pass);
        assert_eq!(kind(&test, threw(Phase::Runtime, Some("Error")), &[]), Kind::Fail);
        assert_eq!(kind(&test, End::Panicked(String::new()), &[]), Kind::Panic);
        assert_eq!(kind(&test, End::NotRun(String::new()), &[]), Kind::Error);
        assert_eq!(kind(&test, End::Harness(String::new()), &[]), Kind::Fail);
        assert_eq!(kind(&test, End::Waits, &[]), Kind::Fail);
    }

    #[test]
    fn a_negative_test_must_throw_the_error_in_its_phase() {
        let negative = Some(Negative { phase: Phase::Resolution, kind: "SyntaxError".into() });
        let test = Frontmatter { negative, ..Frontmatter::default() };
        assert_eq!(kind(&test, threw(Phase::Resolution, Some("SyntaxError")), &[]), Kind::Pass);
        for end in [
            End::Completed,
            threw(Phase::Parse, Some("SyntaxError")),
            threw(Phase::Runtime, Some("SyntaxError")),
            threw(Phase::Resolution, Some("TypeError")),
            threw(Phase::Resolution, None),
        ] {
            assert_eq!(kind(&test, end.clone(), &[]), Kind::Fail, "{end:?}");
        }
    }

    #[test]
    fn an_async_test_must_call_done_once_without_an_error() {
        let test = Frontmatter { flags: vec![Flag::Async], ..Frontmatter::default() };
        assert_eq!(kind(&test, End::Completed, &["x", COMPLETE]), Kind::Pass);
        let failed = "Test262:AsyncTestFailure:Test262Error: x";
        for printed in
            [&[][..], &["Test262"], &[failed], &[COMPLETE, failed], &[failed, COMPLETE], &[COMPLETE, COMPLETE]]
        {
            assert_eq!(kind(&test, End::Completed, printed), Kind::Fail, "{printed:?}");
        }
        assert_eq!(kind(&test, threw(Phase::Runtime, None), &[COMPLETE]), Kind::Fail);
    }
}
