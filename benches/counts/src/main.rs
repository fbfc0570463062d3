//! The gate for instruction counts: compares the counts with `stated.toml`, or writes that file.

mod measured;
mod stated;

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;

use stated::{Stated, compiler};

const USAGE: &str = "\
Counts the instructions of the hot path under callgrind, and compares them with the stated counts.

Usage: cargo run -p asynccontext-benches-counts [-- --state]

  --state  write the measured counts to benches/counts/stated.toml

Exit codes:
  0  every count is within 3 % of the stated one, or was stated with another compiler
  1  a count differs more, or the counts could not be measured
  2  invalid usage";

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

/// Returns whether all counts agree with the stated ones.
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
        println!("\nnot compared: this is {compiler}, but the counts were stated with {}", stated.compiler);
        return Ok(true);
    }
    if !fine {
        println!("\nA change of more than 3 % must be stated: cargo run -p asynccontext-benches-counts -- --state");
    }
    Ok(fine)
}

/// Writes the instructions of one operation to the file that the reporter of `benches/` reads.
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
