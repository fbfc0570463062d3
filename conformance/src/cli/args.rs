//! The arguments of the command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args as Options, Parser, Subcommand, ValueEnum};
use conformance::program::reading::Reading;
use conformance::targets::EMBEDDED;
use conformance::test262::WORKER;

const EXIT: &str = "\
Exit codes:
  0  the targets that must conform to the draft do so: model, boa, and all named rust
  1  one of them does not, or the model does not give what your case states for the draft;
     with --strict, also if any target has an unexplained outcome or an error
  2  invalid usage, or a program that cannot be read or run; all other programs ran";

const EXAMPLES: &str = "\
Examples:
  conformance                              run the whole suite on the targets in the tool: model, rust, boa
  conformance run                          the same on all available targets, also JavaScript runtimes
  conformance run my.kdl                   run your own program
  conformance run --target model --case 'generator-*' --all
  conformance run --format html --output report.html
  conformance run --format json --output new.json && conformance compare old.json new.json
  conformance explain then-captures-at-registration
  conformance search --programs 2000 --target node:ac-als
  conformance js --print-contexts my.js    run a JavaScript program and print its context switches";

const RUN: &str = "\
Examples:
  conformance run                                       one screen
  conformance run --all                                 every case on every target, every difference
  conformance run my.kdl --target model --target boa    a custom program
  conformance run --format html --output report.html    a page that works from disk
  conformance run --format markdown                     for a comment on a change
  conformance run --format wptreport --target boa       the form that wpt.fyi takes, for one target";

const COMPARE: &str = "\
Examples:
  conformance run --format json --output old.json
  conformance run --format json --output new.json
  conformance compare old.json new.json

Exit codes:
  0  no result got worse
  1  a result got worse
  2  invalid usage, or a file that is not such a result";

const SPEC: &str = "\
Exit codes:
  0  each clause with requirements has a case or a reason why it has none
  1  a clause has neither";

const TEST262: &str = "\
Every test runs in a fresh context of a child process, so hangs, crashes and excessive memory are results too.
No test is skipped. A test that needs an unsupported feature fails, with the reason.

Examples:
  conformance test262 --root conformance/js
  conformance test262 --root test262 --filter built-ins/AsyncContext
  conformance test262 --root test262 --filter 'language/expressions/{await,yield}' --jobs 4
  conformance test262 --root test262 --filter built-ins/Promise --bare --format json > bare.json
  conformance test262 --root test262 --filter built-ins/Promise --compare bare.json

Exit codes:
  0  every run passed; with --compare, no run got worse
  1  a run failed; with --compare, a run got worse
  2  invalid usage, or no test matches";

const RUNTIMES: &str = "\
Examples:
  conformance runtimes                     what is found, and what can be installed
  conformance runtimes install             install all, each in a pinned version, checked by checksum
  conformance runtimes install node-26 bun
  conformance run --target 'node-*:als'    compare what is installed

Exit codes:
  0  the list was printed; every runtime that was to be installed is installed
  2  invalid usage, or a runtime could not be installed; the others were";

/// Compares implementations of AsyncContext on litmus programs: the draft's algorithms, the crate
/// `asynccontext`, and JavaScript runtimes. Without a command, the whole suite runs on the targets that
/// are part of the tool.
#[derive(Debug, Parser)]
#[command(name = "conformance", version, after_help = format!("{EXAMPLES}\n\n{EXIT}"), max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) suite: RunOptions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run cases on targets, and print where they deviate from the draft
    #[command(after_help = format!("{RUN}\n\n{EXIT}"))]
    Run(Run),
    /// Compare two JSON results of `run`
    #[command(after_help = COMPARE)]
    Compare(Compare),
    /// Print the draft's clauses, and the number of cases for each
    #[command(after_help = SPEC)]
    Spec(Spec),
    /// Print one case in full: program, JavaScript, observations of each strand, clauses
    Explain(Explain),
    /// List the cases
    List(List),
    /// Compare targets on random programs, and shrink and classify the deviations
    #[command(after_help = "\
Examples:
  conformance search --target rust,boa
  conformance search --programs 2000 --target node:ac-als --seed 7
  conformance search --target-command 'python3 mine.py'
  conformance search --emit - > programs.json && mine < programs.json > answers.json
  conformance run programs.json --answers answers.json

