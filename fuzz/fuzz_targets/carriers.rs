#![cfg_attr(fuzzing, no_main)]
//! See [`asynccontext_fuzz::carriers`].

asynccontext_fuzz::target!(asynccontext_fuzz::carriers::check);
