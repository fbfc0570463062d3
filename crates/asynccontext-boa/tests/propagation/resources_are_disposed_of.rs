//! `using`, `await using`, `DisposableStack` and `AsyncDisposableStack`.

use asynccontext_boa::evaluate;

use crate::{context, run, seen, take};

/// A resource that records its disposal and the mapping of that call.
const RESOURCE: &str = "const res = name => ({ name, [Symbol.dispose]() { see('-' + name + (v.get() ?? '')); } });
    const asyncRes = name => ({ name, async [Symbol.asyncDispose]() { see('<' + name); await 0; see('>' + name + (v.get() ?? '')); } });
    const fails = name => ({ [Symbol.dispose]() { throw new Error(name); } });
    const attempt = f => { try { return f(); } catch (e) { see(e.name + ':' + e.message + (e.error ? `[${e.error.message},${e.suppressed.message ?? e.suppressed}]` : '')); } };";

fn seen_with_resources(script: &str) -> String {
    seen(&format!("{RESOURCE} {script}"))
}

#[test]
fn resources_end_in_reverse_with_their_block() {
    let script = "
        { see('in'); using a = res('a'), none = null, b = res('b'); see(a.name + b.name); { using c = res('c'); } using d = res('d'); see('out'); } see('after');
        const f = () => { using x = res('x'); return see('returned'); }; f();
        class C { static { using s = res('s'); see('static'); } #m() { using m = res('m'); see('m'); } m() { this.#m(); } } new C().m();
        switch (1) { case 1: { using w = res('w'); break; } } if (true) { using i = res('i') }";
    assert_eq!(seen_with_resources(script), "in ab -c out -d -b -a after returned -x static -s m -m -w -i");
}

#[test]
fn resources_end_when_a_loop_turns() {
    let script = "
        for (using x of [res('1'), res('2'), null, res('3')]) { if (x === null) continue; see(x.name); if (x.name === '2') continue; }
        outer: for (using x of [res('a'), res('b')]) for (const y of [1]) continue outer;
        let n = 0; label: for (using once = res('once'); n < 2; n++) { see(n); continue label; }
        for (using x of [res('bare')]) see('body')";
    assert_eq!(seen_with_resources(script), "1 -1 2 -2 3 -3 -a -b 0 1 -once body -bare");
}

#[test]
fn errors_of_disposals_are_suppressed_in_order() {
    let script = "
        attempt(() => { using a = fails('a'); throw new Error('body'); });
        attempt(() => { using a = fails('a'), b = fails('b'); });
        attempt(() => { using a = res('kept'), b = {}; });
        attempt(() => { using a = 1; });
        attempt(() => { using a = { [Symbol.dispose]: 1 }; });
        see(attempt(() => { using a = undefined; return 'fine'; }));";
    assert_eq!(
        seen_with_resources(script),
        "SuppressedError:[a,body] SuppressedError:[a,b] -kept TypeError:the resource has no method [Symbol.dispose] \
         TypeError:a resource is an object, null or undefined TypeError:the method that disposes of the resource is not a function fine"
    );
}

#[test]
fn asynchronous_resources_are_awaited() {
    let script = "
        (async () => {
            { await using a = asyncRes('a'), b = res('b'); using c = res('c'); see('in'); } see('after');
            for (await using x of [asyncRes('x')]) see('turn');
            for await (using y of [Promise.resolve(res('y'))]) see(y.name);
            try { await using e = { async [Symbol.asyncDispose]() { throw new Error('late'); } }; throw new Error('body'); } catch (e) { see(e.error.message + e.suppressed.message); }
            await using none = null; see('end');
        })();";
    assert_eq!(seen_with_resources(script), "in -c -b <a >a after turn <x >x y -y latebody end");
}

#[test]
fn a_disposal_runs_in_the_mapping_of_its_function() {
    let script = "
        v.run('a', async () => { using r = res('r'); await using s = asyncRes('s'); await 0; v.run('other', () => {}); });
        const it = v.run('g', function* () { using t = res('t'); yield 1; yield 2; }); it.next(); v.run('closes', () => it.return());";
    assert_eq!(seen_with_resources(script), "-tg <s >sa -ra");
}

#[test]
fn the_names_of_using_are_free() {
    let script = "
        let await = 5; see(await); const o = { using: 3, await: 1 }; see(o.using);
        { using /* a comment with using */ r = res('r'); } see((() => { using r = null; }).toString());
        (async () => { await /* using */ using /* using */ r = res('s'); })();
        see(new Function('see, res', 'using r = res(\"f\"); see(\"f\")')(see, res)); eval('{ using e = res(\"e\"); }');";
    assert_eq!(seen_with_resources(script), "5 3 -r () => { using r = null; } -s f -f undefined -e");
}

#[test]
fn a_module_without_exports_may_declare_resources() {
    let mut context = context();
    let text = "import fs from 'node:async_hooks'; early(); using r = { [Symbol.dispose]() { see('disposed'); } }; function early() { see('early'); }
        await 0; see('end');";
    asynccontext_boa::evaluate_module(&mut context, text, None).unwrap();
    assert_eq!(take(), "early end disposed");
    let text = "export const a = 1; using r = null;";
    let error = asynccontext_boa::evaluate_module(&mut context, text, None).unwrap_err();
    assert!(error.to_string().contains("put it and the code that uses the resource into a block"), "{error}");
    let error = evaluate(&mut context, "switch (1) { case 1: using r = null; }", None).unwrap_err();
    assert!(error.to_string().contains("SyntaxError: 'using' declaration"), "{error}");
    run(&mut context, "see('alive')");
    assert_eq!(take(), "alive");
}

#[test]
fn stacks_dispose_of_what_they_adopt() {
    let script = "
        const s = new DisposableStack(); see(s.use(res('1')).name); s.adopt('2', x => see('-' + x)); s.defer(() => see('-3'));
        const moved = s.move(); see(s.disposed); attempt(() => s.use(null)); moved.dispose(); moved.dispose(); moved[Symbol.dispose]();
        see([DisposableStack.prototype[Symbol.dispose] === DisposableStack.prototype.dispose, Object.prototype.toString.call(moved), SuppressedError.length, SuppressedError(1, 2) instanceof SuppressedError].join());
        (async () => { await using t = new AsyncDisposableStack(); t.use(asyncRes('a')); t.use(res('b')); t.defer(async () => see('-c')); see('body'); })();";
    assert_eq!(
        seen_with_resources(script),
        "1 true ReferenceError:the stack is disposed of already -3 -2 -1 true,[object DisposableStack],3,true body -c -b <a >a"
    );
}
