//! The stated counts in `stated.toml`, and their comparison with measured counts.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::process::Command;

use thiserror::Error;
use toml::{Table, Value};

/// The tolerance in both directions, in per cent.
const TOLERANCE: u64 = 3;

const HEAD: &str = "\
# Instructions for a thousand operations of each benchmark in hot_path/, under callgrind.
# A count that is more than 3 % off, either way, fails the gate until it is stated here:
# cargo run -p asynccontext-benches-counts -- --state
";

/// The reason why the stated counts cannot be read or written.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("`{0}` cannot be read or written: {1}")]
    File(PathBuf, #[source] io::Error),
    #[error("`{0}` is invalid: {1}; write it again with `--state`")]
    Form(PathBuf, String),
}

/// The stated counts, and the compiler with which they were measured.
#[derive(Debug)]
pub(crate) struct Stated {
    pub(crate) compiler: String,
    pub(crate) instructions: BTreeMap<String, u64>,
}

impl Stated {
    fn file() -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), "stated.toml"].iter().collect()
    }

    pub(crate) fn read() -> Result<Stated, Failure> {
        let file = Stated::file();
        let text = std::fs::read_to_string(&file).map_err(|error| Failure::File(file.clone(), error))?;
        Stated::parse(&text).map_err(|error| Failure::Form(file, error))
    }

    fn parse(text: &str) -> Result<Stated, String> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
        let compiler = table.get("compiler").and_then(Value::as_str).ok_or("`compiler` is missing")?;
        let stated = table.get("instructions").and_then(Value::as_table).ok_or("`[instructions]` is missing")?;
        let count = |(name, value): (&String, &Value)| {
            let count = value.as_integer().and_then(|count| u64::try_from(count).ok()).filter(|count| *count > 0);
            Ok((name.clone(), count.ok_or_else(|| format!("`{name}` is not a count"))?))
        };
        let instructions = stated.iter().map(count).collect::<Result<_, String>>()?;
        Ok(Stated { compiler: compiler.to_owned(), instructions })
    }

    pub(crate) fn write(&self) -> Result<(), Failure> {
        let file = Stated::file();
        std::fs::write(&file, self.text()).map_err(|error| Failure::File(file, error))
    }

    fn text(&self) -> String {
        let lines: String = self.instructions.iter().map(|(name, count)| format!("{name} = {count}\n")).collect();
        format!("{HEAD}compiler = {}\n\n[instructions]\n{lines}", Value::from(self.compiler.as_str()))
    }

    /// Returns a line for each measured or stated benchmark, and whether all are within the tolerance.
    pub(crate) fn compare(&self, measured: &BTreeMap<String, u64>) -> (Vec<String>, bool) {
        let names: BTreeSet<&String> = measured.keys().chain(self.instructions.keys()).collect();
        let mut fine = true;
        let mut lines = vec![format!("{:<16} {:>9} {:>9} {:>8}", "1000 times", "stated", "measured", "change")];
        for name in names {
            let (stated, measured) = (self.instructions.get(name), measured.get(name));
            let (change, verdict) = match (stated, measured) {
                (Some(&stated), Some(&measured)) => {
                    let off = measured.abs_diff(stated).saturating_mul(100) > stated.saturating_mul(TOLERANCE);
                    let change = measured as f64 / stated as f64 - 1.0;
                    (format!("{:+.2} %", change * 100.0), if off { "not as stated" } else { "" })
                }
                (None, _) => (String::new(), "not stated"),
                (_, None) => (String::new(), "not measured"),
            };
            fine &= verdict.is_empty();
            let cell = |count: Option<&u64>| count.map_or_else(|| "-".to_owned(), u64::to_string);
            let line = format!("{name:<16} {:>9} {:>9} {change:>8}  {verdict}", cell(stated), cell(measured));
            lines.push(line.trim_end().to_owned());
        }
        (lines, fine)
    }
}

/// Returns the output of `rustc --version`, since the counts depend on the compiler.
pub(crate) fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    version.unwrap_or_else(|_| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts<const N: usize>(counts: [(&str, u64); N]) -> BTreeMap<String, u64> {
        counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
    }

    #[test]
    fn a_change_beyond_the_tolerance_fails_in_both_directions() {
        let stated = Stated { compiler: String::new(), instructions: counts([("get", 1000)]) };
        for (measured, fine) in [(1000, true), (1030, true), (1031, false), (970, true), (969, false)] {
            assert_eq!(stated.compare(&counts([("get", measured)])).1, fine, "{measured}");
        }
    }

    #[test]
    fn nothing_is_left_out() {
        let stated = Stated { compiler: String::new(), instructions: counts([("get", 1000)]) };
        assert!(!stated.compare(&counts([("get", 1000), ("run", 1)])).1);
        assert!(!stated.compare(&BTreeMap::new()).1);
    }

    #[test]
    fn written_counts_can_be_read() {
        let stated = Stated { compiler: "rustc \"x\"".to_owned(), instructions: counts([("get", 1000), ("run", 7)]) };
        let read = Stated::parse(&stated.text()).unwrap();
        assert_eq!((read.compiler, read.instructions), (stated.compiler, stated.instructions));
        assert!(Stated::parse("compiler = ''\n[instructions]\nget = -1").unwrap_err().contains("`get`"));
        assert!(Stated::parse("compiler = 3").unwrap_err().contains("`compiler`"));
    }
}
