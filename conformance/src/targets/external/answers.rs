//! Answers: what an implementation observed of each program, in JSON.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::program::ast::{Span, Word};
use crate::program::diagnostic::Diagnostic;
use crate::program::json::located::{Json, Located};
use crate::program::json::point;
use crate::program::outcome::Outcome;
use crate::suite::Suite;
use crate::targets::Run;

/// The answer to one program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The id of the case.
    pub id: Word,
    /// What was observed, or why nothing was.
    pub run: Run,
    /// Its place in the text.
    pub span: Span,
}

const FIELDS: [&str; 4] = ["id", "strands", "unsupported", "failed"];

/// Reads a list of answers, or one answer on each line.
///
/// Returns the answers without errors, and the errors in the others. Each message starts with a JSON pointer.
///
/// # Examples
///
/// ```
/// use conformance::targets::external::answers::read;
///
/// let (answers, errors) = read(r#"[{ "id": "c", "strands": { "main": [["a"], ["b", "label"]] } }]"#);
/// assert_eq!((answers.len(), errors.len()), (1, 0));
/// let (_, errors) = read(r#"[{ "id": "c", "strands": { "main": [["a"], 1] } }]"#);
/// assert_eq!(errors[0].message, "/0/strands/main/1: expected an observation, found a number");
/// ```
pub fn read(source: &str) -> (Vec<Answer>, Vec<Diagnostic>) {
    let mut reader = Reader::default();
    let mut answers = Vec::new();
    if source.trim_start().starts_with('[') {
        match Located::parse(source) {
            Ok(root) => {
                if let Json::Array(items) = &root.json {
                    answers.extend(items.iter().filter_map(|item| reader.answer(item)));
                }
                reader.point(&root);
            }
            Err(mistake) => reader.diagnostics.push(mistake),
        }
    } else {
        read_lines(source, &mut reader, &mut answers);
    }
    let mut ids = HashSet::new();
    answers.retain(|answer| {
        let first = ids.insert(answer.id.clone());
        if !first {
            let message = format!("`{}` is answered twice", answer.id);
            reader.diagnostics.push(Diagnostic::new(answer.span.clone(), message));
        }
        first
    });
    (answers, reader.diagnostics)
}

/// Reads an answer on each line that is not empty.
fn read_lines(source: &str, reader: &mut Reader, answers: &mut Vec<Answer>) {
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        let before = reader.diagnostics.len();
        if !line.trim().is_empty() {
            match Located::parse(line) {
                Ok(root) => {
                    answers.extend(reader.answer(&root).map(|mut answer| {
                        answer.span = start + answer.span.start..start + answer.span.end;
                        answer
                    }));
                    reader.point_from(&root, before);
                }
                Err(mistake) => reader.diagnostics.push(mistake),
            }
        }
        for mistake in &mut reader.diagnostics[before..] {
            mistake.span = start + mistake.span.start..start + mistake.span.end;
        }
        start += line.len();
    }
}

/// Reads one answer.
///
/// # Errors
///
/// Returns the first error, with a JSON pointer.
pub fn read_one(source: &str) -> Result<Answer, String> {
    let root = Located::parse(source).map_err(|mistake| mistake.message)?;
    let mut reader = Reader::default();
    let answer = reader.answer(&root);
    reader.point(&root);
    match (answer, reader.diagnostics.into_iter().next()) {
        (Some(answer), None) => Ok(answer),
        (_, mistake) => Err(mistake.map_or_else(|| "no answer".to_owned(), |mistake| mistake.message)),
    }
}

#[derive(Default)]
struct Reader {
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    /// Prefixes the messages with JSON pointers.
    fn point(&mut self, root: &Located) {
        self.point_from(root, 0);
    }

    fn point_from(&mut self, root: &Located, first: usize) {
        point(root, &mut self.diagnostics[first..]);
    }

    fn wrong(&mut self, value: &Located, expected: &str) {
        let message = format!("expected {expected}, found {}", value.json.kind());
        self.diagnostics.push(Diagnostic::new(value.span.clone(), message));
    }

    fn text(&mut self, value: &Located, expected: &str) -> Option<Word> {
        match &value.json {
            Json::Text(text) => Some(text.clone()),
            _ => {
                self.wrong(value, expected);
                None
            }
        }
    }

