//! Timers of `setTimeout`, `setInterval` and `setImmediate` as objects, and their numbers.

use crate::host_callbacks_run_where_the_plan_says::seen;

#[test]
fn a_timer_is_cleared_by_its_object_or_its_number() {
    let script = "
        const never = () => see('never'), fails = f => { try { f() } catch (e) { see(e.name) } };
        clearTimeout(setTimeout(never)); clearInterval(+setTimeout(never)); clearTimeout(`${setTimeout(never)}`);
        clearTimeout({ valueOf: () => +setTimeout(never) }); clearImmediate(setImmediate(never)); clearTimeout(setInterval(never, 5));
        setTimeout(never, 5).close(); setTimeout(never, 5)[Symbol.dispose]();
        for (const other of [undefined, null, NaN, -1, 'x', 1e9, {}, 2 ** 32]) clearTimeout(other);
        fails(() => clearTimeout(Symbol())); fails(() => setTimeout(() => {}).hasRef.call({})); fails(() => new (setImmediate(() => {}).constructor)());
        const timer = setTimeout(() => see('fired')); see(typeof +timer); see(timer.constructor.name); see(setImmediate(() => {}).constructor.name);
        const converted = setTimeout(never); clearTimeout(+converted + 2 ** 32);";
    assert_eq!(seen(script), "TypeError TypeError TypeError number Timeout Immediate fired");
}

#[test]
fn the_loop_does_not_wait_for_timers_without_references() {
    let script = "
        const t = setTimeout(() => see('unref'), 100).unref(); see(t.hasRef()); setInterval(() => see('tick'), 4).unref(); setImmediate(() => see('immediate')).unref();
        const again = setTimeout(() => see('ref'), 20).unref().ref(); see(again.hasRef()); setTimeout(() => see('end'), 10);";
    assert_eq!(seen(script), "false true immediate tick tick end tick tick ref tick");
}

#[test]
fn a_refreshed_timer_starts_again_in_its_mapping() {
    let script = "
        let n = 0; const t = v.run('made', () => setTimeout(() => { see(v.get()); if (++n < 3) v.run('other', () => t.refresh()); }, 10));
        setTimeout(() => { see('before'); t.refresh(); }, 5);
        const cleared = setTimeout(() => see('never'), 1); clearTimeout(cleared); cleared.refresh();";
    assert_eq!(seen(script), "before made made made");
}

#[test]
fn immediates_run_after_due_timers_in_the_mapping_of_the_call() {
    let script = "
        setTimeout(() => { see('timer'); v.run('set', setImmediate, (a, b) => { see(a + b + v.get()); setImmediate(() => see('next')); }, 1, 2); setTimeout(() => see('later'), 1); });
        setTimeout(() => { see('other'); Promise.resolve().then(() => see('then')); });";
    assert_eq!(seen(script), "timer other then 3set next later");
}

#[test]
fn an_interval_ends_inside_its_callback() {
    let script = "
        let n = 0; const i = setInterval(() => { see(n); if (++n === 2) clearInterval(i); }, 5);
        const j = setInterval(() => { see('throws'); clearInterval(+j); }, 3);";
    assert_eq!(seen(script), "throws 0 1");
}

#[test]
fn a_delay_out_of_range_is_none() {
    let script = "
        setTimeout(() => see('1'), 1); for (const delay of [2 ** 31, Infinity, -5, NaN, 'x', undefined]) setTimeout(() => see(String(delay)), delay);";
    assert_eq!(seen(script), "2147483648 Infinity -5 NaN x undefined 1");
}
