//! Properties of the global object whose values are made when a program first uses them.

use boa_engine::object::FunctionObjectBuilder;
use boa_engine::property::PropertyDescriptor;
use boa_engine::{Context, JsResult, JsString, JsValue, NativeFunction};

use crate::variable::hidden;

/// Defines a property of the global object with the value that `find` returns for its name, until the program sets
/// another one.
///
/// The property stays an accessor: the engine's caches do not expect that a getter replaces its own property.
pub(crate) fn define_lazily(
    name: &'static str,
    find: fn(&'static str, &mut Context) -> JsResult<JsValue>,
    context: &mut Context,
) -> JsResult<()> {
    let realm = context.realm().clone();
    let get = NativeFunction::from_copy_closure(move |_, _, context| find(name, context));
    let get = FunctionObjectBuilder::new(&realm, get).name(JsString::from(format!("get {name}"))).build();
    let set = NativeFunction::from_copy_closure(move |_, args, context| {
        let value = hidden(args.first().cloned().unwrap_or_default());
        context.global_object().define_property_or_throw(JsString::from(name), value, context)?;
        Ok(JsValue::undefined())
    });
    let set = FunctionObjectBuilder::new(&realm, set).name(JsString::from(format!("set {name}"))).length(1).build();
    let lazy = PropertyDescriptor::builder().get(get).set(set).enumerable(false).configurable(true);
    context.global_object().define_property_or_throw(JsString::from(name), lazy, context).map(drop)
}
