#![cfg_attr(fuzzing, no_main)]
//! See [`asynccontext_fuzz::json`].

asynccontext_fuzz::target!(asynccontext_fuzz::json::check);
