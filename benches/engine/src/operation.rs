//! The measured operations: JavaScript that takes a number of steps.

/// One kind of step. Each text is a function that performs the given number of steps and calls
/// `finish` after the last one.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// With AsyncContext. `v` is a variable.
    pub(crate) ours: &'static str,
    /// Without it: the same text, or a floor for operations that exist only with it.
    pub(crate) plain: &'static str,
}

/// Returns an operation with the same text on both sides.
const fn same(name: &'static str, title: &'static str, text: &'static str) -> Operation {
    Operation { name, title, ours: text, plain: text }
}

/// Reactions are registered a thousand at a time, each on the promise of the one before.
macro_rules! chain {
    ($handlers:literal) => {
        concat!(
            "(n => {
                const start = Promise.resolve(1), f = x => x;
                (function batch() {
                    let last = start;
                    const count = Math.min(n, 1000);
                    n -= count;
                    for (let i = 0; i < count; i++) last = last.then(",
            $handlers,
            ");
                    last.then(n > 0 ? batch : finish);
                })();
            })"
        )
    };
}

pub(crate) const OPERATIONS: [Operation; 10] = [
    same("then", "reaction with a handler", chain!("f")),
    same("then-both", "reaction with both handlers", chain!("f, f")),
    same("then-none", "reaction without a handler", chain!("")),
    same("await", "await", "(async n => { for (let i = 0; i < n; i++) await i; finish(); })"),
    same(
        "thenable",
        "await of a thenable",
        "(async n => {
            const thenable = { then(resolve) { resolve(1); } };
            for (let i = 0; i < n; i++) await thenable;
            finish();
        })",
    ),
    same(
        "generator",
        "generator step",
        "(n => {
            const made = (function* () { for (;;) yield 1; })();
            for (let i = 0; i < n; i++) made.next();
            finish();
        })",
    ),
    same(
        "generator-made",
        "generator made, first step",
        "(n => {
            const make = function* () { yield 1; };
            for (let i = 0; i < n; i++) make().next();
            finish();
        })",
    ),
    same(
        "async-generator",
        "async generator step, awaited",
        "(async n => {
            const made = (async function* () { for (;;) yield 1; })();
            for (let i = 0; i < n; i++) await made.next();
            finish();
        })",
    ),
    Operation {
        name: "get",
        title: "get, beside Date's getTime",
        ours: "(n => { for (let i = 0; i < n; i++) v.get(); finish(); })",
        plain: "(n => { const date = new Date(0); for (let i = 0; i < n; i++) date.getTime(); finish(); })",
    },
    Operation {
        name: "run",
        title: "run, beside a function's call",
        ours: "(n => { const f = () => 1; for (let i = 0; i < n; i++) v.run(i, f); finish(); })",
        plain: "(n => { const f = () => 1; for (let i = 0; i < n; i++) f.call(i); finish(); })",
    },
];
