//! The checks of the fuzz targets. Each module has one function, `check`, that takes arbitrary bytes
//! and panics on a failure, so that the fuzzer, an ordinary test and the replay of one file all run
//! the same code.
//!
//! | module | the bytes |
//! |---|---|
//! | [`kdl`] | a file of litmus programs |
//! | [`json`] | litmus programs in their JSON form, as a text or generated |
//! | [`carriers`] | the contents of a carrier of exported variables |
//! | [`core`] | operations on variables, snapshots, guards and futures |
//! | [`transform`] | a JavaScript program, as a text or generated |

pub mod carriers;
mod cases;
pub mod core;
pub mod json;
pub mod kdl;
pub mod transform;

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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::panic::catch_unwind;
    use std::path::Path;
    use std::time::{Duration, Instant};

    /// More than any kept input takes in an unoptimized build.
    const LIMIT: Duration = Duration::from_secs(20);

    fn replay(target: &str, check: fn(&[u8])) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        let entries = fs::read_dir(&folder).expect("the corpus");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        assert!(paths.len() >= 5, "{} has {} files", folder.display(), paths.len());
        for path in paths {
            let bytes = fs::read(&path).expect("a file of the corpus");
            let start = Instant::now();
            assert!(catch_unwind(|| check(&bytes)).is_ok(), "{} fails", path.display());
            let took = start.elapsed();
            assert!(took < LIMIT, "{} took {took:?}", path.display());
        }
    }

    #[test]
    fn the_corpus_of_kdl_holds() {
        replay("kdl", crate::kdl::check);
    }

    #[test]
    fn the_corpus_of_json_holds() {
        replay("json", crate::json::check);
    }

    #[test]
    fn the_corpus_of_carriers_holds() {
        replay("carriers", crate::carriers::check);
    }

    #[test]
    fn the_corpus_of_core_holds() {
        replay("core", crate::core::check);
    }

    #[test]
    fn the_corpus_of_transform_holds() {
        replay("transform", crate::transform::check);
    }
}
