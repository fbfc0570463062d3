//! The environment of a process as a carrier.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::process::Command;

use super::{Extractor, Injector, Reason};

/// Returns the name of the environment variable for a key: in upper case, with `_` for `-` and `.`, as
/// OpenTelemetry's carriers do.
fn name(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// Writes to the environment of the child process: a key `x-tenant` becomes `X_TENANT`.
///
/// A variable that is not bound is removed from the child's environment, also if this process has it in
/// its own.
impl Injector for Command {
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason> {
        if key.is_empty() || text.contains('\0') {
            return Err(Reason::Carrier(NoEnvironment.into()));
        }
        self.env(name(key), text);
        Ok(())
    }

    fn remove(&mut self, key: &str) {
        self.env_remove(name(key));
    }
}

#[derive(Debug)]
struct NoEnvironment;

impl fmt::Display for NoEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an environment variable has no name, or its text contains NUL")
    }
}

impl Error for NoEnvironment {}

/// The environment of this process, with the values that the parent process sent.
///
/// The parent writes them with `std::process::Command` as the carrier. A key becomes a name in upper
/// case, with `_` for `-` and `.`: `x-tenant` becomes `X_TENANT`, and `traceparent` `TRACEPARENT`, as
/// in OpenTelemetry. Choose keys that differ from other environment variables: a key `path` would
/// replace `PATH`.
///
/// Children inherit the environment. A program that starts others therefore passes the values on,
/// unless it [injects](super::Exports::inject) its own list, which replaces or removes them. On most
/// systems, other processes of the same user can read the environment: send no secrets.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Environment, Exported, Exports, Imports};
/// use std::process::Command;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static TO_CHILDREN: Exports = Exports::new(&[TENANT.export()]);
/// static FROM_PARENT: Imports = Imports::new(&[TENANT.import()]);
///
/// // The parent. For a `Command` of tokio: `command.as_std_mut()`.
/// let mut command = Command::new("convert");
/// TENANT.run("blue".into(), || TO_CHILDREN.inject(&mut command))?;
/// assert!(command.get_envs().any(|(name, text)| name == "X_TENANT" && text == Some("blue".as_ref())));
///
/// // The child, around its `main`.
/// let snapshot = FROM_PARENT.extract(&Environment::of_this_process()).snapshot;
/// snapshot.run(|| println!("for {:?}", TENANT.get()));
/// # Ok::<_, asynccontext::carrier::InjectError>(())
/// ```
pub struct Environment(Vec<(OsString, OsString)>);

impl Environment {
    /// Reads the environment of this process. Later changes to it are not seen.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::carrier::{Environment, Extractor};
    ///
    /// assert!(matches!(Environment::of_this_process().get("x-unlikely"), Ok(None)));
    /// ```
    pub fn of_this_process() -> Environment {
        Environment(env::vars_os().collect())
    }
}

impl Extractor for Environment {
    fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
        let name = name(key);
        let mut all = self.0.iter().filter(|variable| variable.0 == *name);
        match (all.next(), all.next()) {
            (None, _) => Ok(None),
            (Some((_, text)), None) => text.to_str().map(Some).ok_or(Reason::Malformed),
            (Some(_), Some(_)) => Err(Reason::Repeated),
        }
    }
}

/// The number of variables, since texts may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("len", &self.0.len()).finish_non_exhaustive()
    }
}
