//! A map in the order of insertion, for the parts of the host and of Node's modules in JavaScript. Each operation takes
//! logarithmic time.
//!
//! Removal from the engine's `Map` and `Set` takes linear time.

use std::collections::{BTreeMap, HashMap};

use boa_engine::object::builtins::{JsArray, JsFunction};
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::property::PropertyDescriptor;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsData, JsNativeError, JsResult, JsValue, NativeFunction, js_string};
use boa_gc::{Finalize, Trace};

use crate::intrinsic::function;
use crate::variable::{method, ordinary_prototype};

#[derive(Default, Trace, Finalize, JsData)]
struct Ordered {
    entries: BTreeMap<i64, (JsValue, JsValue)>,
    orders: HashMap<JsValue, i64>,
    /// The order of the next entry at the end.
    next: i64,
    /// The order of the first entry that was added at the start.
    first: i64,
}

impl Ordered {
    /// Adds an entry at the end or at the start, unless there is one with this key. Returns whether it was added.
    fn add(&mut self, key: &JsValue, value: &JsValue, at_start: bool) -> bool {
        if self.orders.contains_key(key) {
            return false;
        }
        let order = if at_start { self.first - 1 } else { self.next };
        self.orders.insert(key.clone(), order);
        self.entries.insert(order, (key.clone(), value.clone()));
        if at_start {
            self.first = order
        } else {
            self.next += 1
        }
        true
    }

    fn get(&self, key: &JsValue) -> Option<JsValue> {
        let (_, value) = self.entries.get(self.orders.get(key)?)?;
        Some(value.clone())
    }

    /// Returns whether there was such an entry.
    fn remove(&mut self, key: &JsValue) -> bool {
        self.orders.remove(key).is_some_and(|order| self.entries.remove(&order).is_some())
    }
}

/// Returns the constructor.
pub(crate) fn constructor(realm: &Realm, context: &mut Context) -> JsResult<JsFunction> {
    let construct = NativeFunction::from_fn_ptr(|new_target, _, context| {
        let target = new_target.as_object().ok_or_else(JsNativeError::typ)?;
        let prototype = target.get(js_string!("prototype"), context)?.as_object();
        Ok(JsObject::from_proto_and_data(prototype, Ordered::default()).into())
    });
    let constructor: JsFunction =
        FunctionObjectBuilder::new(realm, construct).name(js_string!("Ordered")).length(0).constructor(true).build();
    let prototype = ordinary_prototype(realm, &constructor, "Ordered", context)?;
    let add = |this: &JsValue, args: &[JsValue], _: &mut Context| {
        let at_start = args.get_or_undefined(2).to_boolean();
        with(this, |ordered| ordered.add(args.get_or_undefined(0), args.get_or_undefined(1), at_start).into())
    };
    method(&prototype, "add", 2, add, realm);
    let get = |this: &JsValue, args: &[JsValue], _: &mut Context| {
        with(this, |ordered| ordered.get(args.get_or_undefined(0)).unwrap_or_default())
    };
    method(&prototype, "get", 1, get, realm);
    let remove = |this: &JsValue, args: &[JsValue], _: &mut Context| {
        with(this, |ordered| ordered.remove(args.get_or_undefined(0)).into())
    };
    method(&prototype, "remove", 1, remove, realm);
    let last = |this: &JsValue, _: &[JsValue], _: &mut Context| {
        with(this, |ordered| {
            ordered.entries.last_key_value().map_or_else(JsValue::undefined, |(_, (_, value))| value.clone())
        })
    };
    method(&prototype, "last", 0, last, realm);
    method(&prototype, "values", 0, values, realm);
    let size = function(realm, "get size", 0, (), |this, _, (), _| with(this, |ordered| ordered.orders.len().into()));
    prototype.insert_property(
        js_string!("size"),
        PropertyDescriptor::builder().get(size).enumerable(false).configurable(true),
    );
    Ok(constructor)
}

/// Returns a new array of the values.
fn values(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let mut values = Vec::new();
    with(this, |ordered| {
        values.extend(ordered.entries.values().map(|(_, value)| value.clone()));
        JsValue::undefined()
    })?;
    Ok(JsArray::from_iter(values, context).into())
}

fn with(this: &JsValue, call: impl FnOnce(&mut Ordered) -> JsValue) -> JsResult<JsValue> {
    let object = this.as_object();
    let mut ordered = object.as_ref().and_then(JsObject::downcast_mut::<Ordered>).ok_or_else(JsNativeError::typ)?;
    Ok(call(&mut ordered))
}
