//! Readable, writable and transform streams: <https://streams.spec.whatwg.org>.

use asynccontext_boa::{Node, add_node};

use crate::host_callbacks_run_where_the_plan_says::{host, seen};
use crate::{run, take};

#[test]
fn chunks_wait_and_the_source_is_asked_as_marks_say() {
    let script = "
        (async () => {
            let c; const s = new ReadableStream({ start(given) { c = given; }, pull() { see('pull'); } }, { highWaterMark: 2 });
            const r = s.getReader(); await 0; see(c.desiredSize); c.enqueue('a'); c.enqueue('b'); see(c.desiredSize);
            const one = await r.read(); see(one.value + one.done); see(c.desiredSize); await 0; c.close(); see(c.desiredSize); see((await r.read()).value); see((await r.read()).done);
            const sized = new ReadableStream({ start(c) { c.enqueue('abc'); see(c.desiredSize); } }, { size: chunk => chunk.length, highWaterMark: 5 });
            const bytes = new WritableStream({}, new ByteLengthQueuingStrategy({ highWaterMark: 8 })).getWriter(); bytes.write(new Uint8Array(6)); see(bytes.desiredSize);
        })();";
    assert_eq!(seen(script), "pull 2 0 pull afalse 1 1 b true 2 2");
}

#[test]
fn writers_wait_while_the_sink_is_behind() {
    let script = "
        (async () => {
            let open; const w = new WritableStream({ write(x) { see('write' + x); return new Promise(done => { open = done; }); }, close() { see('close'); } }).getWriter();
            await w.ready; const one = w.write(1), two = w.write(2); see(w.desiredSize); let ready = false; w.ready.then(() => { ready = true; });
            const closed = w.close(); await 0; open(); await one; see(ready); open(); await two; await closed; see(w.desiredSize);
        })();";
    assert_eq!(seen(script), "write1 -1 write2 true close 0");
}

#[test]
fn errors_reach_both_sides_of_a_transform() {
    let script = "
        const told = (name, promise) => promise.then(() => see(name), e => see(name + ':' + (e.message ?? e)));
        (async () => {
            const t = new TransformStream({ transform() { throw 'bad'; } }), w = t.writable.getWriter(), r = t.readable.getReader();
            await Promise.all([told('write', w.write(1)), told('read', r.read()), told('closed', w.closed), told('closed', r.closed)]);
            const u = new TransformStream({ cancel(reason) { see('cancel' + reason); } }); await told('cancelled', u.readable.cancel('why')); await told('write', u.writable.getWriter().write(1));
            const f = new TransformStream({ flush() { throw 'full'; } }); told('read', f.readable.getReader().read()); await told('close', f.writable.close());
        })();";
    assert_eq!(
        seen(script),
        "closed:bad read:bad write:bad closed:bad cancelwhy cancelled write:why read:full close:full"
    );
}

#[test]
fn a_pipe_propagates_ends_unless_it_is_told_not_to() {
    let script = "
        const source = end => new ReadableStream({ start(c) { c.enqueue(1); end?.(c); }, cancel(reason) { see('cancel:' + reason); } });
        const sink = more => new WritableStream({ write(x) { see('write' + x); }, close() { see('close'); }, abort(reason) { see('abort:' + reason); }, ...more });
        const told = promise => promise.then(() => see('piped'), e => see('failed:' + (e?.name ?? e)));
        (async () => {
            await told(source(c => c.close()).pipeTo(sink()));
            const kept = sink(); await told(source(c => c.close()).pipeTo(kept, { preventClose: true })); see(kept.locked); await kept.close();
            await told(new ReadableStream({ start(c) { c.error('e'); } }).pipeTo(sink()));
            await told(new ReadableStream({ start(c) { c.error('e'); } }).pipeTo(sink(), { preventAbort: true }));
            await told(source().pipeTo(sink({ write() { throw 'w'; } })));
            const left = source(); await told(left.pipeTo(sink({ start(c) { c.error('s'); } }), { preventCancel: true })); see(left.locked);
            const closed = sink(); await closed.close(); await told(source().pipeTo(closed));
        })();";
    assert_eq!(
        seen(script),
        "write1 close piped write1 piped false close abort:e failed:e failed:e cancel:w failed:w failed:s false \
         close cancel:TypeError: Invalid state: Destination WritableStream is closed failed:TypeError"
    );
}

#[test]
fn a_signal_ends_a_pipe_on_both_sides_after_its_write() {
    let script = "
        (async () => {
            let open; const a = new AbortController(), s = new ReadableStream({ start(c) { c.enqueue(1); c.enqueue(2); }, cancel(r) { see('cancel' + r + v.get()); } });
            const t = new WritableStream({ write(x) { see('write' + x); return new Promise(done => { open = done; }); }, abort(r) { see('abort' + r + v.get()); } });
            const piped = v.run('piped', () => s.pipeTo(t, { signal: a.signal })).catch(e => see('failed' + e)); setTimeout(() => { v.run('signal', () => a.abort('why')); see('waits'); open(); });
            await piped; see(s.locked + ',' + t.locked);
            await new ReadableStream().pipeTo(new WritableStream(), { signal: AbortSignal.abort('early') }).catch(e => see(e));
        })();";
    assert_eq!(seen(script), "write1 waits abortwhysignal cancelwhysignal failedwhy false,false early");
}

