//! Litmus programs for AsyncContext, and what runs them.
