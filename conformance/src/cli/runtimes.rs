//! `conformance runtimes`.

use std::io::Write as _;

use conformance::program::diagnostic::nearest;
use conformance::runtimes::install::{Done, install};
use conformance::runtimes::{Cache, PINNED, Pin, SPECS, Spec, Unavailable};
use conformance::targets::runtime::Runtime;
use conformance::targets::{Options, probe};
use serde_json::{Value, json};

use super::args::{ListingFormat, Runtimes, RuntimesCommand};
use super::exit::{AGREES, BAD, Failure};
use super::progress::Progress;

pub(super) fn runtimes(args: &Runtimes) -> Result<u8, Failure> {
    match &args.command {
        Some(RuntimesCommand::Install { names, npm }) => {
            install_all(&Cache::new(args.cache.clone()), names, npm.as_os_str())
        }
        None => list(args),
    }
}

fn list(args: &Runtimes) -> Result<u8, Failure> {
    let specs: Vec<&Spec> = SPECS.iter().collect();
    let options = Options { node: args.node.clone(), cache: args.cache.clone(), ..Options::default() };
    let found = probe(&specs, &options);
    let mut out = anstream::stdout().lock();
    match args.format {
        ListingFormat::Json => {
            let list: Value = specs.iter().zip(&found).map(|(spec, found)| value(spec, found)).collect();
            writeln!(out, "{list:#}")?;
        }
        ListingFormat::Table => {
            for (spec, found) in specs.iter().zip(&found) {
                match found {
                    Ok(runtime) => {
                        let forms: Vec<_> = runtime.forms().iter().map(|form| form.word()).collect();
                        let mode = runtime.mode().map(|mode| format!(", {mode}")).unwrap_or_default();
                        writeln!(
                            out,
                            "{:<14}  {:<12}  {}{mode}; targets {}",
                            spec.name,
                            runtime.version(),
                            runtime.engine(),
                            forms.join(" ")
                        )?;
                        writeln!(out, "{:<14}  {}", "", runtime.program().display())?;
                    }
                    Err(why) => writeln!(out, "{:<14}  {why}", spec.name)?,
                }
            }
            match Cache::new(args.cache.clone()).folder() {
                Some(folder) => writeln!(out, "\nInstalled runtimes are in {}", folder.display())?,
                None => writeln!(out, "\nNo folder for installed runtimes is known: set CONFORMANCE_CACHE")?,
            }
        }
    }
    out.flush()?;
    Ok(AGREES)
}

/// Returns an entry of the JSON list.
fn value(spec: &Spec, found: &Result<Runtime, Unavailable>) -> Value {
    match found {
        Ok(runtime) => json!({
            "name": spec.name,
            "runtime": spec.kind.word(),
            "version": runtime.version(),
            "engine": runtime.engine(),
            "mode": runtime.mode(),
            "profile": runtime.profile().word(),
            "path": runtime.program().to_string_lossy(),
            "targets": runtime.forms().iter().map(|form| runtime.target_name(*form)).collect::<Vec<_>>(),
        }),
        Err(why) => json!({ "name": spec.name, "runtime": spec.kind.word(), "missing": why.to_string() }),
    }
}

fn install_all(cache: &Cache, names: &[String], npm: &std::ffi::OsStr) -> Result<u8, Failure> {
    let named = |name: &String| {
        PINNED.iter().find(|pin| pin.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
            let near = nearest(name, PINNED.iter().map(|pin| pin.name)).map(str::to_owned);
            Failure::NoRuntime { name: name.clone(), near, known: PINNED.iter().map(|pin| pin.name).collect() }
        })
    };
    let pins: Vec<&Pin> =
        if names.is_empty() { PINNED.iter().collect() } else { names.iter().map(named).collect::<Result<_, _>>()? };
    let progress = Progress::new(pins.len() as u64);
    let mut code = AGREES;
    for pin in pins {
        progress.message(format!("{} {}", pin.name, pin.version));
        let waiting = || progress.message("waiting for another installation to end".to_owned());
        let done = install(cache, pin, npm, &mut { waiting });
        progress.above(&match done {
            Ok(Done::Installed) => format!("{} {} installed", pin.name, pin.version),
            Ok(Done::AlreadyThere) => format!("{} {} is installed already", pin.name, pin.version),
            Err(error) => {
                code = BAD;
                format!("{} {} not installed: {error}", pin.name, pin.version)
            }
        });
        progress.step("");
    }
    progress.finish();
    Ok(code)
}
