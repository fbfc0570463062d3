//! Tests of shrinking.

use super::shrink;
use crate::program::generate::{Options, generate};
use crate::program::{Body, Program, Step, print};
use crate::run::run;
use crate::shared::Conditions;

/// Whether the program captures inside a `read`.
fn captures_in_a_read(body: &Body, inside: bool) -> bool {
    body.iter().any(|step| match step {
        Step::Capture => inside,
        Step::Read { body, .. } => captures_in_a_read(body, true),
        Step::Run { body, .. } | Step::RunIn { body, .. } | Step::Catch(body) => captures_in_a_read(body, inside),
        _ => false,
    })
}

#[test]
fn shrinking_keeps_the_relevant_steps() {
    let fails = |program: &Program| captures_in_a_read(&program.body, false);
    let program = (0..).map(|seed| generate(seed, &Options::default())).find(fails).expect("some do");
    let small = shrink(&program, usize::MAX, fails);
    let [Step::Read { body, .. }] = &small.body[..] else { panic!("{small}") };
    assert_eq!(body[..], [Step::Capture]);
}

#[test]
fn shrinking_respects_the_limit_of_runs() {
    let program = generate(1, &Options::default());
    let mut asked = 0;
    let small = shrink(&program, 10, |_| {
        asked += 1;
        false
    });
    assert_eq!((asked, small), (10, program));
}

#[test]
#[cfg_attr(miri, ignore = "takes long")]
fn a_failing_program_shrinks_to_a_few_lines() {
    let wrong = Conditions { wrong: true, ..Conditions::default() };
    let fails = |program: &Program| run(program, wrong).fault.is_some();
    let program = (0..).map(|seed| generate(seed, &Options::default())).find(fails).expect("some do");
    let small = shrink(&program, 5000, fails);
    let lines = small.to_string().lines().count();
    assert!(lines <= 10, "{small}");
    let longest = small.body.iter().map(print::line).map(|line| line.len()).max();
    assert!(longest.is_some_and(|length| length < 60), "{small}");
}
