//! Every case's outcome was stated by hand; the executable spec gives the same, under every schedule.

use std::path::{Path, PathBuf};

use conformance::model::{CASE_SCHEDULES, decide};
use conformance::program::parse::parse;

fn case_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut files: Vec<_> = folder
        .read_dir()
        .expect("the cases are there")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "kdl"))
        .collect();
    files.sort();
    files
}

#[test]
fn the_model_gives_every_stated_outcome() {
    let mut mistakes = Vec::new();
    let mut cases = 0;
    for path in case_files() {
        let source = std::fs::read_to_string(&path).expect("the file can be read");
        let (file, diagnostics) = parse(&source);
        assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", path.display());
        for case in file.cases.iter().filter(|case| case.experiments.is_empty()) {
            cases += 1;
            match (decide(&case.program, CASE_SCHEDULES), case.stated()) {
                (Ok(outcome), Some(stated)) if !outcome.agrees_with(&stated) => {
                    mistakes.push(format!("{}: stated {stated}, but the model gives {outcome}", case.id));
                }
                (Ok(_), _) => {}
                (Err(fault), _) => mistakes.push(format!("{}: {fault} ({:?})", case.id, &source[fault.span.clone()])),
            }
        }
    }
    assert!(cases >= 80, "only {cases} cases were found");
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}
