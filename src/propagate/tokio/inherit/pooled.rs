//! The files in which the tasks of pooled HTTP connections are spawned.

/// A crate, and the file in it that spawns.
const PLACES: [(&str, &str); 3] = [
    // `TokioExecutor::execute`, which is not `#[track_caller]`. hyper and h2 spawn only by an
    // executor that is passed to them.
    ("hyper-util", "/src/rt/tokio.rs"),
    // Up to 0.14, hyper spawned on tokio where no executor was set. 1.0 has no such file.
    ("hyper", "/src/common/exec.rs"),
    ("reqwest", "/src/async_impl/h3_client/pool.rs"),
];

const SEPARATORS: [char; 2] = ['/', '\\'];

/// Whether `file`, as the compiler names it, is one of these files.
pub(super) fn is_spawned_in(file: &str) -> bool {
    PLACES.iter().any(|(name, path)| {
        let folders = above(file, path);
        let folder = folders.and_then(|folders| folders.rsplit(SEPARATORS).next());
        folder.and_then(|folder| folder.strip_prefix(name)).is_some_and(is_version)
    })
}

/// Returns the part of `file` before `path`, with either separator. Compares from the end, where
/// most files differ early.
fn above<'a>(file: &'a str, path: &str) -> Option<&'a str> {
    let (folders, rest) = file.split_at_checked(file.len().checked_sub(path.len())?)?;
    let same = |(a, b)| a == b || (a == b'\\' && b == b'/');
    rest.bytes().rev().zip(path.bytes().rev()).all(same).then_some(folders)
}

/// Whether `rest` is the end of a folder's name after the crate's name: a version in cargo's
/// registry, usually nothing with `cargo vendor`.
fn is_version(rest: &str) -> bool {
    rest.is_empty() || rest.strip_prefix('-').is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
}
