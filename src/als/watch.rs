//! Calls hooks for the events of a resource.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use super::hook::{self, Enabled, HookCallbacks, Hooks};
use super::resource::Resource;
use crate::alone::Alone;
use crate::mapping::{Enter, Foreign};

thread_local! {
    /// Set while a callback runs on this thread.
    static TELLING: Cell<bool> = const { Cell::new(false) };
    /// The resources that ended since the callback began. The list is empty when the thread ends,
    /// so it needs no destructor and can be accessed as long as the thread runs.
    static GONE: ManuallyDrop<RefCell<Vec<Watched>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// Returns the hooks to call for a resource that is created now: none in a callback.
pub(super) fn hooks() -> Hooks {
    if TELLING.get() { None } else { hook::enabled() }
}

/// A resource, and the hooks that were called for its creation. This is separate from [`Resource`],
/// so that a hook may store a resource without storing itself.
#[derive(Clone)]
struct Watched {
    resource: Resource,
    hooks: Hooks,
}

// A callback is called again after a panic. Its own state is its own responsibility.
impl UnwindSafe for Watched {}
impl RefUnwindSafe for Watched {}

type Event = fn(&dyn HookCallbacks, &Resource);

impl Watched {
    fn is_heard(&self) -> bool {
        self.hooks.is_some()
    }

    /// Calls `event` of each hook that is still enabled, except from inside a callback.
    ///
    /// # Panics
    ///
    /// Resumes the first panic of a callback after all were called. If the thread is already
    /// panicking, callbacks' panics are only reported by the panic hook.
    fn tell(&self, event: Event) {
        if !self.is_heard() {
            return;
        }
        let Some(alone) = Alone::inside(&TELLING) else { return };
        let mut panics = self.call(event);
        loop {
            let gone = GONE.with(|gone| gone.take());
            if gone.is_empty() {
                break;
            }
            panics.extend(gone.iter().flat_map(|watched| watched.call(|hook, resource| hook.destroy(resource))));
        }
        drop(alone);
        let first = panics.into_iter().next();
        match first {
            Some(panic) if !thread::panicking() => resume_unwind(panic),
            _ => {}
        }
    }

    /// Calls the hooks and returns the payloads of their panics.
    fn call(&self, event: Event) -> Vec<Box<dyn Any + Send>> {
        let hooks = self.hooks.iter().flat_map(|hooks| hooks.iter()).filter(|hook| hook.is_on());
        let call = |hook: &Enabled| catch_unwind(AssertUnwindSafe(|| event(&*hook.callbacks, &self.resource)));
        hooks.filter_map(|hook| call(hook).err()).collect()
    }
}

/// The life of a resource: from [`Life::begin`] to its drop.
pub(super) struct Life(Watched);

impl Life {
    pub(super) fn begin(resource: Resource, hooks: Hooks) -> Life {
        let life = Life(Watched { resource, hooks });
        life.0.tell(|hook, resource| hook.init(resource));
        life
    }

    pub(super) fn resource(&self) -> &Resource {
        &self.0.resource
    }

    /// Returns a value that calls the hooks on entries only, not at the end of the life, or `None`
    /// if there are no hooks.
    pub(super) fn entries(&self) -> Option<Box<dyn Enter>> {
        self.0.is_heard().then(|| Box::new(self.0.clone()) as Box<dyn Enter>)
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        if !TELLING.get() {
            self.0.tell(|hook, resource| hook.destroy(resource));
        } else if self.0.is_heard() {
            GONE.with(|gone| gone.borrow_mut().push(self.0.clone()));
        }
    }
}

/// Dropped with the mapping it is attached to.
impl Enter for Life {
    fn enter<'a>(&'a self, older: Foreign<'a>) -> Foreign<'a> {
        self.0.enter(older)
    }

    fn resolved(&self) {
        self.0.resolved();
    }
}

impl Enter for Watched {
    fn enter<'a>(&'a self, older: Foreign<'a>) -> Foreign<'a> {
        let running = Running { watched: self, _older: older };
        self.tell(|hook, resource| hook.before(resource));
        Foreign::held(running)
    }

    fn resolved(&self) {
        self.tell(|hook, resource| hook.promise_resolve(resource));
    }
}

struct Running<'a> {
    watched: &'a Watched,
    /// Dropped after the callbacks.
    _older: Foreign<'a>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.watched.tell(|hook, resource| hook.after(resource));
    }
}
