#![cfg_attr(fuzzing, no_main)]
//! See [`asynccontext_fuzz::kdl`].

asynccontext_fuzz::target!(asynccontext_fuzz::kdl::check);
