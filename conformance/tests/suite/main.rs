//! The language, the model, the targets and the command line on the cases of the suite. The files are modules
//! of one program, since each program would link the engine. To run the tests of one file:
//! `cargo test -p asynccontext-conformance --test suite coverage`.

mod a_runtime_that_misbehaves_is_a_result;
mod als_deviations_are_its_quirks;
mod als_document;
mod boa_agrees_with_the_draft;
mod command_line;
mod coverage;
mod javascript_tests_keep_to_their_form;
mod language;
mod node_runs_every_statement;
mod output_for_people;
mod random;
mod readings;
mod runtimes_are_installed;
mod rust_agrees_with_the_model;
mod rust_reports_what_goes_wrong;
mod rust_runs_every_statement;
mod the_javascript_harness_detects_failures;
mod the_javascript_tests_pass_on_boa;
mod the_portable_subset;
mod web_platform_tests_pass_on_boa;
mod your_own_implementation;
