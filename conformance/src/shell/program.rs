//! The program: where its text comes from, and whether it is a script or a module.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use boa_engine::{Context, Module, Script, Source};

/// What a text is parsed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A script: sloppy unless it says otherwise, without `import` declarations.
    Script,
    /// A module: strict, with `import`, `export` and `await` at its top.
    Module,
}

/// A program to run.
#[derive(Clone, Debug)]
pub struct Program {
    /// As messages name it.
    shown: String,
    /// Relative to which its imports are resolved.
    path: PathBuf,
    text: String,
    goal: Option<Goal>,
}

/// Why a program can't be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// No file, or none that can be read.
    #[error("`{file}` can't be read: {error}")]
    Io {
        /// The file.
        file: String,
        /// What the system says.
        error: io::Error,
    },
    /// A folder.
    #[error("`{0}` is a directory: name the file in it that is to run")]
    Directory(String),
    /// Bytes that are no text.
    #[error("`{file}` is not UTF-8 from its byte {at} on: save it as UTF-8")]
    NotText {
        /// The file.
        file: String,
        /// The offset of the first byte that is none.
        at: usize,
    },
}

impl Program {
    /// A program of this text. Its imports are resolved as if it lay at `path`.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>, goal: Option<Goal>) -> Program {
        let path = path.into();
        Program { shown: path.display().to_string(), path, text: text.into(), goal }
    }

    /// Reads a file, or standard input for `-`.
    ///
    /// # Errors
    ///
    /// Says what kept it from being read.
    pub fn read(file: &str, goal: Option<Goal>) -> Result<Program, Unreadable> {
        let unreadable = |error| Unreadable::Io { file: file.to_owned(), error };
        let (shown, path, bytes) = if file == "-" {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map_err(unreadable)?;
            let path = std::env::current_dir().map_err(unreadable)?.join("[stdin]");
            ("[stdin]".to_owned(), path, bytes)
        } else {
            let path = Path::new(file);
            if path.is_dir() {
                return Err(Unreadable::Directory(file.to_owned()));
            }
            let bytes = std::fs::read(path).map_err(unreadable)?;
            (file.to_owned(), path.canonicalize().map_err(unreadable)?, bytes)
        };
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Unreadable::NotText { file: shown.clone(), at }
        })?;
        Ok(Program { shown, path, text, goal })
    }

    /// What it is parsed as: what was asked for; else a module if its name ends with `.mjs`, a script
    /// if it ends with `.cjs`; else a script, unless it is none and is a module.
    pub(super) fn goal(&self) -> Goal {
        let by_name = match self.path.extension().and_then(|end| end.to_str()) {
            Some("mjs") => Some(Goal::Module),
            Some("cjs") => Some(Goal::Script),
            _ => None,
        };
        self.goal.or(by_name).unwrap_or_else(|| {
            // Elsewhere: a script that is parsed has declared its names.
            let (source, elsewhere) = (|| Source::from_bytes(self.text.as_bytes()), &mut Context::default());
            let script = Script::parse(source(), None, elsewhere).is_ok();
            if !script && Module::parse(source(), None, elsewhere).is_ok() { Goal::Module } else { Goal::Script }
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The directory whose files it may import.
    pub(super) fn directory(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        }
    }

    /// A message of the engine, with the program's name as it was given, and beside it the files that
    /// lie below its directory. A message that names no place begins with the program's name.
    pub(super) fn shorten(&self, message: &str) -> String {
        let path = self.path.display().to_string();
        let directory = format!("{}{}", self.directory().display(), std::path::MAIN_SEPARATOR);
        let shortened = message.replace(&path, &self.shown).replace(&directory, "");
        if shortened.contains(&self.shown) { shortened } else { format!("{}: {shortened}", self.shown) }
    }
}
