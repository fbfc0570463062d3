#![cfg_attr(fuzzing, no_main)]
//! See [`asynccontext_services_fuzz::requests`].

asynccontext_services_fuzz::target!(asynccontext_services_fuzz::requests::check);
