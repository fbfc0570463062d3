//! The words of the command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as Options, Parser, Subcommand, ValueEnum};
use conformance::test262::WORKER;

const EXIT: &str = "\
Exit codes:
  0  the targets that must conform to the draft do so: model, boa, and all named rust
  1  one of them does not; with --strict, any target has an unexplained outcome or an error
  2  invalid usage, or a program that cannot be read or run; all other programs ran";

const EXAMPLES: &str = "\
Examples:
  conformance                              the whole suite on all targets that are here
  conformance run my.kdl                   a program of your own
  conformance run --target model --case 'generator-*'
  conformance run --format junit > report.xml
  conformance explain then-captures-at-registration
  conformance search --count 2000 --target node-ac
  conformance js --print-contexts my.js    watch the context of a program of your own";

const TEST262: &str = "\
Every test runs in a fresh context of a child process. One that hangs, crashes or takes all memory is a result too.
No test is skipped: one that needs what the engine lacks fails and says why.

Examples:
  conformance test262 --root conformance/js
  conformance test262 --root test262 --filter built-ins/AsyncContext
  conformance test262 --root test262 --filter 'language/expressions/{await,yield}' --jobs 4
  conformance test262 --root test262 --filter built-ins/Promise --bare --format json > bare.json
  conformance test262 --root test262 --filter built-ins/Promise --compare bare.json

Exit codes:
  0  every run passed; with --compare: none got worse
  1  one did not
  2  bad usage, or no test was selected";

/// Compares implementations of AsyncContext on litmus programs: the draft's own algorithms, the
/// crate `asynccontext`, and JavaScript runtimes. Without a command it runs the whole suite.
#[derive(Debug, Parser)]
#[command(name = "conformance", version, after_help = format!("{EXAMPLES}\n\n{EXIT}"), max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run cases on targets and print the matrix and each difference
    #[command(after_help = EXIT)]
    Run(Run),
    /// Tell one case in full: program, JavaScript, what each strand saw, the clauses
    Explain(Explain),
    /// List the cases
    List(List),
    /// Compare targets on random programs, shrink and classify what differs
    #[command(after_help = "\
Exit codes:
  0  no difference on model, boa and the targets named rust; known quirks explain those of the others
  1  another difference
  2  invalid usage")]
    Search(Search),
    /// Run a JavaScript program in an engine that has AsyncContext, and watch its contexts
    ///
    /// The program finds AsyncContext, timers, queueMicrotask, events, AbortSignal, MessageChannel,
    /// console, and by import `node:async_hooks` and the files beside it. It runs until nothing is left
    /// to do. A file is a module if its name ends with .mjs, a script if it ends with .cjs, and else a
    /// script unless it can only be read as a module.
    #[command(after_help = "\
Examples:
  conformance js greet.js
  conformance js --print-contexts greet.js      each switch of the context, on standard error
  echo 'console.log(typeof AsyncContext)' | conformance js -
  conformance js --time-limit 5 --memory-limit 256 untrusted.js

Exit codes:
  0  nothing was uncaught
  1  an error or a rejection was, or the text is no program
  2  bad usage, or the file can't be read
  3  the time, the memory or the native stack was used up, or the engine itself failed")]
    Js(Js),
    /// Print programs in the JSON form or as text
    Export(Export),
    /// Print the JSON schema of the JSON form
    Schema,
    /// Run tests in test262's format on the engine Boa, with AsyncContext
    #[command(after_help = TEST262)]
    Test262(Test262),
    /// What `test262` starts: takes orders from standard input
    #[command(name = WORKER, hide = true)]
    Test262Worker(Test262Worker),
}

impl Default for Command {
    fn default() -> Command {
        Command::Run(Run::default())
    }
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// For machines.
    Json,
    /// For continuous integration.
    Junit,
}

/// Which targets, and how they run.
#[derive(Clone, Debug, Default, Options)]
pub(crate) struct Targets {
    /// A target to run; may repeat [default: all that are here]
    #[arg(long = "target", value_name = "NAME")]
    pub(crate) targets: Vec<String>,
    /// The Node to run [default: `node` on the path]
    #[arg(long, value_name = "PATH")]
    pub(crate) node: Option<PathBuf>,
    /// How often rust-tokio runs each program, each time under another schedule
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) repetitions: Option<u64>,
}

#[derive(Debug, Default, Options)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) targets: Targets,
    /// Run only cases whose id matches; may repeat
    #[arg(long = "case", value_name = "GLOB")]
    pub(crate) cases: Vec<String>,
    /// How the report is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Exit with 1 for an unexplained outcome or an error of any target
    #[arg(long)]
    pub(crate) strict: bool,
    /// Programs of your own instead of the suite: KDL, or the JSON form (*.json); `-` reads KDL from standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<String>,
}