Exit codes:
  0  no difference on model, boa and the targets named rust; known quirks explain those of the others
  1  another difference
  2  invalid usage")]
    Search(Search),
    /// Run a JavaScript program in an engine with AsyncContext, and optionally print its context switches
    ///
    /// The program can use AsyncContext, timers, queueMicrotask, events, AbortSignal, MessageChannel,
    /// console, and Node's process, require and built-in modules such as node:async_hooks and node:test. It
    /// can load the files in its directory. It runs until no job is left. A file is a module if its name
    /// ends with .mjs, and CommonJS if it ends with .cjs; like in Node, a CommonJS program ends at its
    /// first uncaught error. Any other file is a script, unless its text is valid as a module only.
    ///
    /// Without a file, on a terminal, inputs are evaluated one by one, with history, and the context after
    /// each is printed.
    #[command(after_help = "\
Examples:
  conformance js greet.js
  conformance js                                evaluate inputs interactively
  conformance js --print-contexts greet.js      print each context switch to standard error
  echo 'console.log(typeof AsyncContext)' | conformance js -
  conformance js --time-limit 5 --memory-limit 256 untrusted.js

Exit codes:
  0  no uncaught error
  1  an uncaught error, an unhandled rejection or a syntax error
  2  invalid usage, or the file cannot be read
  3  the limit of time, memory or native stack was exceeded, or the engine failed
  a program that calls process.exit or sets process.exitCode ends with that code")]
    Js(Js),
    /// List the JavaScript runtimes that are found, and their targets; `install` gets them from npm
    #[command(after_help = RUNTIMES)]
    Runtimes(Runtimes),
    /// Print programs in the JSON form or as text, or write web platform tests
    #[command(args_conflicts_with_subcommands = true)]
    Export(Export),
    /// Check files of programs, answers or known deviations, and print what is wrong with them
    Check(Check),
    /// Print the JSON schema of programs or of answers
    Schema(Schema),
    /// Run tests in test262's format on the engine Boa, with AsyncContext
    #[command(after_help = TEST262)]
    Test262(Test262),
    /// The child process of `test262`, which reads orders from standard input
    #[command(name = WORKER, hide = true)]
    Test262Worker(Test262Worker),
}

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// For machines; `conformance compare` reads it.
    Json,
    /// For continuous integration.
    Junit,
    /// For a comment on a change.
    Markdown,
    /// The form that wpt.fyi takes, for one target.
    Wptreport,
    /// A page of one file, for a browser.
    Html,
}

/// The format of a report on tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// For people.
    #[default]
    Table,
    /// For machines.
    Json,
    /// For continuous integration.
    Junit,
}

/// The targets and their options.
#[derive(Clone, Debug, Default, Options)]
pub(crate) struct Targets {
    /// A target to run, a runtime with all its targets, or a glob; may repeat [default: all available targets; without a command, those in the tool]
    #[arg(long = "target", value_name = "NAME", value_delimiter = ',')]
    pub(crate) targets: Vec<String>,
    /// The executable of the runtime `node` [default: `node` on the PATH]
    #[arg(long, value_name = "PATH")]
    pub(crate) node: Option<PathBuf>,
    /// The folder of installed runtimes [default: CONFORMANCE_CACHE, or a folder in the user's cache]
    #[arg(long, value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,
    /// A JavaScript engine: a command that runs the file whose path is added to it; may repeat
    #[arg(long, value_name = "[NAME=]COMMAND")]
    pub(crate) shell: Vec<String>,
    /// A command that reads programs as lines of JSON and prints an answer to each; may repeat
    #[arg(long, value_name = "[NAME=]COMMAND")]
    pub(crate) target_command: Vec<String>,
    /// A file with the known deviations of such a target; may repeat
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Vec<PathBuf>,
    /// The reading of the draft that model, boa and engine262 follow, and with which outcomes are compared
    #[arg(long, value_name = "NAME", default_value = "draft", value_parser = reading())]
    pub(crate) reading: Reading,
    /// The number of times that rust-tokio runs each program, each time under another schedule [default: 20; in a
    /// search 4; without a command 5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) repetitions: Option<u64>,
}

/// The cases of a run, and its report.
#[derive(Clone, Debug, Default, Options)]
pub(crate) struct RunOptions {
    #[command(flatten)]
    pub(crate) targets: Targets,
    /// Run only cases whose id matches; may repeat
    #[arg(long = "case", value_name = "GLOB")]
    pub(crate) cases: Vec<String>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t, ignore_case = true)]
    pub(crate) format: Format,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print every case on every target and every difference instead of one screen
    #[arg(long)]
    pub(crate) all: bool,
    /// Exit with 1 for an unexplained outcome or an error of any target
    #[arg(long)]
    pub(crate) strict: bool,
    /// Answers of an implementation that ran elsewhere, as a JSON list or one a line; may repeat
    #[arg(long, value_name = "[NAME=]FILE")]
    pub(crate) answers: Vec<String>,
    /// The address of a playground, in which the page of `--format html` opens the suite's cases
    #[arg(long, value_name = "URL")]
    pub(crate) playground: Option<String>,
}

