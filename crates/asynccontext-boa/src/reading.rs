//! Readings: the points at which the draft is contested or about to change.

use boa_engine::{Context, JsResult};

use crate::agent::Agent;
use crate::{delegate, errors};

/// The way in which a context reads the draft.
///
/// All but the first differ from the pinned draft at one point, so that an engine can be compared under each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reading {
    /// The pinned draft.
    #[default]
    Draft,
    /// The change of `yield*` to which TC39 agreed in September 2025: the generator's mapping is restored once, after the
    /// loop, so that from the second round on the methods of the inner iterator run in the mapping of the caller.
    YieldStar2025,
    /// Generators neither capture nor restore a mapping: a body runs in the mapping of its resumer.
    GeneratorsResumption,
    /// A rejection is reported in the empty mapping, as the proposal's plan for the web says.
    RejectionEmpty,
    /// A listener of an `EventTarget` runs in the mapping in which it was added, as the proposal's README says.
    EventsRegistration,
    /// An event that is dispatched later because of a call, such as that of a message, runs in the mapping of that call, also on
    /// another object than the one that was called; and an uncaught exception is reported in the mapping of the callback
    /// that threw it.
    EventsCause,
    /// The constructors of errors store a snapshot in the property `snapshot` of each error, as change 148 of the proposal
    /// says.
    ErrorSnapshot,
}

/// Makes a context follow a reading of the draft, in its current realm and in those that
/// [`create_realm`](crate::create_realm) creates later.
///
/// No program may have run in the context before, since the text of generators depends on the reading.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use asynccontext_boa::{Reading, evaluate, follow, install};
/// use boa_engine::context::ContextBuilder;
///
/// let mut context = install(ContextBuilder::new())?;
/// follow(&mut context, Reading::YieldStar2025)?;
/// let text = "
///     const user = new AsyncContext.Variable();
///     const seen = [];
///     const inner = { [Symbol.iterator]: () => ({ next: () => ({ done: seen.push(user.get()) > 2 }) }) };
///     const generator = user.run('ada', function* () { yield* inner; seen.push(user.get()); });
///     user.run('grace', () => generator.next());
///     user.run('grace', () => generator.next());
///     user.run('grace', () => generator.next());
///     seen.join()";
/// let seen = evaluate(&mut context, text, None)?;
/// assert_eq!(seen.as_string().unwrap(), "ada,grace,grace,ada");
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns the error if a built-in function cannot be created.
///
/// # Panics
///
/// Panics if AsyncContext is not installed in `context`.
pub fn follow(context: &mut Context, reading: Reading) -> JsResult<()> {
    let agent = Agent::of(context);
    agent.reading.set(reading);
    agent.sources.delegate(reading == Reading::YieldStar2025);
    let realm = context.realm().clone();
    delegate::install(&realm, context)?;
    errors::install(context)
}