#[test]
fn branches_of_a_tee_share_chunks_and_one_cancel() {
    let script = "
        (async () => {
            let n = 0; const s = v.run('made', () => new ReadableStream({ pull(c) { see('pull' + v.get()); c.enqueue(++n); }, cancel(r) { see('cancel' + r + v.get()); } }, { highWaterMark: 0 }));
            const [a, b] = v.run('teed', () => s.tee()); await new Promise(done => setTimeout(done)); see(s.locked);
            const ra = a.getReader(), rb = b.getReader(), x = await v.run('a', () => ra.read()), y = await v.run('b', () => rb.read()); see(x.value + ',' + y.value);
            const one = v.run('one', () => ra.cancel(1)); let over = false; one.then(() => { over = true; }); await new Promise(done => setTimeout(done)); see(over);
            await v.run('two', () => rb.cancel(2)); see(over);
        })();";
    assert_eq!(seen(script), "pullteed true pulla 1,1 false cancel1,2two true");
}

#[test]
fn a_released_lock_rejects_what_waits() {
    let script = "
        const told = (name, promise) => promise.then(() => see(name), e => see(name + ':' + e.code));
        (async () => {
            const s = new ReadableStream(), r = s.getReader(), read = told('read', r.read()), closed = told('closed', r.closed);
            for (const lock of [() => s.getReader(), () => s.tee(), () => new ReadableStreamDefaultReader(s)]) try { lock(); see('no'); } catch (e) { see(e.name); }
            r.releaseLock(); await read; await closed; await told('again', r.read()); see(s.locked); r.releaseLock(); s.getReader();
            const t = new WritableStream(), w = t.getWriter(); w.releaseLock(); await told('write', w.write(1)); await told('ready', w.ready); see(t.getWriter().desiredSize);
        })();";
    assert_eq!(
        seen(script),
        "TypeError TypeError TypeError closed:ERR_INVALID_STATE read:ERR_INVALID_STATE again:ERR_INVALID_STATE false \
         write:ERR_INVALID_STATE ready:ERR_INVALID_STATE 1"
    );
}

#[test]
fn a_stream_is_iterated_and_made_from_an_iterable() {
    let script = "
        (async () => {
            const s = ReadableStream.from([1, Promise.resolve(2), 3]); let all = ''; for await (const x of s) all += x; see(all + s.locked);
            const made = v.run('made', () => ReadableStream.from((async function* () { try { see(v.get()); yield 'a'; yield 'b'; } finally { see('finally'); } })()));
            await v.run('loop', async () => { for await (const x of made) { see(x); break; } });
            const kept = ReadableStream.from('xyz'); for await (const x of kept.values({ preventCancel: true })) { see(x); break; } see((await kept.getReader().read()).value);
            try { ReadableStream.from({}); } catch (e) { see(e.name); }
        })();";
    assert_eq!(seen(script), "123false made a finally x y TypeError");
}

#[test]
fn buffers_of_readers_are_filled_and_moved() {
    let script = "
        (async () => {
            let n = 0; const s = v.run('made', () => new ReadableStream({ type: 'bytes', pull(c) { see(v.get() + (c.byobRequest?.view.byteLength ?? '-')); const view = c.byobRequest.view; view[0] = ++n; c.byobRequest.respond(1); } }));
            const r = s.getReader({ mode: 'byob' }), given = new Uint16Array(2), read = v.run('read', () => r.read(given, { min: 2 })); see(given.byteLength);
            const { value } = await read; see(value.constructor.name + value.byteLength + ':' + value.join()); r.releaseLock();
            const d = new ReadableStream({ type: 'bytes', autoAllocateChunkSize: 8, pull(c) { see(c.byobRequest.view.byteLength); c.byobRequest.respond(3); } }); see((await d.getReader().read()).value.length);
            const [a, b] = new ReadableStream({ type: 'bytes', start(c) { c.enqueue(new Uint8Array([1, 2])); c.close(); } }).tee();
            const x = await a.getReader().read(), y = await b.getReader({ mode: 'byob' }).read(new Uint8Array(4)); see(x.value.join() + '=' + y.value.join() + ',' + (x.value.buffer === y.value.buffer));
            for (const bad of [() => new ReadableStream({ type: 'text' }), () => new ReadableStream({ type: 'bytes' }, { size() {} }), () => new ReadableStream().getReader({ mode: 'byob' })]) try { bad(); } catch (e) { see(e.name); }
        })();";
    assert_eq!(
        seen(script),
        "0 read4 read3 read2 read1 Uint16Array4:513,1027 8 3 1,2=1,2,false TypeError RangeError TypeError"
    );
}

