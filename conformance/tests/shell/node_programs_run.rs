//! Programs that are written for Node.

use crate::{js, program};

#[test]
fn a_commonjs_program_loads_files_and_packages() {
    let main = "#!/usr/bin/env node
const { twice } = require('./lib'), data = require('./data.json');
console.log(twice(data.n), require.main === module, __filename.endsWith('main.cjs'), module.exports === exports, process.argv[2]);
return;";
    let files: [(&str, &[u8]); 3] =
        [("main.cjs", main.as_bytes()), ("lib.js", b"exports.twice = n => 2 * n;"), ("data.json", b"{ \"n\": 4 }")];
    js(&files, &["main.cjs", "--flag"]).printed(&["8 true true true --flag"]);
    let import = "import lib, { twice } from './lib.cjs'; console.log(twice(2), lib.twice === twice);";
    js(&[("a.mjs", import.as_bytes()), ("lib.cjs", b"exports.twice = n => 2 * n;")], &["a.mjs"]).printed(&["4 true"]);
    let import = import.replace("lib.cjs", "lib.js");
    let files: [(&str, &[u8]); 2] = [("a.mjs", import.as_bytes()), ("lib.js", b"exports.twice = n => 2 * n;")];
    js(&files, &["a.mjs"]).printed(&["4 true"]);
}

#[test]
fn a_script_has_require() {
    program("a.js", "const { inspect } = require('util'); console.log(inspect({ a: 1 }));", &[]).printed(&["{ a: 1 }"]);
}

#[test]
fn a_commonjs_program_ends_at_its_first_uncaught_error() {
    let text =
        "process.on('exit', code => console.log('exit', code)); setInterval(() => { throw new Error('first') }, 1);";
    let ended = program("a.cjs", text, &[]);
    ended.told(1, &["uncaught: Error: first (a.cjs:1:"]);
    assert_eq!(ended.out, "exit 1\n");
}

#[test]
fn the_exit_code_is_that_of_the_program() {
    assert_eq!(program("a.js", "process.exitCode = 42", &[]).code, Some(42));
    assert_eq!(program("a.js", "process.on('exit', () => console.log('bye')); process.exit(7)", &[]).out, "bye\n");
    assert_eq!(
        program(
            "a.mjs",
            "import process from 'node:process'; setTimeout(() => process.exit(7), 1); await new Promise(() => {})",
            &[]
        )
        .code,
        Some(7)
    );
}

#[test]
fn a_file_of_tests_runs() {
    let text = "const test = require('node:test'), assert = require('node:assert');
        test('adds', () => assert.strictEqual(1 + 1, 2)); test('fails', () => assert.strictEqual(1, 2));
        test.describe('suite', () => { test('passes', () => {}); test.todo('later'); test.skip('never'); });";
    let ended = program("a.cjs", text, &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.errors);
    assert!(ended.out.contains("ok 1 - adds\n") && ended.out.contains("not ok 2 - fails\n"), "{}", ended.out);
    let counts = "# tests 5\n# suites 1\n# pass 2\n# fail 1\n# skipped 1\n# todo 1\n";
    assert!(ended.out.ends_with(counts), "{}", ended.out);
}

#[test]
fn an_unknown_module_is_named_with_those_that_exist() {
    program("a.mjs", "import 'node:nope'", &[]).told(1, &["`node:nope`", "`node:events`"]);
    program("a.cjs", "require('node:nope')", &[]).told(1, &["node:nope", "node:events"]);
    program("a.cjs", "require('./nope')", &[]).told(1, &["Cannot find module './nope'"]);
}
