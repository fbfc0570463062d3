#![cfg_attr(fuzzing, no_main)]
//! See [`asynccontext_services_fuzz::messages`].

asynccontext_services_fuzz::target!(asynccontext_services_fuzz::messages::check);
