//! The constructors of errors under the reading `error-snapshot` (change 148 of the proposal).

use boa_engine::{Context, JsResult};

use crate::agent::Agent;
use crate::prelude;
use crate::reading::Reading;

/// Makes the constructors of errors in the current realm store a snapshot in each error, if the reading requires it.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    if Agent::of(context).reading.get() == Reading::ErrorSnapshot {
        prelude::evaluate("internal/errors", include_str!("errors.js"), &[], context)?;
    }
    Ok(())
}
