//! The environment of a program, its grammar goal, and its output.

use crate::{js, piped, program};

#[test]
fn the_globals_of_a_host_exist() {
    let text = "for (const name of ['AsyncContext', 'setTimeout', 'setInterval', 'queueMicrotask', 'EventTarget',
            'AbortSignal', 'MessageChannel', 'console']) if (!(name in globalThis)) console.log(name);
        const user = new AsyncContext.Variable({ name: 'user' });
        user.run('ada', () => setTimeout(() => console.log('timer', user.get()), 20));
        user.run('eve', () => Promise.resolve().then(() => console.log('then', user.get())));
        const { port1, port2 } = new MessageChannel();
        port2.onmessage = event => console.log('message', event.data, user.get());
        user.run('bob', () => port1.postMessage('hi'));
        console.log('main');";
    program("a.js", text, &[]).printed(&["main", "then eve", "message hi undefined", "timer ada"]);
}

#[test]
fn async_hooks_and_files_of_its_folder_can_be_imported() {
    let main = "import { AsyncLocalStorage } from 'node:async_hooks';
        import { twice } from './lib.mjs';
        const store = new AsyncLocalStorage();
        store.run(twice(4), async () => { await null; console.log(store.getStore()); });
        console.log((await import('./data.json', { with: { type: 'json' } })).default.a);";
    let lib = "export const twice = n => 2 * n;";
    let files: [(&str, &[u8]); 3] =
        [("main.mjs", main.as_bytes()), ("lib.mjs", lib.as_bytes()), ("data.json", b"{ \"a\": 1 }")];
    js(&files, &["main.mjs"]).printed(&["8", "1"]);
}

#[test]
fn a_file_outside_the_directory_cannot_be_imported() {
    program("a.mjs", "import '../outside.mjs'", &[]).told(1, &["a.mjs: TypeError"]);
}

#[test]
fn the_file_name_or_the_text_decides_script_or_module() {
    let this = "console.log(this === undefined ? 'module' : 'script')";
    for (name, args, goal) in [
        ("a.js", &[][..], "script"),
        ("a.cjs", &[], "script"),
        ("a.mjs", &[], "module"),
        ("a.js", &["--module"], "module"),
        ("a.mjs", &["--script"], "script"),
        ("a", &[], "script"),
    ] {
        program(name, this, args).printed(&[goal]);
    }
    program("a.js", &format!("export {{}}; {this}"), &[]).printed(&["module"]);
    program("a.js", &format!("await 0; {this}"), &[]).printed(&["module"]);
    program("a.cjs", "export {}", &[]).told(1, &["SyntaxError", "(a.cjs:1:1)"]);
}

#[test]
fn a_program_comes_from_standard_input() {
    piped("console.log('piped')").printed(&["piped"]);
    piped("throw new Error('piped')").told(1, &["uncaught: Error: piped", "[stdin]:1"]);
}

#[test]
fn the_console_separates_output_and_errors() {
    let ended = program(
        "a.js",
        "console.group('group'); console.log('in\\nside'); console.groupEnd(); console.info('%s %d', 'a', 7);
         console.warn('careful'); console.error('wrong'); console.count(); console.log({ get a() { throw 1 } });",
        &[],
    );
    assert_eq!(ended.out, "group\n  in\n  side\na 7\ndefault: 1\n{ a: [Getter] }\n");
    assert_eq!((ended.errors.as_str(), ended.code), ("careful\nwrong\n", Some(0)));
}

#[test]
fn generators_keep_the_context_of_their_creation() {
    let text = "const v = new AsyncContext.Variable(); function* g() { yield v.get(); }
        console.log(v.run('made', g).next().value);";
    program("a.js", text, &[]).printed(&["made"]);
}