#[test]
fn texts_are_encoded_and_decoded_over_cut_characters() {
    let script = "
        (async () => {
            const e = new TextEncoderStream(), d = new TextDecoderStream('utf-8', { fatal: true }), w = e.writable.getWriter(); let text = ''; see(e.encoding + d.fatal);
            const split = new TransformStream({ transform(bytes, c) { for (const byte of bytes) c.enqueue(new Uint8Array([byte])); } });
            for (const part of ['h', '\\ud83d', '\\ude00', '', 'é\\ud800']) w.write(part); w.close();
            for await (const part of e.readable.pipeThrough(split).pipeThrough(d)) text += part; see(text);
        })();";
    assert_eq!(seen(script), "utf-8true h😀é\u{fffd}");
}

#[test]
fn patched_prototypes_change_nothing() {
    let script = "
        const patched = () => { see('patched'); };
        const s = new ReadableStream({ pull(c) { c.enqueue('x'); c.close(); } }), done = see, { signal } = new AbortController();
        const t = new WritableStream({ write(x) { done(x); }, close() { done('closed'); } });
        globalThis.queueMicrotask = globalThis.AbortController = patched;
        Promise.prototype.then = Array.prototype.push = Array.prototype.shift = Reflect.apply = patched;
        Object.defineProperty(Promise.prototype, 'constructor', { get: patched });
        Object.defineProperty(Promise, Symbol.species, { get: patched });
        AbortSignal.prototype.addEventListener = ReadableStream.prototype.getReader = ReadableStreamDefaultReader.prototype.read = WritableStreamDefaultWriter.prototype.write = patched;
        s.pipeThrough(new TransformStream()).pipeTo(t, { signal });";
    assert_eq!(seen(script), "x closed");
}

#[test]
fn streams_are_not_cloned_and_their_classes_have_no_other_members() {
    let script = "
        const s = new ReadableStream(), t = new TransformStream();
        for (const bad of [() => structuredClone(s), () => structuredClone(s, { transfer: [s] }), () => structuredClone({ t })]) try { bad(); see('no'); } catch (e) { see(e.name); }
        see(Object.getOwnPropertyNames(ReadableStream).join()); see(Object.keys(ReadableStream.prototype).join()); see(Reflect.ownKeys(s).length);
        for (const make of [() => new ReadableStreamDefaultController(), () => new WritableStreamDefaultController({}), () => ReadableStream()]) try { make(); see('no'); } catch (e) { see(e.name); }
        see([ReadableStream.length, CountQueuingStrategy.length, String(s), ReadableStream.prototype[Symbol.asyncIterator] === ReadableStream.prototype.values].join());
        globalThis.ReadableStream = 1; see(ReadableStream);";
    assert_eq!(
        seen(script),
        "DataCloneError DataCloneError DataCloneError length,name,prototype,from locked,cancel,getReader,pipeThrough,pipeTo,tee,values 0 \
         TypeError TypeError TypeError 0,1,[object ReadableStream],true 1"
    );
}

#[test]
fn node_has_the_same_classes_in_a_module() {
    let mut context = host();
    add_node(&mut context, Node::new()).unwrap();
    run(
        &mut context,
        "const own = ReadableStream; globalThis.ReadableStream = null; const web = require('node:stream/web');
         see(web.ReadableStream === own); see(Object.keys(web).length); see(new web.ReadableStream() instanceof own);",
    );
    assert_eq!(take(), "true 15 true");
}

#[test] // The same as in Node 26, which counts the microtasks in this way too.
fn promises_settle_in_the_microtasks_of_node() {
    let script = "
        let tick = 0, left = 40; (async () => { while (left-- > 0) { await null; tick++; } })();
        const told = (name, promise) => promise.then(() => see(tick + name), () => see(tick + '!' + name));
        let n = 0; const r = new ReadableStream({ pull(c) { c.enqueue(n++); if (n === 2) c.close(); return Promise.resolve(); } }).getReader();
        told('read', r.read()); told('read', r.read()); told('closed', r.closed);
        const t = new TransformStream({ transform(x, c) { c.enqueue(x); } }), tw = t.writable.getWriter(), tr = t.readable.getReader();
        told('w1', tw.write(1)); told('w2', tw.write(2)); told('close', tw.close()); told('r1', tr.read()); told('r2', tr.read()); told('r3', tr.read());
        const c = new ReadableStream({ cancel: () => Promise.resolve() }); told('cancelled', c.cancel());
        const w = new WritableStream({ write: () => Promise.reject(1) }).getWriter(); told('write', w.write(1)); told('ready', w.ready); told('wclosed', w.closed);";
    assert_eq!(seen(script), "2read 3read 3closed 3!write 3!ready 3!wclosed 4cancelled 5r1 7w1 7r2 9w2 10r3 11close");
}
