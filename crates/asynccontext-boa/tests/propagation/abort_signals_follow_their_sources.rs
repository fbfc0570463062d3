//! `AbortSignal.any`, the option `signal` of listeners, and what signals keep alive.

use crate::host_callbacks_run_where_the_plan_says::seen;

#[test] // https://dom.spec.whatwg.org/#create-a-dependent-abort-signal
fn a_signal_of_any_follows_sources_of_its_sources() {
    let script = "
        const c = new AbortController(), inner = AbortSignal.any([c.signal]), outer = AbortSignal.any([inner]);
        outer.onabort = () => see('outer'); c.abort('why'); see(inner.aborted); see(outer.aborted); see(outer.reason);
        see(AbortSignal.any([outer]).reason); see(AbortSignal.any([]).aborted);";
    assert_eq!(seen(script), "outer true true why why false");
}

#[test]
fn the_first_of_several_sources_gives_the_reason() {
    let script = "
        const [a, b, c] = [1, 2, 3].map(() => new AbortController()), any = AbortSignal.any([a.signal, b.signal, c.signal]);
        b.abort('b'); a.abort('a'); see(any.reason); c.abort('c'); see(any.reason);
        const listened = AbortSignal.any([a.signal]); listened.onabort = () => see('never'); see(listened.reason);";
    assert_eq!(seen(script), "b b a");
}

#[test]
fn all_signals_are_aborted_before_a_listener_runs() {
    let script = "
        const c = new AbortController(), one = AbortSignal.any([c.signal]), two = AbortSignal.any([c.signal]);
        two.onabort = () => see('two'); one.onabort = () => see('one' + two.aborted); c.signal.onabort = () => see('source' + one.aborted + two.aborted);
        c.abort(); c.abort();";
    assert_eq!(seen(script), "sourcetruetrue onetrue two");
}

#[test] // https://dom.spec.whatwg.org/#add-an-event-listener
fn a_signal_removes_a_listener_before_its_event() {
    let script = "
        const c = new AbortController(), t = new EventTarget();
        c.signal.addEventListener('abort', event => { event.stopImmediatePropagation(); t.dispatchEvent(new Event('e')); });
        t.addEventListener('e', () => see('removed'), { signal: c.signal });
        t.addEventListener('e', () => see('kept'), { signal: AbortSignal.any([new AbortController().signal]) });
        c.abort(); t.dispatchEvent(new Event('e'));";
    assert_eq!(seen(script), "kept kept");
}

#[test]
fn a_source_keeps_no_signal_without_listeners() {
    // Half of the signals have a listener, which keeps them; the listeners of a third are removed.
    let script = "
        const c = new AbortController(), refs = { bare: [], removed: [], kept: [] }, f = () => {};
        for (let i = 0; i < 20; i++) {
            refs.bare.push(new WeakRef(AbortSignal.any([c.signal])));
            const removed = AbortSignal.any([c.signal]); removed.addEventListener('abort', f); removed.removeEventListener('abort', f);
            refs.removed.push(new WeakRef(removed));
            const kept = AbortSignal.any([c.signal]); kept.addEventListener('abort', f);
            refs.kept.push(new WeakRef(kept));
        }
        setTimeout(() => { collect(); for (const key in refs) see(key + refs[key].filter(r => r.deref()).length); see(c.signal.aborted); });";
    assert_eq!(seen(script), "bare0 removed0 kept20 false");
}

#[test]
fn a_removed_listener_is_not_kept_by_its_signal() {
    let script = "
        const c = new AbortController(), refs = [];
        (() => { for (let i = 0; i < 20; i++) {
            const t = new EventTarget(), f = () => t; t.addEventListener('e', f, { signal: c.signal, once: i % 2 === 0 });
            if (i % 2 === 0) t.dispatchEvent(new Event('e')); else t.removeEventListener('e', f);
            refs.push(new WeakRef(t));
        } })();
        setTimeout(() => { collect(); see(refs.filter(r => r.deref()).length); see(c.signal.aborted); });";
    assert_eq!(seen(script), "0 false");
}

#[test]
fn a_timeout_signal_does_not_keep_the_loop_running() {
    let script = "AbortSignal.timeout(50).onabort = () => see('never'); setTimeout(() => see('last'), 10);";
    assert_eq!(seen(script), "last");
}

#[test]
fn an_attribute_of_an_event_is_a_listener_while_it_is_set() {
    let script = "
        const c = new AbortController(), s = c.signal;
        s.onabort = () => see('never'); s.addEventListener('abort', () => see(1)); s.onabort = null; see(s.onabort);
        s.onabort = () => see(3); s.onabort = () => see(2); c.abort();";
    assert_eq!(seen(script), "null 1 2");
}

#[test]
fn a_signal_of_timeout_is_kept_by_what_it_would_run() {
    let script = "
        const weak = {}, listener = () => {}, alive = () => Object.values(weak).map(each => each.deref() !== undefined).join();
        (() => {
            const [plain, listened, source] = [1, 2, 3].map(() => AbortSignal.timeout(1e6)), any = AbortSignal.any([source]);
            listened.addEventListener('abort', listener); any.addEventListener('abort', listener);
            for (const [name, signal] of Object.entries({ plain, listened, source, any })) weak[name] = new WeakRef(signal);
        })();
        setTimeout(() => {
            collect(); see(alive());
            for (const name of ['listened', 'any']) weak[name].deref().removeEventListener('abort', listener);
            setTimeout(() => { collect(); see(alive()); });
        });";
    assert_eq!(seen(script), "false,true,true,true false,false,false,false");
}
