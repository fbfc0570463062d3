//! The files of the crate import only files below them: those of `src/` in the order below, those
//! of `src/mapping/` in the order of the table in its `mod.rs`.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of `src/`, from the highest.
const CRATE: [&str; 21] = [
    "docs",
    "carrier",
    "als",
    "panics",
    "companion",
    "propagate",
    "tied",
    "agent",
    "hidden",
    "wrapped",
    "snapshot",
    "variable",
    "lost",
    "guard",
    "error",
    "mapping",
    "spec",
    "contained",
    "alone",
    "hint",
    "sync",
];

/// Modules that only tests and documentation have.
const ASIDE: [&str; 5] = ["lib", "mod", "tests", "models", "must_not_compile"];

#[test]
fn no_file_of_the_crate_imports_a_higher_one() {
    let src = source("src");
    let reexported = reexports(&read(&src.join("lib.rs")));
    let owner = |name: &str| {
        let module = reexported.iter().find(|(item, _)| item == name).map(|(_, module)| module.clone());
        module.unwrap_or_else(|| name.to_owned())
    };
    let order = CRATE.map(str::to_owned);
    let upward: Vec<String> = modules(&src)
        .iter()
        .filter(|(module, _)| !ASIDE.contains(&module.as_str()))
        .flat_map(|(module, text)| {
            upward(module, &imports_of_crate(text).into_iter().map(owner).collect::<Vec<_>>(), &order)
        })
        .collect();
    assert!(upward.is_empty(), "{upward:#?}");
}

#[test]
fn no_file_of_the_mapping_imports_a_higher_one() {
    let mapping = source("src/mapping");
    let table = read(&mapping.join("mod.rs"));
    let order = rows(&table);
    let modules = modules(&mapping);
    let mut files: Vec<&String> = modules.iter().map(|(module, _)| module).collect();
    files.retain(|file| !ASIDE.contains(&file.as_str()));
    files.sort();
    files.dedup();
    let mut listed: Vec<&String> = order.iter().collect();
    listed.sort();
    assert_eq!(files, listed, "the table lists each file once");
    let upward: Vec<String> = modules
        .iter()
        .filter(|(module, _)| !ASIDE.contains(&module.as_str()))
        .flat_map(|(module, text)| upward(module, &imports_of_mapping(text), &order))
        .collect();
    assert!(upward.is_empty(), "{upward:#?}");
}

#[test]
fn a_planted_import_is_found() {
    let order = ["run", "thread", "node"].map(str::to_owned);
    let imports = |text: &str| upward("thread", &imports_of_mapping(text), &order);
    assert_eq!(imports("use super::node::Node;\nuse super::{DEEP, SHORT};\n// super::run"), [""; 0]);
    assert_eq!(imports("use super::run::run;"), ["thread imports run"]);
    let within = |path| format!("mod inner {{\n    use {path}::run::run;\n}}\n");
    assert_eq!(imports(&within("super::super")), ["thread imports run"]);
    assert_eq!(imports(&within("super")), [""; 0], "that is the file itself");
    assert_eq!(imports("use super::{node, run};"), ["thread imports run"]);
    assert_eq!(imports("let f = crate::mapping::run::run;"), ["thread imports run"]);
    assert_eq!(imports("super::capture(site)"), ["thread imports capture"], "what `mod.rs` re-exports is above");
}

/// Returns the names that `module` may not import: those that are not below it in `order`.
fn upward(module: &str, imports: &[String], order: &[String]) -> Vec<String> {
    let place = |name: &str| order.iter().position(|other| other == name);
    let is_below = |import: &str| place(import) > place(module);
    let mut upward: Vec<&String> = imports.iter().filter(|import| *import != module && !is_below(import)).collect();
    upward.dedup();
    upward.into_iter().map(|import| format!("{module} imports {import}")).collect()
}

/// Returns the neighbors that a file of the mapping names. In a module within the file, that takes
/// one more `super`.
fn imports_of_mapping(text: &str) -> Vec<String> {
    let mut within: Vec<&str> = Vec::new();
    let mut imports = Vec::new();
    for line in code(text) {
        let indent = &line[..line.len() - line.trim_start().len()];
        if line.trim_start().starts_with("mod ") && line.ends_with('{') {
            within.push(indent);
        } else if line.trim() == "}" && within.last() == Some(&indent) {
            within.pop();
        }
        let neighbors = "super::".repeat(within.len() + 1);
        imports.extend(after(line, &neighbors).chain(after(line, "crate::mapping::")));
    }
    let constants = ["SHORT", "DEEP"];
    imports.retain(|name| *name != "super" && !constants.contains(name));
    imports.into_iter().map(str::to_owned).collect()
}

fn imports_of_crate(text: &str) -> Vec<&str> {
    code(text).flat_map(|line| after(line, "crate::")).collect()
}

/// The lines of a file without its comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| line.split(" //").next().unwrap_or(line))
}

/// Returns the names that follow `path` in a line, those in braces one by one.
fn after<'a>(line: &'a str, path: &str) -> impl Iterator<Item = &'a str> {
    let ends: Vec<usize> = line.match_indices(path).map(|(at, _)| at + path.len()).collect();
    ends.into_iter().flat_map(move |end| names(&line[end..]))
}

/// Returns the first name of `rest`, or those of the list in braces at its start.
fn names(rest: &str) -> Vec<&str> {
    let list = match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or(list),
        None => rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(rest),
    };
    list.split(',').map(|item| item.trim().split("::").next().unwrap_or(item)).filter(|name| !name.is_empty()).collect()
}

/// Returns the modules of the items that `lib.rs` re-exports.
fn reexports(lib: &str) -> Vec<(String, String)> {
    let uses = lib.lines().filter_map(|line| line.strip_prefix("pub use ")?.split_once("::"));
    uses.flat_map(|(module, items)| names(items).into_iter().map(move |item| (item.to_owned(), module.to_owned())))
        .collect()
}

/// Returns the files in the first column of a table, from the first row.
fn rows(table: &str) -> Vec<String> {
    let cells = table.lines().filter_map(|line| line.strip_prefix("//! | `")?.split_once(".rs` |"));
    cells.map(|(file, _)| file.to_owned()).collect()
}

/// Returns the name of each module directly in `folder`, with the text of each of its files except
/// tests.
fn modules(folder: &Path) -> Vec<(String, String)> {
    let mut modules = Vec::new();
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("readable").path();
        let module = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            let inner = modules_of(&path);
            modules.extend(inner.into_iter().map(|text| (module.clone(), text)));
        } else {
            modules.push((module, read(&path)));
        }
    }
    modules
}

fn modules_of(folder: &Path) -> Vec<String> {
    let inner = modules(folder).into_iter();
    inner.filter(|(module, _)| !["tests", "models"].contains(&module.as_str())).map(|(_, text)| text).collect()
}

fn source(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
