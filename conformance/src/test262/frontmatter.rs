//! The frontmatter of a test: the YAML between `/*---` and `---*/`.
//!
//! It is read from the events of the YAML parser. So no tree is built, aliases are not expanded, and every
//! error has its place.

use std::borrow::Cow;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, StrInput};

use crate::program::reading::Reading;

const OPEN: &str = "/*---";
const CLOSE: &str = "---*/";

/// The frontmatter of a test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontmatter {
    /// The harness files that it needs in addition to those that every test has.
    pub includes: Vec<String>,
    /// Its flags.
    pub flags: Vec<Flag>,
    /// The error with which it must end.
    pub negative: Option<Negative>,
    /// The features that it needs. It runs even if the engine does not support them.
    pub features: Vec<String>,
    /// The locales that it needs.
    pub locale: Vec<String>,
    /// The readings of the draft under which alone it holds, if it does not hold under the pinned draft.
    pub only_under: Vec<Reading>,
    /// The readings of the draft under which it does not hold.
    pub not_under: Vec<Reading>,
}

/// A flag of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// It runs as strict code only.
    OnlyStrict,
    /// It runs as sloppy code only.
    NoStrict,
    /// It runs as a module.
    Module,
    /// It runs without the harness.
    Raw,
    /// It ends with a call of `$DONE`.
    Async,
    /// It was generated.
    Generated,
    /// The agent must not block.
    CanBlockIsFalse,
    /// The agent may block.
    CanBlockIsTrue,
    /// It may pass in more than one way.
    NonDeterministic,
}

impl Flag {
    const ALL: [(&str, Flag); 9] = [
        ("onlyStrict", Flag::OnlyStrict),
        ("noStrict", Flag::NoStrict),
        ("module", Flag::Module),
        ("raw", Flag::Raw),
        ("async", Flag::Async),
        ("generated", Flag::Generated),
        ("CanBlockIsFalse", Flag::CanBlockIsFalse),
        ("CanBlockIsTrue", Flag::CanBlockIsTrue),
        ("non-deterministic", Flag::NonDeterministic),
    ];
}

/// The error with which a test must end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negative {
    /// The phase.
    pub phase: Phase,
    /// The name of the error's constructor.
    pub kind: String,
}

/// A phase of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Parsing.
    Parse,
    /// Loading and linking of its imports.
    Resolution,
    /// Execution.
    Runtime,
}

impl Phase {
    /// Returns its name in test262.
    pub fn word(self) -> &'static str {
        match self {
            Phase::Parse => "parse",
            Phase::Resolution => "resolution",
            Phase::Runtime => "runtime",
        }
    }

    /// Returns the phase of a name.
    pub fn named(word: &str) -> Option<Phase> {
        [Phase::Parse, Phase::Resolution, Phase::Runtime].into_iter().find(|phase| phase.word() == word)
    }
}

/// An error in the frontmatter of a test, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct Unreadable {
    /// The line, counted from one.
    pub line: usize,
    /// The column in characters, counted from one.
    pub column: usize,
    /// The message.
    pub message: String,
}

impl Frontmatter {
    /// Reads the frontmatter of a test's text.
    ///
    /// Keys that do not concern a runner (`description`, `info`, `author` …) may have any value.
    ///
    /// # Examples
    ///
    /// ```
    /// use conformance::test262::frontmatter::{Flag, Frontmatter};
    ///
    /// let read = Frontmatter::read("/*---\nflags: [async]\nincludes:\n  - compareArray.js\n---*/\n").unwrap();
    /// assert_eq!((read.flags, read.includes), (vec![Flag::Async], vec!["compareArray.js".to_owned()]));
    /// let error = Frontmatter::read("/*---\nflags: [async, fast]\n---*/").unwrap_err();
    /// assert_eq!((error.line, error.column), (2, 16));
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if there is no frontmatter, if it is not YAML, or if a key has an invalid value.
    pub fn read(text: &str) -> Result<Frontmatter, Unreadable> {
        let place = |at: usize| {
            let before = text.get(..at).unwrap_or(text);
            let line_start = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
            (line_breaks(before) + 1, before[line_start..].chars().count() + 1)
        };
        let unreadable = |at, message: &str| {
            let (line, column) = place(at);
            Unreadable { line, column, message: message.to_owned() }
        };
        let open =
            text.find(OPEN).ok_or_else(|| unreadable(0, "the test has no frontmatter, which starts with `/*---`"))?;
        let start = open + OPEN.len();
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find(CLOSE).ok_or_else(|| unreadable(open, "the frontmatter is not closed by `---*/`"))?;
        let yaml = rest.get(..end).unwrap_or_default();
        let reader = Reader { parser: Parser::new_from_str(yaml), start: place(start) };
        reader.document()
    }

