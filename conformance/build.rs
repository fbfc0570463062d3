//! Embeds the files of `cases/` and of `js/harness/` into the tool.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    list("cases", "kdl", "cases.rs")?;
    list("js/harness", "js", "harness.rs")
}

/// Writes the names and texts of a folder's files as a Rust slice.
fn list(folder: &str, extension: &str, list_name: &str) -> io::Result<()> {
    println!("cargo::rerun-if-changed={folder}");
    let mut files: Vec<_> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    let mut list = String::from("&[\n");
    for path in files {
        let path = fs::canonicalize(path)?;
        let name = path.file_name().unwrap_or_default();
        writeln!(list, "({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    list.push(']');
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join(list_name), list)
}
