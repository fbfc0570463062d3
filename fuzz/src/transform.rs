//! A JavaScript program that does not use AsyncContext must behave the same in the plain engine and
//! in the engine with AsyncContext, which transforms its generators: the same output, the same
//! completion, and the same result of parsing.
//!
//! Bytes that start with `//` are the program; from others, a grammar generates one.

mod engine;
mod grammar;

use arbitrary::Unstructured;
use conformance::engine::on_own_thread;

use self::engine::{End, run};

/// Enough for the deepest nesting that the engine's parser accepts; sanitizers enlarge its frames.
const STACK: usize = 512 << 20;

/// Runs the program that `bytes` contain or generate in both engines, and compares them.
pub fn check(bytes: &[u8]) {
    if bytes.starts_with(b"//") {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        if is_bounded(text) {
            runs_alike(text);
        }
    } else if let Ok(text) = grammar::program(&mut Unstructured::new(bytes)) {
        runs_alike(&text);
    }
}

/// Whether a text can neither allocate something huge, which no limit of the engine prevents, nor
/// use features that are documented to differ.
fn is_bounded(text: &str) -> bool {
    const AVOIDED: &[&str] =
        &["**", "<<", "\\", "repeat", "pad", "Date", "random", "stack", "with", "callee", "AsyncContext"];
    let is_long_number = |word: &str| word.len() > 3 && word.starts_with(|first: char| first.is_ascii_digit());
    let avoided = text.split(|c: char| !c.is_ascii_alphanumeric()).any(is_long_number)
        || AVOIDED.iter().any(|word| text.contains(word))
        || text.contains("super") && text.contains("arguments[");
    !avoided
}

fn runs_alike(text: &str) {
    // Defects of the plain engine are not reported.
    let Ok(alone) = on_own_thread(STACK, || run(text, false)) else { return };
    let ours = on_own_thread(STACK, || run(text, true)).unwrap_or_else(|failure| panic!("{failure}\n{text}"));
    if [&alone, &ours].iter().any(|seen| seen.ends.contains(&End::Limit)) {
        return;
    }
    assert_eq!(ours, alone, "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns pseudorandom bytes derived from the seed.
    fn noise(seed: u64) -> Vec<u8> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        };
        std::iter::repeat_with(next).take(300).collect()
    }

    #[test]
    fn most_generated_programs_run_and_show_something() {
        let (mut parsed, mut shown) = (0, 0);
        for seed in 1..=40 {
            let text = grammar::program(&mut Unstructured::new(&noise(seed))).expect("a program");
            let seen = run(&text, false);
            parsed += usize::from(
                !seen.ends.iter().any(|end| matches!(end, End::Thrown(name) if name == "string SyntaxError")),
            );
            shown += usize::from(seen.shown.len() > 1);
        }
        println!("{parsed} of 40 programs are parsed, {shown} show something");
        assert!(parsed >= 20 && shown >= 10, "{parsed} parsed, {shown} shown");
    }

    #[test]
    fn a_difference_is_seen() {
        let text = "see(typeof AsyncContext); throw new RangeError('r')";
        let (ours, alone) = (run(text, true), run(text, false));
        assert_ne!(ours, alone);
        assert_eq!(alone.shown, ["string undefined"]);
        assert_eq!(alone.ends, [End::Thrown("string RangeError: string r".to_owned())]);
    }
}
