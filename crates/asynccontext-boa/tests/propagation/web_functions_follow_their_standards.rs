//! `structuredClone`, messages, global errors, `performance`, `crypto`, text encodings and URLs.

use asynccontext_boa::on_uncaught;

use crate::host_callbacks_run_where_the_plan_says::{host, seen};
use crate::{run, take};

#[test] // https://html.spec.whatwg.org/#structured-cloning
fn a_clone_has_the_kinds_and_the_cycles_of_its_value() {
    let script = "
        const o = { a: [1, , 3], m: new Map([[1, { x: 1 }]]), s: new Set(['s']), d: new Date(5), e: new RangeError('r', { cause: { q: 1 } }), u: new Uint8Array([1, 2, 3]).subarray(1),
            v: new DataView(new ArrayBuffer(4), 1), r: /a/gi, b: Object(true), n: Object(1n), x: new DOMException('m', 'AbortError'), [Symbol()]: 1, get g() { return 7; } };
        o.self = o; const c = structuredClone(o);
        see([c.self === c, c.a.length, 1 in c.a, c.m.get(1).x, c.s.has('s'), +c.d, c.e instanceof RangeError, c.e.message, c.e.cause.q, c.u.join('-'), c.u.byteOffset, c.v.byteLength, String(c.r), typeof c.b, typeof c.n, c.x.name, c.g, Object.getOwnPropertySymbols(c).length].join());
        for (const bad of [() => {}, Symbol(), new WeakMap(), new Event('e'), Promise.resolve(), new Proxy({}, {})]) try { structuredClone({ bad }); see('no'); } catch (e) { see(e.name + e.code); }
        const b = new ArrayBuffer(8), moved = structuredClone({ b }, { transfer: [b] }); see([b.byteLength, moved.b.byteLength].join());
        try { structuredClone(1, { transfer: [b] }); } catch (e) { see(e.name); }";
    assert_eq!(
        seen(script),
        "true,3,false,1,true,5,true,r,1,2-3,1,3,/a/gi,object,object,AbortError,7,0 \
         DataCloneError25 DataCloneError25 DataCloneError25 DataCloneError25 DataCloneError25 DataCloneError25 0,8 DataCloneError"
    );
}

#[test]
fn ports_are_transferred_and_channels_broadcast_in_the_empty_mapping() {
    let script = "
        const one = new MessageChannel(), two = new MessageChannel(); two.port1.postMessage('waits');
        one.port2.onmessage = ({ data, ports }) => { see(ports[0] === data.port); ports[0].onmessage = e => see(e.data); };
        v.run('posted', () => one.port1.postMessage({ port: two.port2 }, [two.port2])); two.port1.postMessage('later');
        const [a, b, other] = ['n', 'n', 'o'].map(name => new BroadcastChannel(name)); a.onmessage = () => see('own');
        b.onmessage = e => see(e.data.x + ':' + v.get()); other.onmessage = () => see('other'); v.run('posted', () => a.postMessage({ x: 1 }));
        setTimeout(() => { b.close(); a.postMessage(2); a.close(); try { a.postMessage(3) } catch (e) { see(e.name) } }, 5);";
    assert_eq!(seen(script), "true 1:undefined waits later InvalidStateError");
}

#[test]
fn an_error_event_comes_before_the_report_and_can_prevent_it() {
    let mut context = host();
    on_uncaught(&context, |uncaught, context| {
        let message = uncaught.message.strip_prefix("Error: ").unwrap().split([' ', '\n']).next().unwrap();
        let text = format!("see({message:?})");
        asynccontext_boa::evaluate(context, &text, None).unwrap();
    });
    run(
        &mut context,
        "addEventListener('error', e => { see(e.error.message + v.get() + e.message); if (e.error.message === 'a') e.preventDefault(); else throw new Error('again'); });
         v.run('timer', setTimeout, () => { throw new Error('a') }); v.run('timer', setTimeout, () => { throw new Error('b') }, 1);
         setTimeout(() => reportError(new Error('a')), 2);",
    );
    assert_eq!(take(), "aundefinedError: a bundefinedError: b again b aundefinedError: a");
}

