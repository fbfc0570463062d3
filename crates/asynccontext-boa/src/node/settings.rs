//! What a host tells a program about its environment.

use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The environment of a program, for [`add_node`](crate::add_node).
///
/// # Examples
///
/// ```
/// let node = asynccontext_boa::Node::new()
///     .arguments(["/usr/bin/app", "/app/main.js", "--verbose"])
///     .variables([("LANG", "C")])
///     .working_directory("/app");
/// ```
#[derive(Clone)]
pub struct Node {
    pub(super) arguments: Vec<String>,
    pub(super) variables: Vec<(String, String)>,
    pub(super) host_name: String,
    directory: PathBuf,
    pub(super) write: Write,
    pub(super) exit: Option<Exit>,
}

/// Receives the output of a program.
type Write = Rc<dyn Fn(Output, &str)>;

/// Receives the exit code of a program.
type Exit = Rc<dyn Fn(i32)>;

/// A destination of a program's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// `process.stdout`.
    Standard,
    /// `process.stderr`.
    Error,
}

impl Default for Node {
    fn default() -> Node {
        Node::new()
    }
}

impl Node {
    /// Returns an environment without arguments and variables, whose working directory is the root.
    ///
    /// `process.stdout` and `process.stderr` write to those of the process.
    #[must_use]
    pub fn new() -> Node {
        let write = |output, text: &str| match output {
            Output::Standard => print!("{text}"),
            Output::Error => eprint!("{text}"),
        };
        Node {
            arguments: vec!["node".to_owned()],
            variables: Vec::new(),
            host_name: "localhost".to_owned(),
            directory: PathBuf::from("/"),
            write: Rc::new(write),
            exit: None,
        }
    }

    /// Sets `process.argv`: the executable, the program, and its arguments.
    #[must_use]
    pub fn arguments<S: Into<String>>(mut self, arguments: impl IntoIterator<Item = S>) -> Node {
        self.arguments = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// Sets `process.env`. By default a program sees no variable of the process.
    #[must_use]
    pub fn variables<K: Into<String>, V: Into<String>>(mut self, variables: impl IntoIterator<Item = (K, V)>) -> Node {
        self.variables = variables.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        self
    }

    /// Sets `process.cwd()`, relative to which the `require` of scripts finds files.
    #[must_use]
    pub fn working_directory(mut self, directory: impl Into<PathBuf>) -> Node {
        self.directory = directory.into();
        self
    }

    /// Sets `os.hostname()`, by default `localhost`.
    #[must_use]
    pub fn host_name(mut self, name: impl Into<String>) -> Node {
        self.host_name = name.into();
        self
    }

    /// Calls `write` for the texts of `process.stdout`, `process.stderr` and `console`.
    #[must_use]
    pub fn on_write(mut self, write: impl Fn(Output, &str) + 'static) -> Node {
        self.write = Rc::new(write);
        self
    }

    /// Calls `exit` with the exit code when the program calls `process.exit`, after its `exit` event.
    ///
    /// `exit` may end the process. If it returns, the program is stopped: the call throws an error that cannot be caught,
    /// and the event loop runs no more jobs.
    #[must_use]
    pub fn on_exit(mut self, exit: impl Fn(i32) + 'static) -> Node {
        self.exit = Some(Rc::new(exit));
        self
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Variables may be secrets.
        f.debug_struct("Node")
            .field("arguments", &self.arguments)
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}
