//! Translation of litmus programs to JavaScript, and their execution on any runtime.
//!
//! `runtime/` and `boa.rs` beside this folder detect what a runtime is and start it; the host for each is a script in
//! `hosts/`. `session.rs` runs batches with time limits and attributes
//! failures, for all targets that are processes.

mod emit;
mod names;
#[cfg(not(target_family = "wasm"))]
mod runnable;
#[cfg(not(target_family = "wasm"))]
pub(super) mod standalone;

pub(super) use self::emit::Script;
#[cfg(not(target_family = "wasm"))]
pub use self::runnable::runnable;
use crate::program::ast::Case;
use crate::program::profile::Api;

/// The draft's API on storage that a runtime propagates.
pub(super) const ASYNC_CONTEXT: &str = include_str!("async_context.js");

/// The classes of the portable subset.
#[cfg(not(target_family = "wasm"))]
pub(super) const PORTABLE: &str = include_str!("portable.js");

/// The functions that a generated program uses.
pub(super) const PRELUDE: &str =
    concat!(include_str!("web.js"), "\n", include_str!("host_kinds.js"), "\n", include_str!("prelude.js"));

/// Returns a case's program as JavaScript: the body of an async function, which is the strand `main`.
///
/// `strand(name)` returns the logging function of a strand. `deferred`, `microtask`, `timer` and similar functions wrap
/// those of the host. Functions and listeners receive the logging function of their caller.
///
/// # Examples
///
/// ```
/// # use conformance::program::ast::{Case, Spanned, Stmt, Word};
/// # use conformance::program::profile::Api;
/// # use conformance::program::table::{Field, Op};
/// # let word = |text: &str| Spanned { text: text.into(), span: 0..0 };
/// # let stmt = |op, operands| Stmt { op, span: 0..0, operands, body: None, catch: None, finally: None };
/// # let program = vec![
/// #     stmt(Op::Var, vec![(Field::Name, word("v"))]),
/// #     stmt(Op::Get, vec![(Field::Var, word("v"))]),
/// # ];
/// # let case = Case::new("unbound".into(), 1, program, 0..0);
/// let text = conformance::targets::js::javascript(&case, Api::Ac);
/// assert_eq!(text, "\
/// const log = strand(\"main\");
/// const v = new AsyncContext.Variable();
/// log(v.get());
/// ");
/// ```
pub fn javascript(case: &Case, api: Api) -> String {
    script(case, api).text
}

/// Returns the program with the declarations that threads need.
pub(super) fn script(case: &Case, api: Api) -> emit::Script {
    emit::emit(&case.program, api, false)
}

/// Returns the program in terms of WinterTC's portable subset of AsyncLocalStorage.
#[cfg(not(target_family = "wasm"))]
pub(super) fn portable_script(case: &Case) -> emit::Script {
    emit::emit(&case.program, Api::Als, true)
}
