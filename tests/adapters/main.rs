//! The guarantees of everything that carries a context: closures, threads, tasks, pools, streams,
//! messages, headers. It is one program, since linking takes longer than compiling a file; each
//! file is a module, and its tests are run alone with `cargo test --all-features --test adapters
//! rayon_work_keeps_every_promise`.

mod a_runtime_may_end_anywhere;
mod a_runtime_where_bare_spawns_inherit_keeps_every_promise;
mod an_audit_task_does_not_use_its_request_s_transaction;
mod async_local_storage_behaves_as_documented;
mod bare_spawns_inherit_on_a_runtime_of_inherit;
mod combinators_keep_each_futures_context;
mod detached_work_leaves_uninherited_variables_behind;
mod exported_values_come_back_or_are_refused_by_name;
mod http_bodies_keep_the_context_they_were_made_in;
mod http_headers_carry_exported_variables;
mod imports_read_what_is_listed_and_count_the_rest;
mod layers_see_each_other_s_variables;
mod local_runtimes_keep_the_context;
mod messages_are_handled_in_their_senders_context;
mod mixed_work_matches_a_plain_model;
mod named_tasks_keep_the_context;
mod one_line_migrates_a_program_from_rayon;
mod one_line_migrates_a_program_from_tokio;
mod parallel_iterators_call_closures_in_their_snapshot;
mod rayon_work_keeps_every_promise;
mod readers_and_writers_keep_the_context_they_were_made_in;
#[path = "../support/released.rs"]
mod released;
#[path = "../support/spawned.rs"]
mod spawned;
mod streams_and_sinks_keep_the_context_they_were_made_in;
#[path = "../support/mod.rs"]
mod support;
mod threads_inherit_from_where_they_are_spawned;
mod tokio_runtimes_and_blocking_calls_keep_the_context;
mod tokio_tasks_keep_every_promise;
#[path = "../support/witness.rs"]
mod witness;
mod wrapped_methods_return_the_original_results;
