//! The command-line tool `conformance`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
