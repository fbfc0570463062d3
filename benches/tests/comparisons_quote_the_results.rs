//! Every cost that README.md and COMPARE.md quote is the one in `benches/RESULTS.md`.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// A file at the root of the repository.
fn text(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cells of a line of a table.
fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

/// The costs by operation and crate.
fn results(text: &str) -> HashMap<(&str, &str), &str> {
    let mut costs = HashMap::new();
    let mut operation = None;
    for line in text.lines() {
        match cells(line)[..] {
            [name, "cost", _] => operation = Some(name),
            [name, cost, _] => {
                costs.extend(operation.map(|operation| ((operation, name), cost)));
            }
            _ => operation = None,
        }
    }
    costs
}

const CRATES: [&str; 4] = ["asynccontext", "tokio task_local", "tracing", "opentelemetry"];

#[test]
fn in_the_table_of_costs() {
    let (compare, text) = (text("COMPARE.md"), text("benches/RESULTS.md"));
    let results = results(&text);
    let costs = compare.split("## Cost").nth(1).unwrap();
    let mut quoted = 0;
    for line in costs.lines().filter(|line| line.starts_with('|')).skip(2) {
        let [operation, costs @ ..] = &cells(line)[..] else { panic!("{line}") };
        assert_eq!(costs.len(), CRATES.len(), "{line}");
        for (name, cost) in CRATES.iter().zip(costs) {
            assert_eq!(results.get(&(*operation, *name)).unwrap_or(&""), cost, "{operation}, {name}");
            quoted += usize::from(!cost.is_empty());
        }
    }
    assert!(quoted > 40, "only {quoted} costs were found");
}

#[test]
fn on_the_first_page() {
    let (readme, text) = (text("README.md"), text("benches/RESULTS.md"));
    let results = results(&text);
    let line = readme.lines().find(|line| line.starts_with("| a request with")).unwrap();
    for (name, cost) in CRATES.iter().zip(&cells(line)[1..]) {
        assert_eq!(results.get(&("request, one thread", *name)).unwrap_or(&"not measured"), cost, "{name}");
    }
}