/// The number of repetitions of `rust-tokio` without a command, which prints within seconds.
const FEW: u64 = 5;

impl RunOptions {
    /// Selects the targets that are part of the tool, if no option says which targets run.
    pub(crate) fn or_embedded(mut self) -> RunOptions {
        let Targets { targets, node, cache, shell, target_command, .. } = &mut self.targets;
        let own = !(shell.is_empty() && target_command.is_empty() && self.answers.is_empty());
        if targets.is_empty() && !own && node.is_none() && cache.is_none() {
            *targets = EMBEDDED.map(str::to_owned).into();
            self.targets.repetitions.get_or_insert(FEW);
        }
        self
    }
}

#[derive(Debug, Options)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) options: RunOptions,
    /// Your own programs instead of the suite, as KDL or in the JSON form (*.json); `-` reads KDL from standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<String>,
}

#[derive(Debug, Options)]
pub(crate) struct Compare {
    /// The earlier result
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The later result
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// The format of the report
    #[arg(long, value_enum, default_value_t, ignore_case = true)]
    pub(crate) format: ListingFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListingFormat {
    /// For people.
    #[default]
    Table,
    /// For machines.
    Json,
}

#[derive(Debug, Options)]
pub(crate) struct Spec {
    /// The format of the list
    #[arg(long, value_enum, default_value_t, ignore_case = true)]
    pub(crate) format: ListingFormat,
}

#[derive(Debug, Options)]
pub(crate) struct Runtimes {
    #[command(subcommand)]
    pub(crate) command: Option<RuntimesCommand>,
    /// The executable of the runtime `node` [default: `node` on the PATH]
    #[arg(long, value_name = "PATH")]
    pub(crate) node: Option<PathBuf>,
    /// The folder of installed runtimes [default: CONFORMANCE_CACHE, or a folder in the user's cache]
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) cache: Option<PathBuf>,
    /// The format of the list
    #[arg(long, value_enum, default_value_t, ignore_case = true)]
    pub(crate) format: ListingFormat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RuntimesCommand {
    /// Install runtimes from npm in pinned versions; those that are installed stay as they are
    Install {
        /// The runtimes [default: all]
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// The npm client
        #[arg(long, value_name = "PATH", default_value = if cfg!(windows) { "npm.cmd" } else { "npm" })]
        npm: PathBuf,
    },
}

#[derive(Debug, Options)]
pub(crate) struct Explain {
    /// The case's id
    #[arg(value_name = "CASE")]
    pub(crate) case: String,
    /// Files to search instead of the suite
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// The address of a playground; prints the link that opens a case of the suite there
    #[arg(long, value_name = "URL")]
    pub(crate) playground: Option<String>,
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
    /// The format of the list
    #[arg(long, value_enum, default_value_t, ignore_case = true)]
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
    /// The tables of spec/als.md: the outcome of each family of runtimes through AsyncLocalStorage.
    Markdown,
}

#[derive(Debug, Options)]
pub(crate) struct Search {
    #[command(flatten)]
    pub(crate) targets: Targets,
    /// The number of programs
    #[arg(long = "programs", alias = "count", value_name = "N", default_value_t = 1000)]
    pub(crate) count: u64,
    /// The seed that determines all programs
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// A feature to use in addition to those that all targets support; may repeat
    #[arg(long, value_name = "FEATURE")]
    pub(crate) with: Vec<String>,
    /// A feature not to use; may repeat
    #[arg(long, value_name = "FEATURE")]
    pub(crate) without: Vec<String>,
    /// Do not shrink the programs that deviate
    #[arg(long)]
    pub(crate) no_shrink: bool,
    /// Write the programs in the JSON form, each with the draft's outcome, and run no target: a file for each in this
    /// folder, which replaces one of the same name, or a list on standard output for `-`. They use the features that all
    /// JavaScript runtimes support, or that the targets named by --target support
    #[arg(long, value_name = "FOLDER", conflicts_with = "reading")]
    pub(crate) emit: Option<PathBuf>,
}

#[derive(Debug, Options)]
pub(crate) struct Js {
    /// Print each context switch: the cause, and the bindings before and after
    #[arg(long)]
    pub(crate) print_contexts: bool,
    /// The reading of the draft that the engine follows
    #[arg(long, value_name = "NAME", default_value = "draft", value_parser = reading())]
    pub(crate) reading: Reading,
    /// Read the text as a module
    #[arg(long, conflicts_with = "script")]
    pub(crate) module: bool,
    /// Read the text as a script
    #[arg(long)]
    pub(crate) script: bool,
    /// Read the text as a CommonJS module of Node
    #[arg(long, conflicts_with_all = ["module", "script"])]
    pub(crate) commonjs: bool,
    /// Add the global function `gc`, which collects garbage
    #[arg(long)]
    pub(crate) expose_gc: bool,
    /// The directory whose files the program may import [default: the directory of the program]
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) root: Option<PathBuf>,
    /// End the program if it still runs after this number of seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time_limit: Option<Duration>,
    /// The memory limit for the program and the engine, where the system supports one
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(256..1 << 30))]
    pub(crate) memory_limit: u64,
    /// This process runs the program itself
    #[arg(long, hide = true)]
    pub(crate) inside: bool,
    /// The program; `-` reads it from standard input [default: inputs on a terminal, otherwise standard input]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<String>,
    /// The program's arguments, in `process.argv`
    #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<String>,
}

