//! The parser of the JSON form.

use std::collections::HashSet;

use super::located::{Json, Located};
use crate::program::VERSION;
use crate::program::ast::{Block, Case, Expect, File, Span, Spanned, Stmt, Word};
use crate::program::diagnostic::Diagnostic;
use crate::program::outcome::Observation;
use crate::program::profile::Selector;
use crate::program::reading::Reading;
use crate::program::table::{Form, Op, TABLE};
use crate::program::tree::MAX_DEPTH;

const FIELDS: [&str; 10] =
    ["litmus", "id", "title", "clause", "tags", "contested", "note", "needs", "program", "expect"];

/// Reads a case, or an array of cases, in the JSON form.
///
/// Like [`parse`](crate::program::parse::parse), it returns the cases without errors, and the errors of the other cases.
/// Each message starts with a JSON pointer.
///
/// # Examples
///
/// ```
/// let text = r#"{ "litmus": 1, "id": "c", "program": [{ "op": "var", "name": 1 }] }"#;
/// let (file, diagnostics) = conformance::program::json::read(text);
/// assert!(file.cases.is_empty());
/// assert_eq!(diagnostics[0].message, "/program/0/name: expected a string, found a number");
/// ```
pub fn read(source: &str) -> (File, Vec<Diagnostic>) {
    let mut file = File { version: VERSION, cases: Vec::new() };
    let root = match Located::parse(source) {
        Ok(root) => root,
        Err(mistake) => return (file, vec![mistake]),
    };
    let values = match &root.json {
        Json::Array(values) => values.as_slice(),
        _ => std::slice::from_ref(&root),
    };
    let mut ids = HashSet::new();
    let mut diagnostics = Vec::new();
    for value in values {
        let mut reader = Reader { diagnostics: Vec::new(), experiments: Vec::new() };
        let case = reader.case(value);
        if let Some(case) = case {
            file.version = file.version.max(case.version);
            if !ids.insert(case.id.clone()) {
                let message = format!("the case id `{}` is already used", case.id);
                reader.report(&value.span, message);
            }
            if reader.diagnostics.is_empty() {
                file.cases.push(case);
            }
        }
        diagnostics.append(&mut reader.diagnostics);
    }
    point(&root, &mut diagnostics);
    (file, diagnostics)
}

/// Prefixes the messages of errors in cases of this source with a JSON pointer.
///
/// # Examples
///
/// ```
/// use conformance::program::{check::check, json};
///
/// let text = r#"{ "litmus": 1, "id": "c", "program": [{ "op": "get", "var": "v" }] }"#;
/// let (file, _) = json::read(text);
/// let mut diagnostics = check(&file.cases[0]);
/// json::locate(text, &mut diagnostics);
/// assert_eq!(diagnostics[0].message, "/program/0/var: no `v` is bound");
/// ```
pub fn locate(source: &str, diagnostics: &mut [Diagnostic]) {
    if let Ok(root) = Located::parse(source) {
        point(&root, diagnostics);
    }
}

/// Prefixes the messages of errors in values of this root with a JSON pointer.
pub(crate) fn point(root: &Located, diagnostics: &mut [Diagnostic]) {
    for mistake in diagnostics {
        let pointer = root.pointer(&mistake.span);
        if !pointer.is_empty() {
            mistake.message = format!("{pointer}: {}", mistake.message);
        }
    }
}

struct Reader {
    diagnostics: Vec<Diagnostic>,
    experiments: Vec<Word>,
}

