//! Telling hooks what happens to a resource.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use super::hook::HookCallbacks;
use super::resource::Resource;
use crate::mapping::{Enter, Foreign, Held};

thread_local! {
    /// A callback runs on this thread.
    static TELLING: Cell<bool> = const { Cell::new(false) };
    /// What is gone since it began. It is empty again when the thread ends, so it needs no
    /// destructor, and can be reached as long as the thread runs.
    static GONE: ManuallyDrop<RefCell<Vec<Resource>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// Does a callback run on this thread? Then what it does is no news to any hook.
pub(super) fn is_telling() -> bool {
    TELLING.get()
}

/// Calls `event` of every hook that saw the resource made, and is enabled still; not from
/// inside a callback.
///
/// # Panics
///
/// As the first callback that does, when all were called. While the thread panics
/// already, that is left at the message that the panic hook printed.
fn tell(resource: &Resource, event: fn(&dyn HookCallbacks, &Resource)) {
    if resource.hooks().is_empty() || TELLING.replace(true) {
        return;
    }
    struct Done;
    impl Drop for Done {
        fn drop(&mut self) {
            TELLING.set(false);
        }
    }
    let done = Done;
    let call = |resource: &Resource, event: fn(&dyn HookCallbacks, &Resource)| {
        let hooks = resource.hooks().iter().filter(|hook| hook.is_on());
        hooks.filter_map(|hook| catch_unwind(AssertUnwindSafe(|| event(&*hook.callbacks, resource))).err()).collect()
    };
    let mut panics: Vec<_> = call(resource, event);
    loop {
        let gone = GONE.with(|gone| gone.take());
        if gone.is_empty() {
            break;
        }
        panics.extend(gone.iter().flat_map(|resource| call(resource, |hook, resource| hook.destroy(resource))));
    }
    drop(done);
    let first = panics.into_iter().next();
    if let Some(panic) = first
        && !thread::panicking()
    {
        resume_unwind(panic)
    }
}

/// The life of a resource: from [`Life::begin`] to its drop.
pub(super) struct Life(Resource);

impl Life {
    pub(super) fn begin(resource: Resource) -> Life {
        let life = Life(resource);
        tell(&life.0, |hook, resource| hook.init(resource));
        life
    }

    pub(super) fn resource(&self) -> &Resource {
        &self.0
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        if !is_telling() {
            tell(&self.0, |hook, resource| hook.destroy(resource));
        } else if !self.0.hooks().is_empty() {
            GONE.with(|gone| gone.borrow_mut().push(self.0.clone()));
        }
    }
}

/// Ends with the mapping that it lies beside.
impl Enter for Life {
    fn enter<'a>(&'a self, older: Foreign<'a>) -> Box<dyn Held + 'a> {
        self.0.enter(older)
    }

    fn resolved(&self) {
        self.0.resolved();
    }
}

/// Ends apart from the mapping that it lies beside.
impl Enter for Resource {
    fn enter<'a>(&'a self, older: Foreign<'a>) -> Box<dyn Held + 'a> {
        let running = Running { resource: self, _older: older };
        tell(self, |hook, resource| hook.before(resource));
        Box::new(running)
    }

    fn resolved(&self) {
        tell(self, |hook, resource| hook.promise_resolve(resource));
    }
}

struct Running<'a> {
    resource: &'a Resource,
    /// Left after that.
    _older: Foreign<'a>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        tell(self.resource, |hook, resource| hook.after(resource));
    }
}
