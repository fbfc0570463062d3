//! The checks of the fuzz targets, in the form of those of the crate: each module has one function,
//! `check`, that takes arbitrary bytes and panics on a failure.
//!
//! | module | the bytes |
//! |---|---|
//! | [`w3c`] | headers of trace context and baggage |
//! | [`requests`] | headers of a request: its id, its deadline, its variables |
//! | [`messages`] | headers of a message, of each queue |
//!
//! In all of them the bytes are entries separated by `0xff`. The first byte of an entry is the digit of
//! its header, and the others are the text.

pub mod messages;
pub mod requests;
pub mod w3c;

use std::path::PathBuf;
use std::process::ExitCode;

/// Defines the `main` function of a target: a fuzzer when built by `cargo fuzz`, otherwise a
/// program that replays files.
#[macro_export]
macro_rules! target {
    ($check:path) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| $check(bytes));

        #[cfg(not(fuzzing))]
        fn main() -> std::process::ExitCode {
            $crate::replay($check)
        }
    };
}

/// Runs `check` on each file named in the process's arguments.
pub fn replay(check: fn(&[u8])) -> ExitCode {
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        println!("{}", path.display());
        match std::fs::read(&path) {
            Ok(bytes) => check(&bytes),
            Err(error) => {
                eprintln!("the file can't be read: {error}");
                return ExitCode::from(2);
            }
        }
    }
    ExitCode::SUCCESS
}

/// Returns the entries: the header of each, of `names`, and its text. Those of other headers are left out.
fn entries<'a>(bytes: &'a [u8], names: &[&'static str]) -> Vec<(&'static str, &'a [u8])> {
    let entry = |bytes: &'a [u8]| {
        let (first, text) = bytes.split_first()?;
        Some((*names.get(usize::from(first.checked_sub(b'0')?))?, text))
    };
    bytes.split(|byte| *byte == 0xff).filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::panic::catch_unwind;
    use std::path::Path;

    fn replay(target: &str, check: fn(&[u8])) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        let entries = fs::read_dir(&folder).expect("the corpus");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        assert!(paths.len() >= 5, "{} has {} files", folder.display(), paths.len());
        for path in paths {
            let bytes = fs::read(&path).expect("a file of the corpus");
            assert!(catch_unwind(|| check(&bytes)).is_ok(), "{} fails", path.display());
        }
    }

    #[test]
    fn the_corpus_of_w3c_holds() {
        replay("w3c", crate::w3c::check);
    }

    #[test]
    fn the_corpus_of_requests_holds() {
        replay("requests", crate::requests::check);
    }

    #[test]
    fn the_corpus_of_messages_holds() {
        replay("messages", crate::messages::check);
    }
}
