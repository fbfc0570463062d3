//! The language on all cases: text and JSON round-trip, the schema accepts them, and no input causes a panic.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use conformance::program::ast::{Case, File};
use conformance::program::check::{self, check};
use conformance::program::diagnostic::Diagnostic;
use conformance::program::json;
use conformance::program::needs::needs;
use conformance::program::parse::parse;
use conformance::program::print;
use conformance::program::schema::schema;
use conformance::program::table::TABLE;
use conformance::search::{self, Features};

/// Returns the text of each file of cases.
fn sources() -> Vec<String> {
    let sources = files("cases");
    assert!(sources.len() > 10, "{}", sources.len());
    sources
}

/// Returns the text of each litmus file in a folder of the package.
fn files(folder: &str) -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "kdl"))
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("a text")).collect()
}

fn sound(file: (File, Vec<Diagnostic>), source: &str) -> Vec<Case> {
    let (file, diagnostics) = file;
    if let Some(mistake) = diagnostics.first() {
        panic!("{mistake}: {}", &source[mistake.span.clone()]);
    }
    file.cases
}

fn placeless(cases: Vec<Case>) -> Vec<Case> {
    cases.iter().map(Case::without_places).collect()
}

#[test]
fn cases_and_the_programs_of_tests_keep_the_static_rules() {
    let programs = files("tests/programs");
    assert!(!programs.is_empty());
    for source in sources().into_iter().chain(programs) {
        for case in sound(parse(&source), &source) {
            if let Some(mistake) = check(&case).first() {
                panic!("{}: {mistake}: {}", case.id, &source[mistake.span.clone()]);
            }
        }
    }
}

#[test]
fn text_round_trips() {
    for source in sources() {
        let cases = sound(parse(&source), &source);
        let printed = print::file(&cases);
        let again = sound(parse(&printed), &printed);
        assert_eq!(print::file(&again), printed);
        assert_eq!(placeless(again), placeless(cases));
    }
}

#[test]
fn a_reason_and_strands_are_both_written() {
    let source = "litmus 1; case c { program {}; expect bun unsupported=why unstable=so { main a; t } }";
    let cases = sound(parse(source), source);
    let printed = print::file(&cases);
    assert_eq!(placeless(sound(parse(&printed), &printed)), placeless(cases.clone()));
    let written = json::case(&cases[0]).to_string();
    assert_eq!(placeless(sound(json::read(&written), &written)), placeless(cases));
}

/// Inputs that took minutes when the parser needed quadratic time.
#[test]
fn a_long_text_of_unclosed_parts_is_parsed_in_seconds() {
    for open in ["/*", "\"\"\""] {
        let start = Instant::now();
        let (_, diagnostics) = parse(&open.repeat(400_000));
        assert!(!diagnostics.is_empty());
        assert!(start.elapsed() < Duration::from_secs(30), "{:?} for {open}", start.elapsed());
    }
}

/// The compiled schema.
struct Validator {
    schemas: boon::Schemas,
    index: boon::SchemaIndex,
}

impl Validator {
    fn new() -> Validator {
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.add_resource("litmus.json", schema()).expect("a resource");
        let index = compiler.compile("litmus.json", &mut schemas).expect("a schema");
        Validator { schemas, index }
    }

    fn validate(&self, value: &serde_json::Value) -> Result<(), String> {
        self.schemas.validate(value, self.index).map_err(|mistake| mistake.to_string())
    }
}

// The validator recurses several times for each block, and a debug build of it needs much stack.
#[test]
fn json_round_trips_and_keeps_to_the_schema() {
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(round_trip_and_validate).unwrap();
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn round_trip_and_validate() {
    let validator = Validator::new();
    for source in sources() {
        let cases = sound(parse(&source), &source);
        let value: serde_json::Value = cases.iter().map(json::case).collect();
        if let Err(mistake) = validator.validate(&value) {
            panic!("{mistake}");
        }
        let written = format!("{value:#}");
        let again = sound(json::read(&written), &written);
        assert!(again.iter().all(|case| check(case).is_empty()));
        assert_eq!(placeless(again), placeless(cases));
    }
}

/// Returns the first code block of this language in `LITMUS.md`.
fn example(language: &str) -> &'static str {
    let reference = include_str!("../../LITMUS.md");
    let (_, rest) = reference.split_once(&format!("```{language}\n")).expect("a block of this language");
    rest.split_once("```").expect("the end of the block").0
}

