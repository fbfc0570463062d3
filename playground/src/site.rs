//! The build of the site: the engine for WebAssembly, the bundle of the page, and both in one folder.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use base64::Engine as _;

const TARGET: &str = "wasm32-wasip1";

/// The reason why the playground cannot be built or served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A program is missing.
    #[error("`{program}` cannot be started: {error}; install {needed}")]
    Missing { program: &'static str, error: io::Error, needed: &'static str },
    /// A program failed. Its own messages are on the terminal.
    #[error("`{0}` failed; its messages are above")]
    Failed(String),
    /// A file or folder cannot be used.
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
    /// The server cannot start.
    #[error("port {port} on this machine cannot be used: {error}; choose another with --port")]
    Port { port: u16, error: io::Error },
}

/// Returns the root of the repository, where this package was built.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_owned)
}

/// Builds the site into a folder.
///
/// # Errors
///
/// Returns an error if a program that the build needs is missing or fails, or if a file cannot be written.
pub(crate) fn build(output: &Path) -> Result<(), Failure> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| Failure::File { path, error }
    };
    fs::create_dir_all(output).map_err(at(output))?;
    let output = output.canonicalize().map_err(at(output))?;
    let playground = root().join("playground");
    let engine = engine(&playground)?;
    let bytes = fs::read(&engine).map_err(at(&engine))?;
    let web = playground.join("web");
    packages(&web)?;
    run(Command::new("node").arg("build.mjs").arg(&output).current_dir(&web), "node", "Node 20 or later")?;
    // A page in a sandboxed frame or from a file may load scripts and no data.
    let script = format!("asynccontextEngine=\"{}\"", base64::engine::general_purpose::STANDARD.encode(&bytes));
    for (name, content) in [("engine.wasm", bytes.as_slice()), ("engine.js", script.as_bytes())] {
        let path = output.join(name);
        fs::write(&path, content).map_err(at(&path))?;
    }
    Ok(())
}

/// Builds the engine, and returns its file.
fn engine(playground: &Path) -> Result<PathBuf, Failure> {
    let target = root().join("target/playground");
    if let Some(known) = Command::new("rustup").args(["target", "list", "--installed"]).output().ok().filter(|listed| {
        listed.status.success() && !String::from_utf8_lossy(&listed.stdout).lines().any(|line| line == TARGET)
    }) {
        drop(known);
        run(Command::new("rustup").args(["target", "add", TARGET]), "rustup", "the target wasm32-wasip1 with rustup")?;
    }
    eprintln!("Building the engine; the first time, this takes some minutes.");
    let mut cargo = Command::new("cargo");
    // In its folder, where the options of its linker are.
    cargo.current_dir(playground.join("engine")).args(["build", "--release", "--target", TARGET]);
    cargo.arg("--target-dir").arg(&target);
    run(&mut cargo, "cargo", "Rust with rustup")?;
    Ok(target.join(TARGET).join("release/asynccontext-playground-engine.wasm"))
}

/// Installs the packages of the page, as its lock file states them.
fn packages(web: &Path) -> Result<(), Failure> {
    let changed = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    let (wanted, installed) = (web.join("package-lock.json"), web.join("node_modules/.package-lock.json"));
    if changed(&installed).is_some_and(|installed| changed(&wanted).is_some_and(|wanted| installed >= wanted)) {
        return Ok(());
    }
    run(
        Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(web),
        "npm",
        "npm, which comes with Node",
    )
}

fn run(command: &mut Command, program: &'static str, needed: &'static str) -> Result<(), Failure> {
    let status = command.status().map_err(|error| Failure::Missing { program, error, needed })?;
    if status.success() { Ok(()) } else { Err(Failure::Failed(format!("{command:?}").replace('"', ""))) }
}
