//! The gate for instruction counts: counts, compares with `stated.toml`, or writes that.

mod measured;
mod stated;

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;

use stated::{Stated, compiler};

const USAGE: &str = "\
Counts the instructions of the hot path under callgrind, and compares them with what is stated.

Usage: cargo run -p asynccontext-benches-counts [-- --state]

  --state  state what is measured, in benches/counts/stated.toml

Ends with 0 when every count is within 3 % of what is stated, or was stated with another compiler,
which it says; with 1 when a count is further off or nothing could be counted; with 2 when it is
called otherwise.";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let state = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--state"] => true,
        ["--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match check(state) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is as stated.
fn check(state: bool) -> Result<bool, Box<dyn Error>> {
    let measured = measured::instructions()?;
    write_figures(&measured)?;
    if state {
        Stated { compiler: compiler(), instructions: measured }.write()?;
        return Ok(true);
    }
    let stated = Stated::read()?;
    let (lines, fine) = stated.compare(&measured);
    println!("{}", lines.join("\n"));
    let compiler = compiler();
    if stated.compiler != compiler {
        println!("\nnot held to it: this is {compiler}, and the counts were stated with {}", stated.compiler);
        return Ok(true);
    }
    if !fine {
        println!("\nA change of more than 3 % has to be stated: cargo run -p asynccontext-benches-counts -- --state");
    }
    Ok(fine)
}

/// Leaves the figures where the reporter of `benches/` looks for them: instructions for one
/// operation.
fn write_figures(measured: &BTreeMap<String, u64>) -> Result<(), Box<dyn Error>> {
    let folder = measured::target().join("asynccontext-benches");
    std::fs::create_dir_all(&folder)?;
    let figures: serde_json::Map<_, _> = measured
        .iter()
        .map(|(name, count)| (format!("instructions/{name}"), (*count as f64 / 1000.0).into()))
        .collect();
    std::fs::write(folder.join("instructions.json"), format!("{:#}\n", serde_json::Value::from(figures)))?;
    Ok(())
}