#[test]
fn the_reference_shows_one_case_as_text_and_json() {
    let (text, value) = (example("kdl"), example("json"));
    let cases = sound(parse(text), text);
    assert_eq!(check(&cases[0]), []);
    assert_eq!(format!("{}\n", print::file(&cases).trim_end()), text);
    assert_eq!(json::case(&cases[0]), serde_json::from_str::<serde_json::Value>(value).expect("valid JSON"));
    assert_eq!(placeless(sound(json::read(value), value)), placeless(cases));
}

#[test]
fn the_reference_names_every_statement() {
    let reference = include_str!("../../LITMUS.md");
    let statements =
        reference.split("## 2. Statements").nth(1).and_then(|rest| rest.split("## 3.").next()).expect("section 2");
    for row in TABLE {
        let named = [" ", "`", " {"].iter().any(|end| statements.contains(&format!("`{}{end}", row.word)));
        assert!(named, "{}", row.word);
    }
}

#[test]
fn random_programs_keep_the_static_rules_and_round_trip() {
    let mut refused = 0;
    for n in 0..1_000 {
        let program = search::program(1, n, &Features::ALL);
        refused += usize::from(!check::program(&program).is_empty());
        let source = format!("litmus 1\ncase c {{\nprogram {{\n{}}}\n}}", print::block(&program));
        let cases = sound(parse(&source), &source);
        assert_eq!(print::block(&cases[0].program), print::block(&program));
    }
    assert!(refused < 30, "the generator has drifted from the checker: {refused} of 1000 refused");
}