    /// Returns the answer in a value, or reports why it is not one.
    fn answer(&mut self, value: &Located) -> Option<Answer> {
        let before = self.diagnostics.len();
        let Json::Object(fields) = &value.json else {
            self.wrong(value, "an answer, an object");
            return None;
        };
        let (mut id, mut runs) = (None, Vec::new());
        for (key, field) in fields {
            match key.text.as_ref() {
                "id" => id = self.text(field, "the id of a case"),
                "strands" => runs.extend(self.outcome(field).map(Run::Outcome)),
                "unsupported" => runs.extend(self.text(field, "a reason").map(|why| Run::Unsupported(why.to_string()))),
                "failed" => runs.extend(self.text(field, "a reason").map(|why| Run::Failed(why.to_string()))),
                word if word.starts_with("x-") => {}
                word => {
                    let mistake = Diagnostic::new(key.span.clone(), format!("an answer has no field `{word}`"));
                    let mistake = mistake.help(format!("its fields are {}", FIELDS.join(", ")));
                    self.diagnostics.push(mistake.suggest(word, FIELDS));
                }
            }
        }
        if self.diagnostics.len() > before {
            return None;
        }
        let run = runs.pop().filter(|_| runs.is_empty());
        if let (Some(id), Some(run)) = (id, run) {
            return Some(Answer { id, run, span: value.span.clone() });
        }
        let message = "an answer has an `id`, and one of `strands`, `unsupported`, `failed`";
        self.diagnostics.push(Diagnostic::new(value.span.clone(), message));
        None
    }

    fn outcome(&mut self, value: &Located) -> Option<Outcome> {
        let Json::Object(strands) = &value.json else {
            self.wrong(value, "an object from strands to observations");
            return None;
        };
        let mut outcome = Outcome::default();
        for (strand, observations) in strands {
            let Json::Array(observations) = &observations.json else {
                self.wrong(observations, "an array of observations");
                continue;
            };
            for observation in observations {
                match &observation.json {
                    Json::Text(value) => outcome.observe(&strand.text, value.clone(), None),
                    Json::Array(parts) => self.observation(observation, parts, &strand.text, &mut outcome),
                    _ => self.wrong(observation, "an observation"),
                }
            }
        }
        Some(outcome)
    }

    fn observation(&mut self, whole: &Located, parts: &[Located], strand: &Word, outcome: &mut Outcome) {
        let mut texts = Vec::new();
        for part in parts {
            texts.extend(self.text(part, "a string"));
        }
        match texts.as_slice() {
            [value] if parts.len() == 1 => outcome.observe(strand, value.clone(), None),
            [value, label] if parts.len() == 2 => outcome.observe(strand, value.clone(), Some(label)),
            _ if texts.len() != parts.len() => {}
            _ => {
                let message = "expected a value, or a value and its label";
                self.diagnostics.push(Diagnostic::new(whole.span.clone(), message));
            }
        }
    }
}

/// Returns an error for each answer to a case that a suite does not have.
pub fn unknown(answers: &[Answer], suite: &Suite) -> Vec<Diagnostic> {
    let ids: HashSet<&str> = suite.cases.iter().map(|entry| &*entry.case.id).collect();
    let unknown = answers.iter().filter(|answer| !ids.contains(&*answer.id));
    unknown
        .map(|answer| {
            let mistake = Diagnostic::new(answer.span.clone(), format!("there is no case `{}`", answer.id));
            mistake.suggest(&answer.id, ids.iter().copied())
        })
        .collect()
}

/// Returns the JSON schema of answers: of a list, or of one on a line.
///
/// # Examples
///
/// ```
/// let schema = conformance::targets::external::answers::schema();
/// assert_eq!(schema["$defs"]["answer"]["required"][0], "id");
/// ```
pub fn schema() -> Value {
    let reason = json!({ "type": "string" });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Answers to litmus cases: a list, or one answer",
        "if": { "type": "array" },
        "then": { "items": { "$ref": "#/$defs/answer" } },
        "else": { "$ref": "#/$defs/answer" },
        "$defs": {
            "answer": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": { "type": "string" },
                    "strands": {
                        "type": "object",
                        "additionalProperties": { "type": "array", "items": { "$ref": "#/$defs/observation" } }
                    },
                    "unsupported": reason,
                    "failed": reason
                },
                "patternProperties": { "^x-": true },
                "additionalProperties": false,
                "minProperties": 2,
                "dependentSchemas": {
                    "strands": { "not": { "anyOf": [{ "required": ["unsupported"] }, { "required": ["failed"] }] } },
                    "unsupported": { "not": { "required": ["failed"] } }
                }
            },
            "observation": {
                "description": "a value, or an array of a value and the label of its statement",
                "type": ["string", "array"],
                "prefixItems": [{ "type": "string" }, { "type": "string" }],
                "items": false,
                "minItems": 1
            }
        }
    })
}
