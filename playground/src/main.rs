//! Builds the playground, and serves it on this machine.

mod serve;
mod site;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds the playground and serves it on this machine, at an address that is printed.
#[derive(Debug, Parser)]
#[command(
    name = "asynccontext-playground",
    version,
    after_help = "Examples:\n  cargo run -p asynccontext-playground\n  cargo run -p asynccontext-playground -- --port 8080\n  cargo run -p asynccontext-playground -- build --output site\n\nThe build needs cargo with rustup, Node 20 or later, and npm."
)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// The port of the server; a free one if absent.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes the site, for any host of static files.
    Build {
        /// The folder to write to, which is made if it does not exist.
        #[arg(long)]
        output: PathBuf,
    },
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), site::Failure> {
    match &args.command {
        Some(Command::Build { output }) => {
            site::build(output)?;
            println!("The site is in {}.", output.display());
            Ok(())
        }
        None => {
            let folder = site::root().join("target/playground/site");
            site::build(&folder)?;
            serve::serve(&folder, args.port)
        }
    }
}
