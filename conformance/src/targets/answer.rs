//! The answer of a process to a program: a line of JSON that starts with the token of the run.

use serde_json::Value;

use super::Run;
use crate::program::outcome::Outcome;

/// Parses the line with the answer to the program of this number.
///
/// # Errors
///
/// Returns the shortened line if it is not such an answer.
pub(super) fn read(line: &str, token: &str, number: usize) -> Result<Run, String> {
    line.strip_prefix(token).and_then(|json| run(json, number)).ok_or_else(|| shorten(line))
}

/// Parses an answer without a token. Returns none if the line is not an answer.
pub(super) fn run(json: &str, number: usize) -> Option<Run> {
    let answer: Value = serde_json::from_str(json).ok()?;
    if answer.get("id")?.as_u64()? != number as u64 {
        return None;
    }
    if let Some(reason) = answer.get("failed") {
        return Some(Run::Failed(reason.as_str()?.to_owned()));
    }
    if let Some(reason) = answer.get("unsupported") {
        return Some(Run::Unsupported(reason.as_str()?.to_owned()));
    }
    let mut outcome = Outcome::default();
    for (strand, observations) in answer.get("strands")?.as_object()? {
        let strand = strand.as_str().into();
        for observation in observations.as_array()? {
            let (value, label) = match observation.as_array()?.as_slice() {
                [value] => (value.as_str()?, None),
                [value, label] => (value.as_str()?, Some(label.as_str()?.into())),
                _ => return None,
            };
            outcome.observe(&strand, value, label.as_ref());
        }
    }
    Some(Run::Outcome(outcome))
}

/// Returns the start of a line, with control characters escaped.
pub(super) fn shorten(line: &str) -> String {
    let start: String = line.chars().take(200).flat_map(char::escape_debug).collect();
    if line.chars().nth(200).is_some() { format!("{start}…") } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_parsed() {
        let line = r#"T{"id":3,"strands":{"main":[["a"],["b","label"]],"q":[]}}"#;
        let Ok(Run::Outcome(outcome)) = read(line, "T", 3) else { panic!("unread") };
        assert_eq!(outcome.to_string(), "main a b");
        assert_eq!(outcome.strand("main")[1].label.as_deref(), Some("label"));
    }

    #[test]
    fn a_failure_is_parsed() {
        assert_eq!(read(r#"T{"id":0,"failed":"x"}"#, "T", 0), Ok(Run::Failed("x".into())));
        assert_eq!(read(r#"T{"id":0,"unsupported":"x"}"#, "T", 0), Ok(Run::Unsupported("x".into())));
    }

    #[test]
    fn any_other_line_is_rejected() {
        let answers = [
            r#"{"id":0,"strands":{}}"#,
            r#"T{"id":1,"strands":{}}"#,
            r#"T{"id":0}"#,
            r#"T{"id":0,"strands":{"main":["a"]}}"#,
            r#"T{"id":0,"strands":{"main":[["a","b","c"]]}}"#,
            r#"T{"id":0,"strands":{}"#,
            "",
        ];
        for line in answers {
            assert!(read(line, "T", 0).is_err(), "{line}");
        }
    }

    #[test]
    fn a_rejected_line_is_shortened_and_escaped() {
        let refused = read(&format!("\u{1b}[2J{}", "x".repeat(1000)), "T", 0).unwrap_err();
        assert!(refused.starts_with("\\u{1b}[2Jx") && refused.ends_with("x…") && refused.len() < 300);
    }
}
