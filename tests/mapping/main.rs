//! The guarantees of variables, snapshots, scopes and guards, without features. It is one program,
//! since linking takes longer than compiling a file; each file is a module, and its tests are run
//! alone with `cargo test --test mapping a_swap_lasts_until_its_frame_ends`.

mod a_hidden_variable_reads_as_unbound;
mod a_kept_guard_lasts_until_its_scope_ends;
mod a_panicking_drop_leaks_no_other_value;
mod a_scope_restores_what_was_before;
mod a_scope_starts_where_it_is_first_driven;
mod a_snapshot_keeps_exactly_its_visible_values;
mod a_swap_lasts_until_its_frame_ends;
mod a_tied_error_carries_its_values;
mod debug_output_shows_no_value;
mod deep_chains_drop_on_a_small_stack;
mod everything_may_be_re_entered;
mod guards_follow_their_task;
mod guards_release_values_in_order;
mod guards_remove_their_own_binding_in_any_order;
mod imports_point_down;
mod iterators_keep_the_context_they_were_made_in;
mod misuse_restores_the_context_and_leaks_nothing;
mod random_programs_match_the_model;
mod scoped_work_is_dropped_inside;
mod snapshots_are_values;
#[path = "../support/mod.rs"]
mod support;
mod tasks_never_see_each_others_values;
mod types_have_their_traits_and_sizes;
mod values_need_no_traits_and_snapshots_show_names;
mod variables_are_never_confused;
mod wrapped_closures_stay_callable;
