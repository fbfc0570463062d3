//! `console`, `util.inspect`, `util.format` and modules of Node, compared with what Node 26 printed for the same programs.
//!
//! After a change of a program in `printed`, record the output of Node 26 again: `node values.cjs > values.txt`.

use crate::program;

/// Asserts that both texts have the same lines, and shows the first that differ.
#[track_caller]
fn same(printed: &str, recorded: &str) {
    let (printed, recorded): (Vec<_>, Vec<_>) = (printed.lines().collect(), recorded.lines().collect());
    for (at, (one, other)) in printed.iter().zip(&recorded).enumerate() {
        assert_eq!(one, other, "line {}, after {:?}", at + 1, recorded.get(at.saturating_sub(3)..at));
    }
    assert_eq!(printed.len(), recorded.len(), "the number of lines");
}

#[test]
fn values_and_placeholders_print_as_on_node() {
    let ended = program("values.cjs", include_str!("printed/values.cjs"), &[]);
    assert_eq!((ended.errors.as_str(), ended.code), ("", Some(0)));
    same(&ended.out, include_str!("printed/values.txt"));
}

#[test]
fn the_functions_of_the_console_print_as_on_node() {
    let ended = program("console.cjs", include_str!("printed/console.cjs"), &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    same(&ended.out, include_str!("printed/console.txt"));
    same(&ended.errors, include_str!("printed/console.errors.txt"));
}

#[test]
fn bytes_random_values_and_addresses_are_as_on_node() {
    let ended = program("modules.cjs", include_str!("printed/modules.cjs"), &[]);
    assert_eq!((ended.errors.as_str(), ended.code), ("", Some(0)));
    same(&ended.out, include_str!("printed/modules.txt"));
}

#[test]
fn misused_labels_are_warned_about() {
    let ended = program(
        "a.js",
        "console.countReset('none'); console.timeEnd('none'); console.time('t'); console.time('t');",
        &[],
    );
    let warnings = [
        "Count for 'none' does not exist",
        "No such label 'none' for console.timeEnd()",
        "Label 't' already exists for console.time()",
    ];
    ended.told(0, &warnings);
}

#[test]
fn a_module_knows_its_address() {
    let text = "import { fileURLToPath } from 'node:url'; const { url, filename, dirname } = import.meta;
        console.log(url.startsWith('file:///'), fileURLToPath(url) === filename, filename === dirname + '/a%20b#.mjs', url.endsWith('/a%2520b%23.mjs'));";
    program("a%20b#.mjs", text, &[]).printed(&["true true true true"]);
}

#[test]
fn the_machine_is_described() {
    let text = "const os = require('os'); console.log(os.EOL === '\\n', os.platform() === process.platform, os.cpus().length > 0,
        os.cpus().length === os.availableParallelism(), `${os.hostname}` === os.hostname(), os.hostname().length > 0);";
    program("a.cjs", text, &[]).printed(&["true true true true true true"]);
}
