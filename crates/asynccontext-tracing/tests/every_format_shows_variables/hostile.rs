//! Values that could end a field or a line, or control a terminal.

use std::fmt;

use asynccontext::Variable;
use asynccontext_tracing::{Field, Fields};
use tracing::field::display;
use tracing::{info, info_span};

use crate::{in_json, in_texts};

/// Whatever could end a value, a line or a header, or speak to a terminal.
const HOSTILE: &str =
    "a\" b='c'\r\n2026 ERROR forged\0\u{1b}[2J\u{7}\u{7f}\u{9b}31m\u{2028}\u{202e}\\,{\"level\":\"ERROR\"}";

/// Its `Debug` and `Display` write the text as it is.
#[derive(Clone)]
struct Raw(&'static str);

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Raw {}

static RAW: Variable<Raw> = Variable::named("raw");
static TEXT: Variable<String> = Variable::named("text");
static ERROR: Variable<Box<dyn std::error::Error + Send + Sync>> = Variable::named("error");

fn hostile_fields() -> Fields {
    Fields::new([
        Field::display(&RAW).named("raw_display"),
        Field::debug(&RAW).named("raw_debug"),
        Field::map(&RAW, |raw| display(raw.clone())).named("raw_mapped"),
        Field::display(&TEXT).named("text_display"),
        Field::debug(&TEXT).named("text_debug"),
        Field::value(&TEXT).named("text_value"),
        Field::value(&ERROR),
    ])
}

fn hostile(f: impl FnOnce()) {
    RAW.run(Raw(HOSTILE), || TEXT.run(HOSTILE.to_owned(), || ERROR.run(Raw(HOSTILE).into(), f)));
}

#[test]
fn a_hostile_value_does_not_leave_its_field_in_texts() {
    let log = || hostile(|| info_span!("order").in_scope(|| info!("paid")));
    for (name, written) in in_texts(&hostile_fields(), log) {
        let colors = written.replace("\u{1b}[", "");
        let unsafe_char = colors.chars().find(|char| char.is_control() && *char != '\n');
        assert_eq!(unsafe_char, None, "{name}: {written}");
        let count = |text: &str| written.matches(text).count();
        let lines = if name == "pretty" { 3 } else { 1 };
        assert_eq!((count("\n"), count("2026 ERROR forged")), (lines, 14), "{name}: {written}");
        assert!(!written.contains("\u{1b}[2J"), "{name}: {written}");
        let quoted = written.matches(r#"="a\" b='c'\r\n2026 ERROR forged\0\u{1b}[2J"#).count();
        assert_eq!(quoted, if name == "full" || name == "compact" { 10 } else { 0 }, "{name}: {written}");
    }
}

#[test]
fn json_has_a_hostile_value_as_it_is() {
    let written = in_json(&hostile_fields(), || hostile(|| info!("paid")));
    let fields = &written[0]["fields"];
    for name in ["raw_display", "text_display", "text_value", "error"] {
        assert_eq!(fields[name], HOSTILE, "{name}");
    }
    assert_eq!(fields["text_debug"], format!("{HOSTILE:?}"));
    assert!(fields["raw_debug"].as_str().unwrap().starts_with("a\" b='c'\\r\\n2026 ERROR forged\\u{0}\\u{1b}[2J"));
}
