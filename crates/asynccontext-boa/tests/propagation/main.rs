//! Small programs, each for one behavior, and the values that they record.

mod abort_signals_follow_their_sources;
mod async_hooks_share_the_mapping;
mod bad_input_is_bounded_and_reported;
mod errors_name_their_places;
mod generators_resume_where_they_were_created;
mod guards_last_for_their_frame;
mod host_callbacks_run_where_the_plan_says;
mod host_work_grows_with_its_amount;
mod modules_start_empty;
mod node_modules_run_in_nodes_contexts;
mod reactions_run_where_they_were_registered;
mod realms_share_one_mapping;
mod rejections_are_reported_where_they_happened;
mod resources_are_disposed_of;
mod streams_follow_their_standard;
mod the_transform_changes_nothing_else;
mod timers_are_objects_and_numbers;
mod unreachable_values_are_collected;
mod web_functions_follow_their_standards;

use std::cell::RefCell;

use boa_engine::context::ContextBuilder;
use boa_engine::property::Attribute;
use boa_engine::{Context, JsArgs, JsString, JsValue, NativeFunction, js_string};

thread_local! {
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Returns a context with what [`add_seeing`] adds.
fn context() -> Context {
    let mut context = asynccontext_boa::install(ContextBuilder::new()).unwrap();
    add_seeing(&mut context);
    context
}

/// Adds `v`, a variable without a name, `see(value)`, which records a value, and `collect()`.
fn add_seeing(context: &mut Context) {
    SEEN.take();
    context
        .register_global_callable(
            js_string!("see"),
            1,
            NativeFunction::from_fn_ptr(|_, args, context| {
                let text = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
                SEEN.with_borrow_mut(|seen| seen.push(text));
                Ok(JsValue::undefined())
            }),
        )
        .unwrap();
    context
        .register_global_callable(
            js_string!("collect"),
            0,
            NativeFunction::from_fn_ptr(|_, _, _| {
                boa_gc::force_collect();
                Ok(JsValue::undefined())
            }),
        )
        .unwrap();
    run(context, "var v = new AsyncContext.Variable();");
}

/// Evaluates a script and all its jobs.
fn run(context: &mut Context, script: &str) {
    if let Err(error) = asynccontext_boa::evaluate(context, script, None).and_then(|_| context.run_jobs()) {
        panic!("{}", asynccontext_boa::describe(&error, context));
    }
}

/// Removes and returns the recorded values.
fn take() -> String {
    SEEN.take().join(" ")
}

/// Returns the values that a script records, in order.
fn seen(script: &str) -> String {
    run(&mut context(), script);
    take()
}

/// Adds a global value to the context.
fn give(context: &mut Context, name: &str, value: impl Into<JsValue>) {
    context.register_global_property(JsString::from(name), value, Attribute::all()).unwrap();
}
