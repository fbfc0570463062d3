//! The host hooks: propagation through promise reactions, `await`, thenable jobs and
//! `FinalizationRegistry`, and tracking of rejections.

use boa_engine::builtins::promise::OperationType;
use boa_engine::builtins::promise::Promise;
use boa_engine::context::intrinsics::Intrinsics;
use boa_engine::context::{DefaultHooks, HostHooks};
use boa_engine::job::JobCallback;
use boa_engine::native_function::NativeFunctionObject;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsFunction;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsData, JsResult, JsString, JsValue};
use boa_gc::{Finalize, Trace};

use crate::agent::{Agent, Cause};
use crate::executions::Execution;
use crate::mapping::Mapping;
use crate::reading::Reading;

/// Host hooks that add propagation to other hooks.
///
/// [`install`](crate::install) uses the default hooks. A host with other hooks wraps them and calls
/// [`install_with`](crate::install_with).
///
/// # Examples
///
/// ```
/// use asynccontext_boa::Hooks;
/// use boa_engine::context::HostHooks;
///
/// struct NoEval;
/// impl HostHooks for NoEval {}
///
/// let hooks = Hooks::around(NoEval);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Hooks<H = DefaultHooks> {
    inner: H,
}

impl Default for Hooks<DefaultHooks> {
    fn default() -> Self {
        Hooks { inner: DefaultHooks }
    }
}

impl<H: HostHooks> Hooks<H> {
    /// Returns hooks that call `inner` in the captured mapping.
    pub fn around(inner: H) -> Hooks<H> {
        Hooks { inner }
    }
}

/// The state of a job callback: its mapping, its work, and the job callback of the inner hooks.
#[derive(Trace, Finalize, JsData)]
struct Captured {
    mapping: Mapping,
    execution: Execution,
    inner: JobCallback,
}

impl<H: HostHooks> HostHooks for Hooks<H> {
    /// `[[AsyncContextMapping]]` of a reaction (`sec-performpromisethen`), of a thenable job
    /// (`sec-newpromiseresolvethenablejob`) and of a registry
    /// (`sec-finalization-registry-cleanup-callback`). The engine calls this hook at exactly these
    /// places.
    fn make_job_callback(&self, callback: JsFunction, context: &mut Context) -> JobCallback {
        let inner = self.inner.make_job_callback(callback.clone(), context);
        match Agent::find(context) {
            Some(agent) => {
                let execution = agent.executions.job(&callback, context);
                let mapping = agent.snapshot();
                // Only the continuation of an `await`, which is a function of the engine, belongs to the same frame.
                let continues = !agent.registers.get() && callback.is::<NativeFunctionObject>();
                let mapping = if continues { mapping } else { mapping.without_guards() };
                JobCallback::new(callback, Captured { mapping, execution, inner })
            }
            None => inner,
        }
    }

    /// Enters the captured mapping for the rest of the job, which then settles the derived promise in
    /// it (`sec-newpromisereactionjob`). [`isolate`](crate::isolate) restores the mapping at the end
    /// of the job.
    fn call_job_callback(
        &self,
        job: &JobCallback,
        this: &JsValue,
        args: &[JsValue],
        context: &mut Context,
    ) -> JsResult<JsValue> {
        let Some(captured) = job.host_defined().downcast_ref::<Captured>() else {
            return self.inner.call_job_callback(job, this, args, context);
        };
        let agent = Agent::of(context);
        agent.swap(captured.mapping.clone(), Cause::JobCallback);
        agent.executions.enter(captured.execution.clone(), context);
        self.inner.call_job_callback(&captured.inner, this, args, context)
    }

    /// Records the mapping in which the promise was rejected
    /// (`sec-host-promise-rejection-tracker`).
    fn promise_rejection_tracker(&self, promise: &JsObject<Promise>, operation: OperationType, context: &mut Context) {
        if let Some(agent) = Agent::find(context) {
            agent.rejections.track(
                promise,
                operation,
                if agent.reading.get() == Reading::RejectionEmpty { Mapping::default() } else { agent.snapshot() },
                context.realm().clone(),
            );
        }
        self.inner.promise_rejection_tracker(promise, operation, context);
    }

    fn ensure_can_compile_strings(
        &self,
        realm: Realm,
        parameters: &[JsString],
        body: &JsString,
        direct: bool,
        context: &mut Context,
    ) -> JsResult<()> {
        self.inner.ensure_can_compile_strings(realm, parameters, body, direct, context)
    }

    fn has_source_text_available(&self, function: &JsFunction, context: &mut Context) -> bool {
        self.inner.has_source_text_available(function, context)
    }

    fn ensure_can_add_private_element(&self, object: &JsObject, context: &mut Context) -> JsResult<()> {
        self.inner.ensure_can_add_private_element(object, context)
    }

    fn create_global_object(&self, intrinsics: &Intrinsics) -> JsObject {
        self.inner.create_global_object(intrinsics)
    }

    fn create_global_this(&self, intrinsics: &Intrinsics) -> Option<JsObject> {
        self.inner.create_global_this(intrinsics)
    }

    #[allow(deprecated)]
    fn utc_now(&self) -> i64 {
        self.inner.utc_now()
    }

    fn local_timezone_offset_seconds(&self, unix_time_seconds: i64) -> i32 {
        self.inner.local_timezone_offset_seconds(unix_time_seconds)
    }

    fn max_buffer_size(&self, context: &mut Context) -> u64 {
        self.inner.max_buffer_size(context)
    }
}
