#![cfg_attr(fuzzing, no_main)]
//! See [`asynccontext_fuzz::core`].

asynccontext_fuzz::target!(asynccontext_fuzz::core::check);
