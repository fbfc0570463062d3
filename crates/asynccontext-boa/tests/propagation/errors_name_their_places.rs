//! Places in messages.

use asynccontext_boa::{Modules, add_host, describe, evaluate, evaluate_module, on_uncaught};

use crate::{context, take};

/// Returns the message of the error that a script throws.
fn message(script: &str) -> String {
    let mut context = context();
    let error = evaluate(&mut context, script, Some("a.js".as_ref())).unwrap_err();
    describe(&error, &context)
}

#[test]
fn the_head_names_the_innermost_frame() {
    let text = "function outer() {\n  inner();\n}\nfunction inner() {\n  throw new RangeError('far');\n}\nouter();";
    let message = message(text);
    assert!(
        message.starts_with("RangeError: far (a.js:5:9)\n    at inner (a.js:5:9)\n    at outer (a.js:2:"),
        "{message}"
    );
}

#[test]
fn a_syntax_error_shows_its_line() {
    let found = message("let a;\nlet b = 1 +;\nlet c;");
    assert!(found.contains("a.js:2:12") && found.contains("  2 | let b = 1 +;\n    |            ^"), "{found}");
    assert!(message("function f() {\n  g();\n").contains("a.js:2:7"), "{}", message("function f() {\n  g();\n"));
}

#[test]
fn no_frame_of_this_crate_is_shown() {
    let mut context = context();
    add_host(&mut context).unwrap();
    on_uncaught(&context, |uncaught, context| {
        crate::give(context, "message", boa_engine::JsString::from(uncaught.message));
    });
    let script = "const t = new EventTarget();\nt.addEventListener('x', () => {\n  null.y;\n});\nt.dispatchEvent(new Event('x'));\nsee(message);";
    evaluate(&mut context, script, Some("a.js".as_ref())).unwrap();
    let seen = take();
    let frames: Vec<&str> = seen.lines().filter(|line| line.starts_with("    at ")).collect();
    assert!(seen.contains("(a.js:3:") && frames.iter().all(|frame| frame.contains("(a.js:")), "{seen}");
}

#[test]
fn a_missing_export_is_named_with_its_modules_and_line() {
    let mut context = context();
    let modules = context.downcast_module_loader::<Modules>().unwrap();
    modules.add("lib.mjs", "export const there = 1;\nexport * from 'more.mjs';");
    modules.add("more.mjs", "export { gone as other } from 'last.mjs';");
    modules.add("last.mjs", "export default 1;");
    modules.add("star.mjs", "export * from 'last.mjs';");
    let mut message = |text: &str| {
        let error = evaluate_module(&mut context, text, Some("main.mjs".as_ref())).unwrap_err();
        describe(&error, &context)
    };
    let found = message("import last from 'last.mjs';\nimport { x, absent } from 'last.mjs';");
    assert!(found.contains("`last.mjs` has no export `x` (main.mjs:2:10)\n  2 | import { x, absent }"), "{found}");
    let found = message("import { other } from 'lib.mjs';");
    assert!(found.contains("`last.mjs` has no export `gone` (more.mjs:1:10)"), "{found}");
    let found = message("import { AsyncLocalStores } from 'node:async_hooks';");
    assert!(found.contains("`node:async_hooks` has no export `AsyncLocalStores` (main.mjs:1:10)"), "{found}");
    let found = message("import missing from 'star.mjs';");
    assert!(found.contains("`star.mjs` has no export `default` (main.mjs:1:8)"), "{found}");
}
