//! Module evaluation, top-level await, dynamic import.

use asynccontext_boa::{Modules, evaluate_module};

use crate::{context, run, take};

/// Returns the recorded values when `main` is evaluated, which may import `other.mjs`.
fn seen_with(main: &str, other: &str) -> String {
    let mut context = context();
    context.downcast_module_loader::<Modules>().unwrap().add("other.mjs", other);
    if let Err(error) = evaluate_module(&mut context, main, None) {
        panic!("{}", asynccontext_boa::describe(&error, &context));
    }
    take()
}

#[test] // sec-source-text-module-record-execute-module
fn an_imported_body_does_not_see_the_importer() {
    let main = "await v.run('importer', () => import('other.mjs')); see(v.get()); v.run('x', async () => { await import('other.mjs'); see(v.get()); });";
    assert_eq!(seen_with(main, "see(v.get()); await 0; see(v.get());"), "undefined undefined undefined x");
}

#[test] // sec-source-text-module-record-execute-module
fn a_body_keeps_its_mapping_after_top_level_await() {
    let main = "see(v.get()); await v.run('a', async () => { await 0; see(v.get()) }); see(v.get());";
    assert_eq!(seen_with(main, ""), "undefined a undefined");
}

#[test] // sec-source-text-module-record-execute-module
fn a_static_import_starts_empty_too() {
    assert_eq!(
        seen_with("import { x } from 'other.mjs'; see(x); see(v.get());", "export const x = v.get();"),
        "undefined undefined"
    );
}

#[test] // sec-source-text-module-record-execute-module
fn a_module_that_throws_restores_the_mapping() {
    let main = "await v.run('a', async () => { try { await import('other.mjs') } catch (e) { see(e + v.get()) } }); see(v.get());";
    assert_eq!(seen_with(main, "v.run('inside', () => { throw 'thrown' });"), "throwna undefined");
}

#[test] // sec-source-text-module-record-execute-module
fn a_host_import_inside_a_mapping_starts_empty() {
    let mut context = context();
    context.downcast_module_loader::<Modules>().unwrap().add("other.mjs", "see(v.get())");
    run(&mut context, "v.run('script', () => import('other.mjs')).then(() => see(v.get()));");
    assert_eq!(take(), "undefined undefined");
}

#[test]
fn generators_of_modules_capture() {
    let main = "import { g } from 'other.mjs'; v.run('made', g).next(); export default function* () { see(v.get()) } import * as self from 'other.mjs'; see(typeof self.default); v.run('d', self.default).next();";
    let other = "export function* g() { see(v.get()) } export default function* () { see('default' + v.get()) }";
    assert_eq!(seen_with(main, other), "made function defaultd");
}

#[test]
fn a_module_is_evaluated_once() {
    assert_eq!(
        seen_with(
            "await import('other.mjs'); await import('./other.mjs').catch(() => {}); import 'other.mjs';",
            "see(1)"
        ),
        "1"
    );
}

#[test]
fn a_missing_import_is_an_error() {
    let mut context = context();
    for (main, message) in [
        ("import 'missing.mjs'", "there is no module `missing.mjs`"),
        ("await new Promise(() => {})", "the module never ends"),
        ("syntax error", "SyntaxError"),
        ("throw new RangeError('mine')", "RangeError: mine"),
    ] {
        let error = evaluate_module(&mut context, main, Some("main.mjs".as_ref())).unwrap_err();
        assert!(error.to_string().contains(message), "{main}: {error}");
    }
}

#[test]
fn a_module_that_imports_itself_is_one_module() {
    let mut context = context();
    let text = "import { count as seen } from './main.mjs'; export let count = 1; see(seen); import('./main.mjs').then((self) => see(self.count));";
    for path in ["main.mjs", "folder/main.mjs", "/folder/main.mjs"] {
        evaluate_module(&mut context, text, Some(path.as_ref())).unwrap();
        assert_eq!(take(), "1 1", "{path}");
    }
}

#[test]
fn a_module_that_is_parsed_again_replaces_the_former_one() {
    let mut context = context();
    for text in ["export default 'old'", "export default 'new'"] {
        evaluate_module(&mut context, text, Some("main.mjs".as_ref())).unwrap();
        run(&mut context, "import('main.mjs').then((module) => see(module.default));");
    }
    assert_eq!(take(), "old new");
}
