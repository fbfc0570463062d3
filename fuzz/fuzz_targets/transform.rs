#![cfg_attr(fuzzing, no_main)]
//! See [`asynccontext_fuzz::transform`].

asynccontext_fuzz::target!(asynccontext_fuzz::transform::check);