/// The readings by name.
fn reading() -> impl TypedValueParser<Value = Reading> {
    PossibleValuesParser::new(Reading::ALL.map(|reading| PossibleValue::new(reading.word()).help(reading.rule())))
        .map(|word| Reading::of(&word).unwrap_or_default())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "invalid number")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(limit) if !limit.is_zero() => Ok(limit),
        _ => Err("invalid duration".to_owned()),
    }
}

#[derive(Debug, Options)]
pub(crate) struct Export {
    #[command(subcommand)]
    pub(crate) kind: Option<ExportKind>,
    /// The format
    #[arg(long, value_enum, default_value_t, ignore_case = true)]
    pub(crate) format: Form,
    /// Export only cases whose id matches; may repeat
    #[arg(long = "case", value_name = "GLOB")]
    pub(crate) cases: Vec<String>,
    /// Write a file for each case into this folder, instead of all to standard output
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Files to export instead of the suite
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExportKind {
    /// Write the cases that concern the host as web platform tests: a file `ID.any.js` for each, and their script
    Wpt(ExportWpt),
}

#[derive(Debug, Options)]
pub(crate) struct ExportWpt {
    /// The folder to write to; files with the same names are replaced
    #[arg(long, value_name = "FOLDER")]
    pub(crate) output: PathBuf,
    /// Export only cases whose id matches; may repeat
    #[arg(long = "case", value_name = "GLOB")]
    pub(crate) cases: Vec<String>,
}

#[derive(Debug, Options)]
pub(crate) struct Check {
    /// Files of answers
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Vec<PathBuf>,
    /// Files of known deviations
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Vec<PathBuf>,
    /// Files of programs, as KDL or in the JSON form (*.json)
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<String>,
}

#[derive(Debug, Options)]
pub(crate) struct Schema {
    /// What the schema describes
    #[arg(value_enum, default_value_t)]
    pub(crate) of: SchemaOf,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// Programs in the JSON form.
    #[default]
    Programs,
    /// The answers of an implementation.
    Answers,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// The JSON form.
    #[default]
    Json,
    /// The text.
    Kdl,
    /// JavaScript that runs by itself and says what each program observed.
    Js,
}

#[derive(Debug, Options)]
pub(crate) struct Test262 {
    /// A checkout of test262, or a folder of tests in its format
    #[arg(long, value_name = "DIR")]
    pub(crate) root: PathBuf,
    /// The harness [default: that of the checkout, `harness` in the folder, or the embedded one]
    #[arg(long, value_name = "DIR")]
    pub(crate) harness: Option<PathBuf>,
    /// Run only tests whose path below the tests' folder matches, or that are below the folder of this name; may repeat
    #[arg(long = "filter", value_name = "GLOB")]
    pub(crate) filters: Vec<String>,
    /// The number of tests that run at the same time [default: the number of processors]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t, ignore_case = true)]
    pub(crate) format: TestFormat,
    /// Run the engine without AsyncContext
    #[arg(long)]
    pub(crate) bare: bool,
    /// The reading of the draft that the engine follows; tests for other readings only are left out
    #[arg(long, value_name = "NAME", default_value = "draft", value_parser = reading(), conflicts_with = "bare")]
    pub(crate) reading: Reading,
    /// An earlier JSON report; list the runs that got better or worse, appeared or vanished since then
    #[arg(long, value_name = "FILE")]
    pub(crate) compare: Option<PathBuf>,
    /// The time limit of one run in seconds
    #[arg(long, value_name = "S", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) time_limit: u64,
    /// The limit of a child process's address space in mebibytes, including the engine
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
    /// The reading that the engine follows
    #[arg(long, default_value = "draft", value_parser = reading())]
    pub(crate) reading: Reading,
    /// Bytes of address space
    #[arg(long)]
    pub(crate) memory_limit: u64,
}
