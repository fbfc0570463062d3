//! Copies of the values of an event or a span.
//!
//! A visitor is given each value only for the length of a call, while an event is made of all its values at
//! once. They are therefore copied, their texts into one buffer, which each thread keeps for its next event.

use std::array;
use std::error::Error;
use std::fmt::{self, Write};
use std::ops::Range;

use tracing::field::{DebugValue, Field, FieldSet, Value, ValueSet, Visit, debug};

/// The most values that one event or span can have here.
pub(crate) const MOST: usize = 128;

/// Values with their fields, in the order of the visit.
#[derive(Default)]
pub(crate) struct Copies {
    all: Vec<(Field, Copy)>,
    texts: String,
    /// Whether the values are those of variables. Formats for people print the output of `Debug` as it is, so control
    /// characters in it are escaped then.
    pub(crate) escapes: bool,
}

enum Copy {
    Bool(bool),
    I64(i64),
    U64(u64),
    I128(i128),
    U128(u128),
    F64(f64),
    /// A part of `texts`.
    Str(Range<usize>),
    /// A part of `texts`: what `Debug` wrote.
    Debug(Range<usize>),
    Bytes(Box<[u8]>),
    Error(Box<dyn Error + Send + Sync>),
}

impl Copies {
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Forgets the last value, which may leave its text.
    pub(crate) fn pop(&mut self) {
        self.all.pop();
    }

    /// Forgets all values, and keeps the memory unless it is large.
    pub(crate) fn clear(&mut self) {
        self.all.clear();
        self.texts.clear();
        self.texts.shrink_to(16 * 1024);
    }

    /// Adds what `Display` writes, as a string. If it fails, nothing is added.
    pub(crate) fn display(&mut self, field: &Field, value: &dyn fmt::Display) {
        if let Some(text) = self.write(format_args!("{value}")) {
            self.all.push((field.clone(), Copy::Str(text)));
        }
    }

    fn write(&mut self, what: fmt::Arguments<'_>) -> Option<Range<usize>> {
        let start = self.texts.len();
        if self.texts.write_fmt(what).is_err() {
            self.texts.truncate(start);
            return None;
        }
        Some(start..self.texts.len())
    }

    /// Escapes the control characters of `texts` from this place on.
    fn escape_from(&mut self, start: usize) {
        let Some(first) = self.texts[start..].find(char::is_control) else { return };
        let rest = self.texts.split_off(start + first);
        for char in rest.chars() {
            if char.is_control() {
                self.texts.extend(char.escape_default());
            } else {
                self.texts.push(char);
            }
        }
    }

    /// Calls `f` with all values, those from the one at `first` on before the others. There are at most [`MOST`].
    pub(crate) fn with_values<R>(&self, first: usize, fields: &FieldSet, f: impl FnOnce(&ValueSet<'_>) -> R) -> R {
        match self.all.len() {
            0..=8 => self.with_array::<8, R>(first, fields, f),
            9..=24 => self.with_array::<24, R>(first, fields, f),
            _ => self.with_array::<MOST, R>(first, fields, f),
        }
    }

    /// The set of values takes an array. The rest of it has no values, which are not visited.
    fn with_array<const N: usize, R>(&self, first: usize, fields: &FieldSet, f: impl FnOnce(&ValueSet<'_>) -> R) -> R {
        let (before, after) = self.all.split_at(first);
        let all = || after.iter().chain(before).take(N);
        let mut texts: [(&str, DebugValue<Verbatim<'_>>); N] = array::from_fn(|_| ("", debug(Verbatim(""))));
        for ((_, copy), text) in all().zip(&mut texts) {
            if let Copy::Str(range) | Copy::Debug(range) = copy {
                let copied = &self.texts[range.clone()];
                *text = (copied, debug(Verbatim(copied)));
            }
        }
        let Some((any, _)) = self.all.first() else { return f(&fields.value_set(&[])) };
        let mut values: [(&Field, Option<&dyn Value>); N] = [(any, None); N];
        for (((field, copy), text), value) in all().zip(&texts).zip(&mut values) {
            let copied: &dyn Value = match copy {
                Copy::Bool(value) => value,
                Copy::I64(value) => value,
                Copy::U64(value) => value,
                Copy::I128(value) => value,
                Copy::U128(value) => value,
                Copy::F64(value) => value,
                Copy::Str(_) => &text.0,
                Copy::Debug(_) => &text.1,
                Copy::Bytes(value) => value,
                Copy::Error(value) => value,
            };
            *value = (field, Some(copied));
        }
        f(&fields.value_set(&values))
    }
}

/// Copies what it is given.
impl Visit for Copies {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.all.push((field.clone(), Copy::F64(value)));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.all.push((field.clone(), Copy::I64(value)));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.all.push((field.clone(), Copy::U64(value)));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.all.push((field.clone(), Copy::I128(value)));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.all.push((field.clone(), Copy::U128(value)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.all.push((field.clone(), Copy::Bool(value)));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let start = self.texts.len();
        self.texts.push_str(value);
        self.all.push((field.clone(), Copy::Str(start..self.texts.len())));
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.all.push((field.clone(), Copy::Bytes(value.into())));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        if self.escapes {
            return self.display(field, &value);
        }
        self.all.push((field.clone(), Copy::Error(Box::new(CopiedError::new(value)))));
    }

    /// If `Debug` fails, the field of a variable is not added. Others are copied as far as they were written, since
    /// they may be the message.
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let start = self.texts.len();
        if write!(self.texts, "{value:?}").is_err() && self.escapes {
            return self.texts.truncate(start);
        }
        if self.escapes {
            self.escape_from(start);
        }
        self.all.push((field.clone(), Copy::Debug(start..self.texts.len())));
    }
}

/// What `Debug` wrote before.
struct Verbatim<'a>(&'a str);

impl fmt::Debug for Verbatim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The texts of an error and of its sources.
struct CopiedError {
    display: String,
    debug: String,
    source: Option<Box<CopiedError>>,
}

impl CopiedError {
    fn new(error: &(dyn Error + 'static)) -> CopiedError {
        let source = error.source().map(|source| Box::new(CopiedError::new(source)));
        let (mut display, mut debug) = (String::new(), String::new());
        let _ = write!(display, "{error}");
        let _ = write!(debug, "{error:?}");
        CopiedError { display, debug, source }
    }
}

impl fmt::Display for CopiedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display)
    }
}

impl fmt::Debug for CopiedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.debug)
    }
}

impl Error for CopiedError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
