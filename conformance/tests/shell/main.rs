//! `conformance js`: the environment of a program, context switches, error messages and exit codes.

mod a_program_runs_with_everything_installed;
mod console_prints_as_node_does;
mod each_context_switch_is_printed;
mod errors_are_reported;
mod inputs_are_typed_in_a_terminal;
mod node_programs_run;

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// The result of a program.
struct Ended {
    out: String,
    errors: String,
    code: Option<i32>,
}

/// Runs the tool in a folder with these files.
#[track_caller]
fn js(files: &[(&str, &[u8])], args: &[&str]) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    ended(command.arg("js").args(args).current_dir(folder.path()).stdin(Stdio::null()).output().unwrap())
}

fn ended(output: Output) -> Ended {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { out: text(output.stdout), errors: text(output.stderr), code: output.status.code() }
}

/// Runs a program with this file name.
#[track_caller]
fn program(name: &str, text: &str, args: &[&str]) -> Ended {
    js(&[(name, text.as_bytes())], &[args, &[name]].concat())
}

/// Runs a program from standard input.
fn piped(text: &str) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    command.args(["js", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    ended(child.wait_with_output().unwrap())
}

impl Ended {
    /// Asserts that the program exited with 0 and printed these lines.
    #[track_caller]
    fn printed(&self, lines: &[&str]) {
        assert_eq!((self.errors.as_str(), self.code), ("", Some(0)));
        assert_eq!(self.out.lines().collect::<Vec<_>>(), lines);
    }

    /// Asserts the exit code, and that standard error contains each of these texts.
    #[track_caller]
    fn told(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.errors);
        for part in parts {
            assert!(self.errors.contains(part), "no {part:?} in:\n{}", self.errors);
        }
    }
}
