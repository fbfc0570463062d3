//! The limit of nested calls as an error that programs can catch.
//!
//! The engine's error for that limit cannot be caught. Where a function of this crate calls a function of the program, it
//! becomes the `RangeError` that other engines throw.

use boa_engine::error::{EngineError, RuntimeLimitError};
use boa_engine::{JsError, JsNativeError};

/// Returns a `RangeError` for the engine's error of too many nested calls, and other errors as they are.
pub(crate) fn catchable(error: JsError) -> JsError {
    match error.as_engine() {
        Some(EngineError::RuntimeLimit(RuntimeLimitError::Recursion | RuntimeLimitError::StackSize)) => {
            JsNativeError::range().with_message("Maximum call stack size exceeded").into()
        }
        _ => error,
    }
}