    /// Whether the test holds under a reading of the draft.
    ///
    /// # Examples
    ///
    /// ```
    /// use conformance::program::reading::Reading;
    /// use conformance::test262::frontmatter::Frontmatter;
    ///
    /// let read = Frontmatter::read("/*---\nnot-under: [yield-star-2025]\n---*/").unwrap();
    /// assert!(read.holds_under(Reading::Draft) && !read.holds_under(Reading::YieldStar2025));
    /// ```
    pub fn holds_under(&self, reading: Reading) -> bool {
        (self.only_under.is_empty() || self.only_under.contains(&reading)) && !self.not_under.contains(&reading)
    }

    /// Whether a flag is set.
    pub fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }
}

/// The line breaks of YAML.
fn line_breaks(text: &str) -> usize {
    text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// The place of the YAML in the test's text: line and column, counted from one.
    start: (usize, usize),
}

type Text<'a> = (Cow<'a, str>, Marker);

impl<'a> Reader<'a> {
    fn document(mut self) -> Result<Frontmatter, Unreadable> {
        let mut read = Frontmatter::default();
        let mut keys: Vec<Cow<'a, str>> = Vec::new();
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_), _) => {}
                (Event::MappingStart(..), _) => break,
                (Event::StreamEnd | Event::DocumentEnd, _) => return Ok(read),
                (Event::Scalar(text, ..), _) if text.is_empty() => {}
                (_, at) => return Err(self.at(at, "the frontmatter must be a mapping: `key: value` on each line")),
            }
        }
        while let Some((key, at)) = self.key()? {
            if keys.contains(&key) {
                return Err(self.at(at, &format!("`{key}` occurs twice")));
            }
            match &*key {
                "includes" => read.includes = self.texts()?,
                "features" => read.features = self.texts()?,
                "locale" => read.locale = self.texts()?,
                "only-under" => read.only_under = self.readings()?,
                "not-under" => read.not_under = self.readings()?,
                "flags" => read.flags = self.flags()?,
                "negative" => read.negative = Some(self.negative(at)?),
                _ => self.skip()?,
            }
            keys.push(key);
        }
        // The text after the mapping must be YAML too.
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(read),
                (Event::DocumentStart(_), at) => return Err(self.at(at, "unexpected second document")),
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Marker), Unreadable> {
        match self.parser.next_event() {
            Some(Ok((Event::Alias(_), span))) => {
                Err(self.at(span.start, "aliases are not supported; write the value instead"))
            }
            Some(Ok((event, span))) => Ok((event, span.start)),
            Some(Err(error)) => Err(self.at(*error.marker(), &format!("invalid YAML: {}", error.info()))),
            None => Ok((Event::StreamEnd, Marker::default())),
        }
    }

    fn at(&self, at: Marker, message: &str) -> Unreadable {
        let (line, column) = self.start;
        let message = message.to_owned();
        match at.line() {
            0 | 1 => Unreadable { line, column: column + at.col(), message },
            below => Unreadable { line: line + below - 1, column: at.col() + 1, message },
        }
    }

    /// Returns the next key of a mapping, or none at its end.
    fn key(&mut self) -> Result<Option<Text<'a>>, Unreadable> {
        match self.next()? {
            (Event::MappingEnd, _) => Ok(None),
            (Event::Scalar(text, ..), at) => Ok(Some((text, at))),
            (_, at) => Err(self.at(at, "a key must be a word")),
        }
    }

    fn text(&mut self) -> Result<Text<'a>, Unreadable> {
        match self.next()? {
            (Event::Scalar(text, ..), at) => Ok((text, at)),
            (_, at) => Err(self.at(at, "expected a word")),
        }
    }

    /// Returns a list of words. An empty value is an empty list.
    fn list(&mut self) -> Result<Vec<Text<'a>>, Unreadable> {
        let mut list = Vec::new();
        match self.next()? {
            (Event::SequenceStart(..), _) => {}
            (Event::Scalar(text, ScalarStyle::Plain, ..), _) if matches!(&*text, "" | "~" | "null") => return Ok(list),
            (_, at) => return Err(self.at(at, "expected a list: `[word, word]`")),
        }
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(list),
                (Event::Scalar(text, ..), at) => list.push((text, at)),
                (_, at) => return Err(self.at(at, "a list must contain words only")),
            }
        }
    }

    fn texts(&mut self) -> Result<Vec<String>, Unreadable> {
        Ok(self.list()?.into_iter().map(|(text, _)| text.into_owned()).collect())
    }

    fn readings(&mut self) -> Result<Vec<Reading>, Unreadable> {
        let list = self.list()?;
        let known = Reading::ALL.map(Reading::word).join(", ");
        let unknown = |text: &str| format!("there is no reading `{text}`: the readings are {known}");
        let named = |(text, at): Text<'_>| Reading::of(&text).ok_or_else(|| self.at(at, &unknown(&text)));
        list.into_iter().map(named).collect()
    }

    fn flags(&mut self) -> Result<Vec<Flag>, Unreadable> {
        let mut flags = Vec::new();
        for (text, at) in self.list()? {
            let Some((_, flag)) = Flag::ALL.into_iter().find(|(word, _)| *word == text) else {
                let known = Flag::ALL.map(|(word, _)| word).join(", ");
                return Err(self.at(at, &format!("there is no flag `{text}`: the flags are {known}")));
            };
            let opposite = match flag {
                Flag::OnlyStrict => Flag::NoStrict,
                Flag::NoStrict => Flag::OnlyStrict,
                Flag::CanBlockIsFalse => Flag::CanBlockIsTrue,
                Flag::CanBlockIsTrue => Flag::CanBlockIsFalse,
                other => other,
            };
            if opposite != flag && flags.contains(&opposite) {
                return Err(self.at(at, &format!("`{text}` contradicts an earlier flag")));
            }
            flags.push(flag);
        }
        Ok(flags)
    }

    fn negative(&mut self, key: Marker) -> Result<Negative, Unreadable> {
        let (event, at) = self.next()?;
        if !matches!(event, Event::MappingStart(..)) {
            return Err(self.at(at, "`negative` must be a mapping with `phase` and `type`"));
        }
        let (mut phase, mut kind) = (None, None);
        while let Some((name, at)) = self.key()? {
            match &*name {
                "phase" => {
                    let (word, at) = self.text()?;
                    let known = Phase::named(&word);
                    phase = Some(known.ok_or_else(|| {
                        let message =
                            format!("there is no phase `{word}`: the phases are parse, resolution and runtime");
                        self.at(at, &message)
                    })?);
                }
                "type" => kind = Some(self.text()?.0.into_owned()),
                _ => return Err(self.at(at, "`negative` must have `phase` and `type` only")),
            }
        }
        match (phase, kind) {
            (Some(phase), Some(kind)) => Ok(Negative { phase, kind }),
            _ => Err(self.at(key, "`negative` needs both `phase` and `type`")),
        }
    }

    /// Skips one value.
    fn skip(&mut self) -> Result<(), Unreadable> {
        let mut depth = 0_usize;
        loop {
            match self.next()?.0 {
                Event::MappingStart(..) | Event::SequenceStart(..) => depth += 1,
                Event::MappingEnd | Event::SequenceEnd => depth = depth.saturating_sub(1),
                Event::StreamEnd => return Ok(()),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests;
