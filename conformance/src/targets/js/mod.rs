//! JavaScript from litmus programs, and what runs it, neutral of runtime.
//!
//! A runtime is a file beside this folder (`node.rs`, `boa.rs`): it says how a JavaScript file is started,
//! what family and version it is, and what it can do. The batches, the time limits and the
//! question who is guilty of a failure are the same for all.

pub(super) mod answer;
mod emit;
mod names;
pub(super) mod session;

use crate::program::ast::Case;
use crate::program::profile::Api;

/// The draft's API as a shim on one AsyncLocalStorage.
pub(super) const ASYNC_CONTEXT: &str = include_str!("async_context.js");

/// What a generated program finds around it.
pub(super) const PRELUDE: &str = include_str!("prelude.js");

/// A case's program as JavaScript: the body of an async function, which is the strand `main`.
///
/// `strand(name)` gives a strand's logging function; `deferred`, `microtask`, `timer` and the like
/// are small helpers around what the host has. Functions and listeners get the logging function
/// of their caller.
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

/// The same with what threads need.
pub(super) fn script(case: &Case, api: Api) -> emit::Script {
    emit::emit(&case.program, api)
}
