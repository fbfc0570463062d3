//! The files that are mutated, and their mutants.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cfg::Builds;
use crate::failure::Failure;
use crate::find::{self, Constants};
use crate::mutant::{Home, Mutant, Site};

/// The files and folders of the core, whose code is mutated.
const CORE: [&str; 5] = ["src/mapping/", "src/variable.rs", "src/snapshot.rs", "src/guard.rs", "src/propagate/"];

/// A file of the core.
pub(crate) struct File {
    /// Its path from the root of the repository.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) sites: Vec<Site>,
}

/// The core with all its mutants.
pub(crate) struct Sources {
    pub(crate) files: Vec<File>,
    /// The mutants. The mutant with the number `n` has the index `n - 1`.
    pub(crate) mutants: Vec<Mutant>,
}

/// Reads the core below `root`, following the modules that `src/lib.rs` declares.
pub(crate) fn read(root: &Path) -> Result<Sources, Failure> {
    let mut parsed = Vec::new();
    load(root, "src/lib.rs", "src", Builds::BOTH, &mut parsed)?;
    parsed.retain(|module| CORE.iter().any(|core| module.path.starts_with(core)));
    let mut mutants = Vec::new();
    let mut constants = Constants::default();
    for module in &parsed {
        constants.collect(&module.path, &module.parsed, module.builds, &mut mutants);
    }
    let mut files = Vec::new();
    for module in parsed {
        let sites = find::file(&module.path, &module.text, &module.parsed, module.builds, &constants, &mut mutants);
        files.push(File { path: module.path, text: module.text, sites });
    }
    for mutant in &mut mutants {
        if !files.iter().any(|file| file.sites.iter().any(|site| site.mutants.contains(&mutant.id))) {
            mutant.home = Home::Nowhere("a constant that only the compiler uses");
        }
    }
    Ok(Sources { files, mutants })
}

struct Module {
    path: String,
    text: String,
    parsed: syn::File,
    builds: Builds,
}

/// Returns the file at `path` and its modules, which are in `folder`.
fn load(root: &Path, path: &str, folder: &str, builds: Builds, modules: &mut Vec<Module>) -> Result<(), Failure> {
    let whole = root.join(path);
    let text = fs::read_to_string(&whole).map_err(|error| Failure::File { path: whole.clone(), error })?;
    let parsed = syn::parse_file(&text).map_err(|error| Failure::Syntax { path: whole, error })?;
    let builds = builds.under(&parsed.attrs);
    let inner = declared(&parsed.items, builds);
    modules.push(Module { path: path.to_owned(), text, parsed, builds });
    for (name, builds) in inner {
        let below = format!("{folder}/{name}");
        let candidates = [format!("{below}.rs"), format!("{below}/mod.rs")];
        let found = candidates.iter().find(|path| root.join(path).is_file());
        let Some(path) = found else { return Err(Failure::NoModule(PathBuf::from(below))) };
        load(root, path, &below, builds, modules)?;
    }
    Ok(())
}

/// Returns the paths of the modules that have separate files, and the builds that contain them. Test modules are left
/// out.
fn declared(items: &[syn::Item], builds: Builds) -> Vec<(String, Builds)> {
    let mut found = Vec::new();
    for item in items {
        let syn::Item::Mod(module) = item else { continue };
        let builds = builds.under(&module.attrs);
        match &module.content {
            _ if builds.is_test() => {}
            None => found.push((module.ident.to_string(), builds)),
            Some((_, items)) => {
                let inner = declared(items, builds).into_iter();
                found.extend(inner.map(|(name, builds)| (format!("{}/{name}", module.ident), builds)));
            }
        }
    }
    found
}
