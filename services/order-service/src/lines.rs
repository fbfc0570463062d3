//! Files with a JSON value on each line, as this service writes them.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde::de::DeserializeOwned;

/// Calls `f` for each line of the files in `folder` whose name starts with `prefix`. A line that is
/// being written is left out.
pub fn each_line<T: DeserializeOwned>(folder: &Path, prefix: &str, mut f: impl FnMut(&str, T)) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        for line in BufReader::new(File::open(entry.path())?).lines() {
            let text = line?;
            if let Ok(value) = serde_json::from_str(&text) {
                f(&text, value);
            }
        }
    }
    Ok(())
}