impl Reader {
    fn report(&mut self, span: &Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(span.clone(), message));
    }

    fn wrong(&mut self, value: &Located, expected: &str) {
        self.report(&value.span, format!("expected {expected}, found {}", value.json.kind()));
    }

    fn text(&mut self, value: &Located) -> Option<Spanned> {
        if let Json::Text(text) = &value.json {
            return Some(Spanned { text: text.clone(), span: value.span.clone() });
        }
        self.wrong(value, "a string");
        if let (Json::Number(number), Some(mistake)) = (&value.json, self.diagnostics.last_mut()) {
            mistake.help = Some(format!("values are compared as text: write \"{number}\""));
        }
        None
    }

    fn string(&mut self, value: &Located) -> String {
        self.text(value).map_or_else(String::new, |text| text.text.to_string())
    }

    fn items<'a>(&mut self, value: &'a Located) -> &'a [Located] {
        match &value.json {
            Json::Array(items) => items,
            _ => {
                self.wrong(value, "an array");
                &[]
            }
        }
    }

    fn texts(&mut self, value: &Located) -> Vec<Spanned> {
        self.items(value).iter().filter_map(|item| self.text(item)).collect()
    }

    /// Returns the fields of an object. A repeated key is an error.
    fn fields<'a>(&mut self, value: &'a Located, what: &str) -> &'a [(Spanned, Located)] {
        let Json::Object(fields) = &value.json else {
            self.wrong(value, what);
            return &[];
        };
        let mut keys = HashSet::new();
        for (key, _) in fields.iter().filter(|(key, _)| !keys.insert(key.text.clone())) {
            self.report(&key.span, format!("`{}` occurs twice", key.text));
        }
        fields
    }

    fn unknown(&mut self, key: &Spanned, of: &str, known: &[&str]) {
        let mistake = Diagnostic::new(key.span.clone(), format!("{of} has no field `{}`", key.text));
        let mistake = mistake.help(format!("its fields are {}", known.join(", ")));
        self.diagnostics.push(mistake.suggest(&key.text, known.iter().copied()));
    }

    fn case(&mut self, value: &Located) -> Option<Case> {
        let fields = self.fields(value, "a case");
        if !matches!(value.json, Json::Object(_)) {
            return None;
        }
        let field = |name: &str| fields.iter().find(|(key, _)| key.text.as_ref() == name).map(|(_, value)| value);
        let version = match field("litmus").map(|version| &version.json) {
            Some(Json::Number(number)) => number.parse().ok().filter(|version| *version > 0),
            _ => None,
        };
        if version.is_none() {
            let span = field("litmus").map_or(&value.span, |version| &version.span);
            self.report(span, format!("expected the version of the language: \"litmus\": {VERSION}"));
        }
        let mut case = Case::new("".into(), version.unwrap_or(VERSION), Vec::new(), value.span.clone());
        let known = case.version <= VERSION;
        for (key, value) in fields {
            match key.text.as_ref() {
                "litmus" => {}
                "id" => case.id = self.text(value)?.text,
                "title" => case.title = self.string(value),
                "clause" => case.clauses = self.texts(value),
                "tags" => case.tags = self.texts(value).into_iter().map(|tag| tag.text).collect(),
                "note" => case.notes = self.texts(value).into_iter().map(|note| note.text.to_string()).collect(),
                "contested" => case.contested = self.items(value).iter().map(|item| self.contested(item)).collect(),
                "needs" => drop(self.texts(value)), // They follow from the program.
                "program" if known => case.program = self.block(value, 2),
                "expect" if known => {
                    case.expects = self.items(value).iter().map(|item| self.expect(item)).collect();
                }
                word if word.starts_with("x-") || !known => {}
                _ => self.unknown(key, "a case", &FIELDS),
            }
        }
        for required in ["id", "program"] {
            if field(required).is_none() && (known || required == "id") {
                self.report(&value.span, format!("the case has no `{required}`"));
            }
        }
        if case.id.is_empty() && field("id").is_some() {
            self.report(&value.span, "the case's `id` is empty");
        }
        case.experiments = std::mem::take(&mut self.experiments);
        Some(case)
    }

    fn contested(&mut self, value: &Located) -> (String, String) {
        let mut point = (String::new(), String::new());
        let fields = self.fields(value, "an object with `url` and `what`");
        for (key, value) in fields {
            match key.text.as_ref() {
                "url" => point.0 = self.string(value),
                "what" => point.1 = self.string(value),
                _ => self.unknown(key, "a contested point", &["url", "what"]),
            }
        }
        for required in ["url", "what"] {
            if matches!(value.json, Json::Object(_)) && !fields.iter().any(|(key, _)| key.text.as_ref() == required) {
                self.report(&value.span, format!("a contested point needs its `{required}`"));
            }
        }
        point
    }

    fn block(&mut self, value: &Located, depth: usize) -> Block {
        if depth > MAX_DEPTH {
            self.report(&value.span, format!("blocks are nested more than {MAX_DEPTH} deep"));
            return Block::new();
        }
        self.items(value).iter().filter_map(|item| self.stmt(item, depth)).collect()
    }

    fn stmt(&mut self, value: &Located, depth: usize) -> Option<Stmt> {
        let fields = self.fields(value, "a statement");
        let Some((_, op)) = fields.iter().find(|(key, _)| key.text.as_ref() == "op") else {
            if matches!(value.json, Json::Object(_)) {
                self.report(&value.span, "a statement needs its `op`");
            }
            return None;
        };
        let word = self.text(op)?;
        if word.text.starts_with("x-") {
            if !self.experiments.contains(&word.text) {
                self.experiments.push(word.text);
            }
            return None;
        }
        let Some(op) = Op::of(&word.text) else {
            let mistake = Diagnostic::new(word.span, format!("there is no statement `{}`", word.text));
            self.diagnostics.push(mistake.suggest(&word.text, TABLE.iter().map(|row| row.word)));
            return None;
        };
        let row = op.row();
        let mut stmt =
            Stmt { op, span: value.span.clone(), operands: Vec::new(), body: None, catch: None, finally: None };
        for (key, value) in fields {
            let operand = row.operands.iter().position(|operand| operand.field.key() == key.text.as_ref());
            match (key.text.as_ref(), operand) {
                ("op", _) => {}
                (_, Some(index)) => {
                    let text = self.text(value);
                    stmt.operands.extend(text.map(|text| (row.operands[index].field, text)));
                }
                ("body", _) if row.body.is_some() => stmt.body = Some(self.block(value, depth + 1)),
                ("catch", _) if op == Op::Try => stmt.catch = Some(self.block(value, depth + 1)),
                ("finally", _) if op == Op::Try => stmt.finally = Some(self.block(value, depth + 1)),
                _ => {
                    let mut known = vec!["op"];
                    known.extend(row.operands.iter().map(|operand| operand.field.key()));
                    known.extend(row.body.map(|_| "body"));
                    known.extend(["catch", "finally"].iter().filter(|_| op == Op::Try));
                    self.unknown(key, &format!("`{}`", row.word), &known);
                }
            }
        }
        let given = |name: &str| fields.iter().any(|(key, _)| key.text.as_ref() == name);
        let operands = row.operands.iter().filter(|operand| operand.form == Form::Required);
        let required = operands.map(|operand| operand.field.key());
        let missing: Vec<_> = required
            .chain(row.body.filter(|_| !row.body_optional).map(|_| "body"))
            .filter(|field| !given(field))
            .collect();
        for field in missing {
            self.report(&value.span, format!("`{}` needs its `{field}`", row.word));
        }
        stmt.operands.sort_by_key(|(field, _)| row.operands.iter().position(|operand| operand.field == *field));
        Some(stmt)
    }

    fn expect(&mut self, value: &Located) -> Expect {
        let mut expect = Expect::at(value.span.clone());
        let fields = self.fields(value, "an object with `profiles` and `strands`");
        for (key, value) in fields {
            match key.text.as_ref() {
                "profiles" => {
                    for word in self.texts(value) {
                        let profile = Selector::parse(&word.text);
                        if profile.is_none() {
                            let mistake = Diagnostic::new(word.span, format!("there is no profile `{}`", word.text));
                            let family = word.text.split(':').next().unwrap_or_default();
                            self.diagnostics.push(mistake.suggest(family, Selector::words()));
                        }
                        expect.profiles.extend(profile);
                    }
                }
                "strands" => {
                    for (strand, values) in self.fields(value, "an object of strands") {
                        let seen = self.items(values).iter().filter_map(|seen| self.observation(seen)).collect();
                        expect.strands.push((strand.text.clone(), seen));
                        expect.places.push(strand.span.clone());
                    }
                }
                "reading" => {
                    if let Some(word) = self.text(value) {
                        expect.reading = Reading::of(&word.text).filter(|reading| *reading != Reading::Draft);
                        if expect.reading.is_none() {
                            let message = format!("there is no reading `{}` beside the draft", word.text);
                            let known = Reading::ALL[1..].iter().map(|reading| reading.word());
                            self.diagnostics.push(Diagnostic::new(word.span, message).suggest(&word.text, known));
                        }
                    }
                }
                "unsupported" => expect.unsupported = Some(self.string(value)),
                "unstable" => expect.unstable = Some(self.string(value)),
                _ => self.unknown(key, "an outcome", &["profiles", "reading", "strands", "unsupported", "unstable"]),
            }
        }
        let strands = fields.iter().any(|(key, _)| key.text.as_ref() == "strands");
        if !strands && expect.unsupported.is_none() && expect.unstable.is_none() {
            self.report(&value.span, "an outcome needs its `strands`, or `unsupported` or `unstable`");
        }
        expect
    }

    fn observation(&mut self, value: &Located) -> Option<Observation> {
        match &value.json {
            Json::Array(parts) if parts.len() == 2 => {
                let (value, label) = (self.text(&parts[0])?, self.text(&parts[1])?);
                Some(Observation { value: value.text, label: Some(label.text) })
            }
            Json::Text(text) => Some(Observation { value: text.clone(), label: None }),
            _ => {
                self.wrong(value, "a value, or an array of a value and its label");
                None
            }
        }
    }
}
