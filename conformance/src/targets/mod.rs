//! The implementations under comparison, one file or folder each, and the search for those that are available.

mod answer;
pub mod boa;
pub mod external;
pub mod js;
pub mod model;
pub mod runtime;
pub mod rust;
mod select;
mod session;
mod target;

use std::path::{Path, PathBuf};
use std::thread;

pub use self::select::{Invalid, Selection};
pub use self::target::{Missing, Run, Target, attempt};
use self::target::{lacks, uses_timer};
use crate::program::profile::Api;
use crate::program::reading::Reading;
use crate::runtimes::{Cache, SPECS, Spec, Unavailable};
use model::Portable;
use runtime::Runtime;

/// Returns the names of all targets, in the order of the matrix.
pub fn names() -> Vec<String> {
    let embedded = EMBEDDED.iter().map(|name| (*name).to_owned());
    embedded
        .chain(SPECS.iter().flat_map(Spec::targets))
        .chain([ENGINE262_AC, external::PYTHON, Portable::NAME].map(str::to_owned))
        .collect()
}

/// The targets that are part of the tool.
pub const EMBEDDED: [&str; 8] =
    ["model", "rust", "rust-tokio", "rust-threads", "rust-rayon", "rust-als", "boa", "boa-als"];

/// The engine engine262 through its `AsyncContext`.
const ENGINE262_AC: &str = "engine262:ac";

/// The options for making targets.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The targets to make.
    pub selection: Selection,
    /// The Node executable of the runtime `node`; `node` on the PATH if absent.
    pub node: Option<PathBuf>,
    /// The folder in which runtimes are installed; the default one if absent.
    pub cache: Option<PathBuf>,
    /// The number of times that `rust-tokio` runs each program; its own default if absent.
    pub repetitions: Option<u64>,
    /// The reading of the draft that targets follow, if they can.
    pub reading: Reading,
}

/// The available and the missing targets.
#[derive(Default)]
#[allow(missing_debug_implementations, reason = "targets are opaque")]
pub struct Found {
    /// The available targets.
    pub targets: Vec<Box<dyn Target>>,
    /// The missing targets.
    pub missing: Vec<Missing>,
}

/// Finds the selected targets.
pub fn find(options: &Options) -> Found {
    let selection = &options.selection;
    let mut found = Found::default();
    found
        .targets
        .extend(EMBEDDED.into_iter().filter(|name| selection.selects(name)).map(|name| embedded(name, options)));
    if selection.selects(Portable::NAME) {
        found.targets.push(Box::new(Portable));
    }
    let wanted: Vec<&Spec> = SPECS.iter().filter(|spec| spec.targets().any(|name| selection.selects(&name))).collect();
    for (spec, runtime) in wanted.iter().zip(probe(&wanted, options)) {
        match runtime {
            Ok(runtime) => {
                let forms = runtime.forms().iter().map(|form| runtime.target(*form));
                found.targets.extend(
                    forms.filter(|target| selection.selects(target.name())).map(|target| Box::new(target) as Box<_>),
                );
            }
            // The other modes are missing for the same reason.
            Err(Unavailable::NotInstalled(_)) if spec.is_mode() && selection.is_all() => {}
            Err(why) => found.missing.push(Missing {
                target: spec.name.to_owned(),
                why: why.to_string(),
                installable: matches!(why, Unavailable::NotInstalled(_)),
            }),
        }
    }
    if selection.selects(ENGINE262_AC) {
        let cache = Cache::new(options.cache.clone());
        match external::engine262(&cache, options.node.as_deref().map(Path::as_os_str), options.reading) {
            Ok(shell) => {
                let own = shell.targets().filter(|target| target.name() == ENGINE262_AC);
                found.targets.extend(own.map(|target| Box::new(target) as Box<dyn Target>));
            }
            Err(missing) => found.missing.push(missing),
        }
    }
    if selection.selects(external::PYTHON) {
        match external::python() {
            Ok(python) => found.targets.push(Box::new(python)),
            Err(missing) => found.missing.push(missing),
        }
    }
    found
}

/// Returns an embedded target.
fn embedded(name: &str, options: &Options) -> Box<dyn Target> {
    match name {
        "rust" => Box::new(rust::Rust),
        "rust-tokio" => {
            let tokio = rust::RustTokio::default();
            Box::new(match options.repetitions {
                Some(repetitions) => tokio.repetitions(repetitions),
                None => tokio,
            })
        }
        "rust-threads" => Box::new(rust::RustThreads),
        "rust-rayon" => Box::new(rust::RustRayon),
        "rust-als" => Box::new(rust::RustAls::default()),
        "boa" => Box::new(boa::Boa::new(Api::Ac).under(options.reading)),
        "boa-als" => Box::new(boa::Boa::new(Api::Als).under(options.reading)),
        _ => Box::new(model::Model::new(options.reading)),
    }
}

/// Finds runtimes at the same time, since each takes the start of a process.
pub fn probe(specs: &[&Spec], options: &Options) -> Vec<Result<Runtime, Unavailable>> {
    let cache = Cache::new(options.cache.clone());
    thread::scope(|scope| {
        let probes: Vec<_> = specs
            .iter()
            .map(|spec| {
                let (cache, node) = (&cache, options.node.as_deref());
                scope.spawn(move || spec.find(cache, node))
            })
            .collect();
        let joined = probes.into_iter().map(|probe| probe.join());
        joined.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
