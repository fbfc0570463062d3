//! Measures, compares, reports: see `--help` and benches/README.md.

mod command;
mod error;
mod languages;
mod limits;
mod machine;
mod measure;
mod plot;
mod report;
mod samples;
mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use command::Command;
use error::{Error, of_file};
use limits::{Measured, Outcome};
use samples::{Samples, read_json};

fn main() -> ExitCode {
    match run(&Command::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Returns whether every limit is met.
fn run(command: &Command) -> Result<bool, Error> {
    let folder = measure::folder();
    if !command.report_only {
        measure::counts()?;
        measure::beside_peers(command.quick)?;
    }
    if !command.report_only && !command.quick {
        languages::measure(&command.runtime, &folder)?;
    }
    let samples = folder.join("samples");
    let measured = Measured {
        samples: Samples::read(&samples)?,
        sweep: read_json(&samples.join("sweep.json"))?,
        figures: figures(&folder)?,
    };
    let limits = limits::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("limits.toml"))?;
    let verdicts = measured.judge(&limits);
    print!("{}", report::limits(&verdicts));
    if command.quick {
        println!("\nA quick run is inexact: benches/RESULTS.md is not changed.");
    } else {
        plot::all(&measured, &command.out.join("plots"))?;
        let text = report::all(&measured, &verdicts, &languages::read(&folder)?);
        let path = command.out.join("RESULTS.md");
        fs::write(&path, text).map_err(of_file(&path))?;
        println!("\nWritten: {}", path.display());
    }
    Ok(verdicts.iter().all(|verdict| matches!(verdict.outcome, Outcome::Kept(..))))
}

/// Returns the exact figures. Each file contains one object of names and numbers.
fn figures(folder: &Path) -> Result<BTreeMap<String, f64>, Error> {
    let mut figures = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(of_file(folder))? {
        let path = entry.map_err(of_file(folder))?.path();
        let other = path.file_name().is_some_and(|name| name == languages::FILE);
        if !other && path.extension().is_some_and(|end| end == "json") {
            figures.extend(read_json::<BTreeMap<String, f64>>(&path)?);
        }
    }
    Ok(figures)
}
