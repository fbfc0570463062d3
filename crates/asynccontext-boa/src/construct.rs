//! OrdinaryCreateFromConstructor for objects that are not part of the engine.

use boa_engine::object::{JsObject, NativeObject};
use boa_engine::realm::Realm;
use boa_engine::{Context, JsData, JsNativeError, JsResult, JsString, JsValue};
use boa_gc::{Finalize, Trace};

use crate::agent::Agent;

/// The objects that are installed in a realm.
#[derive(Clone, Trace, Finalize, JsData)]
pub(crate) struct Installed {
    pub(crate) variable: JsObject,
    pub(crate) snapshot: JsObject,
    pub(crate) variable_prototype: JsObject,
    pub(crate) snapshot_prototype: JsObject,
}

impl Installed {
    /// Stores the objects for `realm`.
    pub(crate) fn keep(self, realm: &Realm, context: &mut Context) -> JsResult<()> {
        let object = JsObject::from_proto_and_data(None, self);
        let key = realm.intrinsics().constructors().object().prototype();
        Agent::of(context).realms.set(&key, object.into(), context).map(drop)
    }

    /// Returns the objects of the realm with this `%Object.prototype%`.
    pub(crate) fn of(object_prototype: &JsObject, context: &mut Context) -> JsResult<Option<Installed>> {
        let installed = Agent::of(context).realms.get(object_prototype, context)?;
        Ok(installed.as_object().and_then(|object| object.downcast_ref::<Installed>().map(|i| i.clone())))
    }
}

/// Returns a new object with `data`. Its prototype is that of `new_target`, or the default of its
/// realm (`OrdinaryCreateFromConstructor`).
///
/// The engine does not expose the realm of a function. But its `Object` constructor, called with
/// `new_target`, returns an object whose prototype is either the requested one or the
/// `%Object.prototype%` of that realm. In the latter case, `new_target.prototype` is read once
/// more to distinguish the two.
pub(crate) fn create_from_constructor<T: NativeObject>(
    new_target: &JsValue,
    default: fn(&Installed) -> &JsObject,
    data: T,
    context: &mut Context,
) -> JsResult<JsValue> {
    let Some(target) = new_target.as_object() else {
        return Err(JsNativeError::typ().with_message("this constructor must be called with `new`").into());
    };
    let object = context.intrinsics().constructors().object().constructor();
    let mut prototype = object.construct(&[], Some(&target), context)?.prototype();
    if let Some(candidate) = &prototype
        && let Some(installed) = Installed::of(candidate, context)?
        && !target.get(JsString::from("prototype"), context)?.is_object()
    {
        prototype = Some(default(&installed).clone());
    }
    Ok(JsObject::from_proto_and_data(prototype, data).into())
}