#[derive(Debug, Options)]
pub(crate) struct Explain {
    /// The case's id
    #[arg(value_name = "CASE")]
    pub(crate) case: String,
    /// Files to look in instead of the suite
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<String>,
    #[command(flatten)]
    pub(crate) targets: Targets,
}

#[derive(Debug, Options)]
pub(crate) struct List {
    /// List only cases whose id matches; may repeat
    #[arg(long = "case", value_name = "GLOB")]
    pub(crate) cases: Vec<String>,
    /// List only cases with this tag or clause; may repeat
    #[arg(long = "about", value_name = "TAG|CLAUSE")]
    pub(crate) about: Vec<String>,
    /// How the list is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
    /// Files to list instead of the suite
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    #[default]
    Table,
    /// For machines.
    Json,
    /// What each family of runtimes does through AsyncLocalStorage, as in spec/als.md.
    Markdown,
}

#[derive(Debug, Options)]
pub(crate) struct Search {
    #[command(flatten)]
    pub(crate) targets: Targets,
    /// How many programs
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) count: u64,
    /// The seed from which all programs follow
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// A feature that the programs use besides those that all targets share; may repeat
    #[arg(long, value_name = "FEATURE")]
    pub(crate) with: Vec<String>,
    /// A feature to leave out of the programs; may repeat
    #[arg(long, value_name = "FEATURE")]
    pub(crate) without: Vec<String>,
    /// Don't shrink the programs that differ
    #[arg(long)]
    pub(crate) no_shrink: bool,
}

#[derive(Debug, Options)]
pub(crate) struct Js {
    /// Tell each switch of the context: why, what was bound and what is
    #[arg(long)]
    pub(crate) print_contexts: bool,
    /// Read the text as a module
    #[arg(long, conflicts_with = "script")]
    pub(crate) module: bool,
    /// Read the text as a script
    #[arg(long)]
    pub(crate) script: bool,
    /// End the program when it still runs after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time_limit: Option<Duration>,
    /// Memory that the program and the engine may use, where the system can bound it
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(256..1 << 30))]
    pub(crate) memory_limit: u64,
    /// This process is the one that runs the program
    #[arg(long, hide = true)]
    pub(crate) inside: bool,
    /// The program; `-` reads it from standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "not a number")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(limit) if !limit.is_zero() => Ok(limit),
        _ => Err("not a time".to_owned()),
    }
}

#[derive(Debug, Options)]
pub(crate) struct Export {
    /// The form
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Form,
    /// Export only cases whose id matches; may repeat
    #[arg(long = "case", value_name = "GLOB")]
    pub(crate) cases: Vec<String>,
    /// Files to export instead of the suite
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// The JSON form.
    #[default]
    Json,
    /// The text.
    Kdl,
}

#[derive(Debug, Options)]
pub(crate) struct Test262 {
    /// A checkout of test262, or a folder of tests in its format
    #[arg(long, value_name = "DIR")]
    pub(crate) root: PathBuf,
    /// The harness, if it is neither the checkout's nor `harness` in the folder nor the tool's own
    #[arg(long, value_name = "DIR")]
    pub(crate) harness: Option<PathBuf>,
    /// Run only tests whose path below the tests' folder matches, or that are below this folder; may repeat
    #[arg(long = "filter", value_name = "GLOB")]
    pub(crate) filters: Vec<String>,
    /// How many tests run at the same time [default: one on each processor]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// How the report is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Run the engine as it is, without AsyncContext
    #[arg(long)]
    pub(crate) bare: bool,
    /// An earlier report in JSON: list what got better, worse, appeared and vanished since
    #[arg(long, value_name = "FILE")]
    pub(crate) compare: Option<PathBuf>,
    /// Seconds that one run may take
    #[arg(long, value_name = "S", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) time_limit: u64,
    /// Mebibytes of address space that a child process may have, the engine included
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(256..1 << 40))]
    pub(crate) memory_limit: u64,
}

#[derive(Debug, Options)]
pub(crate) struct Test262Worker {
    /// The folder of the tests
    #[arg(long)]
    pub(crate) folder: PathBuf,
    /// The harness, if it is not the embedded one
    #[arg(long)]
    pub(crate) harness: Option<PathBuf>,
    /// Without AsyncContext
    #[arg(long)]
    pub(crate) bare: bool,
    /// Bytes of address space
    #[arg(long)]
    pub(crate) memory_limit: u64,
}