#[test]
fn options_and_phases_of_events_follow_the_standard() {
    let script = "
        const t = new EventTarget(), e = new Event('e', { cancelable: true });
        t.addEventListener('e', () => see('bubbles')); t.addEventListener('e', () => see('captures'), true);
        t.addEventListener('e', event => { event.preventDefault(); see(event.defaultPrevented); }, { passive: true });
        see(t.dispatchEvent(e)); e.stopPropagation(); t.dispatchEvent(e); t.dispatchEvent(new CustomEvent('e', { detail: 1 })); see(new CustomEvent('e', { detail: 1 }).detail);
        see([Event.AT_TARGET, DOMException.ABORT_ERR, new DOMException('', 'AbortError').code].join());";
    assert_eq!(seen(script), "captures bubbles false true captures bubbles false 1 2,20,20");
}

#[test] // https://url.spec.whatwg.org
fn addresses_and_their_parameters_follow_each_other() {
    let script = "
        const u = new URL('../a b?x=1&y=%20z#h', 'http://u:p@Example.com:8080/d/e'); see(u.href); u.searchParams.append('q', 'r s'); see(u.search); u.search = '?k=v'; see([...u.searchParams].join());
        u.port = '80'; u.hash = ''; u.protocol = 'https:'; see(`${u} ${u.origin} ${JSON.stringify(u)}`); try { new URL('no') } catch (e) { see(e.name + e.code) } see(URL.canParse('x:y') + ',' + URL.parse('no'));
        const p = new URLSearchParams({ b: '1', a: '2 &' }); p.sort(); p.append('b', 3); p.set('b', 4); see(p.toString() + p.size);";
    assert_eq!(
        seen(script),
        "http://u:p@example.com:8080/a%20b?x=1&y=%20z#h ?x=1&y=+z&q=r+s k,v https://u:p@example.com/a%20b?k=v https://example.com \
         \"https://u:p@example.com/a%20b?k=v\" TypeErrorERR_INVALID_URL true,null a=2+%26&b=42"
    );
}

#[test] // https://encoding.spec.whatwg.org
fn texts_are_encoded_and_decoded_in_parts() {
    let script = "
        const e = new TextEncoder(), d = new TextDecoder(); see(e.encode('é€\\ud800').join()); see(JSON.stringify(e.encodeInto('aé€', new Uint8Array(4))));
        let text = ''; for (const byte of e.encode('\\ufeffé€😀')) text += d.decode(new Uint8Array([byte]), { stream: true }); see(text + d.decode()); see(d.decode(new Uint8Array([97, 0xe2, 0x82])) + d.decode(new Uint8Array([0xff, 98]).buffer));
        try { new TextDecoder('utf8', { fatal: true }).decode(new Uint8Array([0xff])) } catch (e) { see(e.code) } try { new TextDecoder('koi8-r') } catch (e) { see(e.name) }";
    assert_eq!(
        seen(script),
        "195,169,226,130,172,239,191,189 {\"read\":2,\"written\":3} é€😀 a\u{fffd}\u{fffd}b ERR_ENCODING_INVALID_ENCODED_DATA RangeError"
    );
}

#[test]
fn measures_and_random_values_have_their_forms() {
    let script = "
        see(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()) && crypto.randomUUID() !== crypto.randomUUID());
        see(crypto.getRandomValues(new Uint32Array(8)).some(n => n > 0)); try { crypto.getRandomValues(new Float64Array(1)) } catch (e) { see(e.name) }
        performance.mark('start', { detail: { x: 1 } });
        setTimeout(() => { const m = performance.measure('m', 'start'); see(m.duration >= 40 && m.duration < 60); see(performance.getEntries().map(e => e.entryType).join()); performance.clearMarks(); see(performance.getEntriesByName('start').length); }, 50);";
    assert_eq!(seen(script), "true true TypeMismatchError true mark,measure 0");
}
