//! The program: its text, and whether it is a script or a module.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use boa_engine::{Context, Module, Script, Source};

/// The grammar goal of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A script.
    Script,
    /// A module.
    Module,
    /// A CommonJS module of Node: a function body with `require`, `module` and `exports`.
    CommonJs,
}

/// A program to run.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its name in messages.
    shown: String,
    /// The path relative to which its imports are resolved.
    path: PathBuf,
    text: String,
    goal: Option<Goal>,
    /// The directory whose files it may import, if that is not its own.
    root: Option<PathBuf>,
    arguments: Vec<String>,
}

/// The reason why a program cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file does not exist or cannot be read.
    #[error("`{file}` cannot be read: {error}")]
    Io {
        /// The file.
        file: String,
        /// The system's error.
        error: io::Error,
    },
    /// The path is a directory.
    #[error("`{0}` is a directory; give a file in it")]
    Directory(String),
    /// The file is not UTF-8.
    #[error("`{file}` is not UTF-8: byte {at} is invalid; save it as UTF-8")]
    NotText {
        /// The file.
        file: String,
        /// The offset of the first invalid byte.
        at: usize,
    },
}

impl Program {
    /// Returns a program with this text. Its imports are resolved relative to `path`.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>, goal: Option<Goal>) -> Program {
        let path = path.into();
        Program { shown: path.display().to_string(), path, text: text.into(), goal, root: None, arguments: Vec::new() }
    }

    /// Reads a file, or standard input for `-`.
    ///
    /// # Errors
    ///
    /// Returns the reason why the program cannot be read.
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
        Ok(Program { shown, path, text, goal, root: None, arguments: Vec::new() })
    }

    /// Lets the program import the files below `root` instead of those below its own directory.
    #[must_use]
    pub fn with_root(mut self, root: Option<PathBuf>) -> Program {
        self.root = root;
        self
    }

    /// Sets the arguments that the program sees in `process.argv`.
    #[must_use]
    pub fn with_arguments(mut self, arguments: Vec<String>) -> Program {
        self.arguments = arguments;
        self
    }

    pub(super) fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// Returns the goal: the requested one; or a module if the name ends with `.mjs`, and CommonJS if it ends with `.cjs`;
    /// or a script, unless the text is valid as a module only.
    pub fn goal(&self) -> Goal {
        let by_name = match self.path.extension().and_then(|end| end.to_str()) {
            Some("mjs") => Some(Goal::Module),
            Some("cjs") => Some(Goal::CommonJs),
            _ => None,
        };
        self.goal.or(by_name).unwrap_or_else(|| {
            // In another context, since parsing a script declares its names.
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

    /// Returns the directory whose files the program may import.
    pub(super) fn root(&self) -> &Path {
        self.root.as_deref().unwrap_or_else(|| self.directory())
    }

    /// Returns the directory of the program.
    pub(super) fn directory(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        }
    }

    /// Returns a message of the engine in which the program has the name that was given, and the files below its directory
    /// have names relative to that. A message without a place starts with the program's name.
    pub(super) fn shorten(&self, message: &str) -> String {
        let path = self.path.display().to_string();
        let directory = format!("{}{}", self.directory().display(), std::path::MAIN_SEPARATOR);
        let shortened = message.replace(&path, &self.shown).replace(&directory, "");
        if shortened.contains(&self.shown) { shortened } else { format!("{}: {shortened}", self.shown) }
    }
}
