//! The target `engine262:ac`: an engine that is ECMA-262's algorithms in JavaScript, on Node.
//!
//! `implementations/engine262.cjs` adds the draft's steps to its abstract operations, so it shares no code with Boa.

use std::ffi::OsStr;

use super::Shell;
use crate::program::reading::Reading;
use crate::runtimes::Cache;
use crate::targets::Missing;

/// The name of the engine, which is also that under which it is installed.
pub const ENGINE262: &str = "engine262";
const PROGRAM: &str = include_str!("../../../implementations/engine262.cjs");
/// The installed versions of Node that can run it, if there is no `node` on the PATH.
const NODES: [&str; 3] = ["node-26", "node-24", "node-22"];

/// Returns the installed engine under a reading of the draft, if it can follow it.
///
/// # Errors
///
/// Returns the reason why it cannot be a target.
pub fn engine262(cache: &Cache, node: Option<&OsStr>, reading: Reading) -> Result<Shell, Missing> {
    let missing = |why: String, installable: bool| Missing { target: ENGINE262.to_owned(), why, installable };
    let Some(engine) = cache.executable(ENGINE262) else {
        let why = "not installed: `conformance runtimes install engine262` installs it from npm";
        return Err(missing(why.to_owned(), true));
    };
    let installed = || NODES.into_iter().find_map(|name| cache.executable(name)).map(|path| path.into_os_string());
    let node = node.map(OsStr::to_owned).or_else(installed).unwrap_or_else(|| "node".into());
    // The engine does not record where a promise was created.
    let follows = reading != Reading::RejectionCreation;
    let word = if follows { reading } else { Reading::Draft }.word();
    let (node, engine) = (node.to_string_lossy(), engine.to_string_lossy());
    let words = [&*node, "-e", PROGRAM, &*engine, word].map(str::to_owned).to_vec();
    let describe = "engine262 with the draft's steps";
    let shell = Shell::of(ENGINE262, describe, words, None).map_err(|why| missing(why.to_string(), false))?;
    Ok(if follows { shell.following_readings() } else { shell })
}
