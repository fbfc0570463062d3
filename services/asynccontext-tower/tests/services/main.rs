//! The layers on real services and servers, as one program: each file is a module, and its tests run
//! alone with `cargo test --all-features --test services layers_between_keep_the_context`.

mod deadlines_cancel_what_is_late;
mod faults_leave_the_context_right;
mod grpc_services_have_the_context;
mod handlers_read_their_request;
mod jobs_run_after_responses;
mod layers_between_keep_the_context;
mod server;
