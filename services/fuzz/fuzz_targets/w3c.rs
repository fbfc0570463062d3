#![cfg_attr(fuzzing, no_main)]
//! See [`asynccontext_services_fuzz::w3c`].

asynccontext_services_fuzz::target!(asynccontext_services_fuzz::w3c::check);