#[test]
fn the_schema_rejects_what_the_parser_rejects() {
    let validator = Validator::new();
    let stmt = |stmt: &str| format!(r#"{{ "litmus": 1, "id": "c", "program": [{stmt}] }}"#);
    for (text, sound) in [
        (stmt(r#"{ "op": "var", "name": "v", "default": "d" }"#), true),
        (stmt(r#"{ "op": "then", "promise": "p", "name": "q" }"#), true),
        (stmt(r#"{ "op": "try", "body": [], "finally": [] }"#), true),
        (stmt(r#"{ "op": "x-race", "arms": [1, 2] }"#), true),
        (stmt(r#"{ "op": "var" }"#), false),
        (stmt(r#"{ "op": "var", "name": 1 }"#), false),
        (stmt(r#"{ "op": "var", "name": "v", "dflt": "d" }"#), false),
        (stmt(r#"{ "op": "vra", "name": "v" }"#), false),
        (stmt(r#"{ "op": "task", "name": "t" }"#), false),
        (stmt(r#"{ "op": "get", "var": "v", "body": [] }"#), false),
        (stmt(r#"{ "op": "get", "var": null }"#), false),
        (r#"{ "litmus": 1, "program": [] }"#.into(), false),
        (r#"{ "litmus": 1, "id": "c" }"#.into(), false),
        (r#"{ "litmus": 1, "id": "c", "program": [], "expect": [{ "profiles": ["js"] }] }"#.into(), false),
        (
            r#"{ "litmus": 1, "id": "c", "program": [], "expect": [{ "profiles": ["bu"], "strands": {} }] }"#.into(),
            false,
        ),
    ] {
        let value = serde_json::from_str(&text).expect("valid JSON");
        assert_eq!(validator.validate(&value).is_ok(), sound, "{text}");
        let (_, diagnostics) = json::read(&text);
        assert_eq!(diagnostics.is_empty(), sound, "{text}: {diagnostics:?}");
    }
}

/// Runs every parser and checker on an input, without regard to the result.
fn exercise(file: (File, Vec<Diagnostic>), source: &str) {
    let (file, diagnostics) = file;
    for mistake in &diagnostics {
        assert!(source.get(mistake.span.clone()).is_some(), "{mistake:?} in {source:?}");
    }
    for case in &file.cases {
        let printed = print::file([case]);
        let (again, diagnostics) = parse(&printed);
        assert_eq!(diagnostics, [], "{printed}");
        assert_eq!(placeless(again.cases), placeless(vec![case.clone()]), "{printed}");
        for mistake in check(case) {
            assert!(source.get(mistake.span.clone()).is_some(), "{mistake:?} in {source:?}");
        }
        needs(case);
        let text = json::case(case).to_string();
        assert_eq!(placeless(json::read(&text).0.cases), placeless(vec![case.clone()]), "{text}");
    }
}

/// Changes a text in one of several ways, so that it may become invalid.
fn mutate(text: &mut String, random: &mut fastrand::Rng) {
    let mut places = text.char_indices().map(|(at, _)| at).collect::<Vec<_>>();
    places.push(text.len());
    let mut place = || places[random.usize(..places.len())];
    let (a, b) = (place(), place());
    let (start, end) = (a.min(b), a.max(b));
    match random.u8(..8) {
        0 => text.truncate(start),
        1 => drop(text.drain(start..end.min(text.ceil_char_boundary(start + 20)))),
        2 => {
            const BITS: [&str; 24] = [
                "{", "}", "(", ")", "=", ";", "\n", "\"", "\"\"\"", "#\"", "\\", "/*", "*/", "//", "/-", "#true",
                "1.5", "\u{feff}", "\0", "[", "é", "case", ",", "-0x_",
            ];
            text.insert_str(start, BITS[random.usize(..BITS.len())]);
        }
        3 => {
            let mut bytes = std::mem::take(text).into_bytes();
            if let Some(byte) = bytes.get_mut(start) {
                *byte ^= 1 << random.u8(..7);
            }
            *text = String::from_utf8_lossy(&bytes).into_owned();
        }
        // Delete, duplicate or move a line.
        kind => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            if !lines.is_empty() {
                let (from, to) = (random.usize(..lines.len()), random.usize(..lines.len()));
                match kind {
                    4 | 5 => drop(lines.remove(from)),
                    6 => lines.insert(to, lines[from]),
                    _ => lines.swap(from, to),
                }
            }
            *text = lines.concat();
        }
    }
}

#[test]
fn no_text_panics() {
    let mut random = fastrand::Rng::with_seed(1);
    let sources: Vec<String> = sources()
        .iter()
        .flat_map(|source| sound(parse(source), source).iter().map(|case| print::file([case])).collect::<Vec<_>>())
        .collect();
    for round in 0..6_000 {
        let mut text = sources[round % sources.len()].clone();
        for _ in 0..random.usize(1..4) {
            mutate(&mut text, &mut random);
        }
        exercise(parse(&text), &text);
    }
}

#[test]
fn no_json_panics() {
    let mut random = fastrand::Rng::with_seed(2);
    let sources: Vec<String> = sources()
        .iter()
        .flat_map(|source| {
            sound(parse(source), source).iter().map(|case| format!("{:#}", json::case(case))).collect::<Vec<_>>()
        })
        .collect();
    for round in 0..2_000 {
        let mut text = sources[round % sources.len()].clone();
        for _ in 0..random.usize(1..3) {
            mutate(&mut text, &mut random);
        }
        exercise(json::read(&text), &text);
    }
}

#[test]
fn no_sequence_of_tokens_exhausts_the_stack() {
    for bit in [
        "{", "a {", "a { ", "}", "(", "(a", ")", "=", "a=", "/-", "/- {", "/*", "/**", "\"", "#\"", "\\", "\\\n", "[",
        "x 1a ",
    ] {
        for text in [bit.repeat(20_000), format!("litmus 1\ncase c {{ program {{ {} }} }}", bit.repeat(20_000))] {
            let (file, diagnostics) = parse(&text);
            assert!(file.cases.iter().all(|case| case.program.is_empty()), "{bit}");
            assert!(diagnostics.len() <= 101, "{bit}");
            assert!(!diagnostics.is_empty() || bit == "\\\n", "{bit}");
        }
    }
    let (file, diagnostics) = json::read(&"[".repeat(20_000));
    assert!(file.cases.is_empty() && diagnostics.len() == 1);
}
