//! Telling hooks what happens to a resource.

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
    /// A callback runs on this thread.
    static TELLING: Cell<bool> = const { Cell::new(false) };
    /// What is gone since it began. It is empty again when the thread ends, so it needs no
    /// destructor, and can be reached as long as the thread runs.
    static GONE: ManuallyDrop<RefCell<Vec<Watched>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// The hooks that hear of what is made now; not those whose callback makes it.
pub(super) fn hooks() -> Hooks {
    if TELLING.get() { None } else { hook::enabled() }
}

/// A resource, and the hooks that heard of its beginning. Apart from [`Resource`], so that a
/// hook may keep that without keeping itself.
#[derive(Clone)]
struct Watched {
    resource: Resource,
    hooks: Hooks,
}

// A callback that panicked is called again. What it left behind is its own care.
impl UnwindSafe for Watched {}
impl RefUnwindSafe for Watched {}

type Event = fn(&dyn HookCallbacks, &Resource);

impl Watched {
    fn is_heard(&self) -> bool {
        self.hooks.is_some()
    }

    /// Calls `event` of each hook that is enabled still; not from inside a callback.
    ///
    /// # Panics
    ///
    /// As the first callback that does, when all were called. While the thread panics
    /// already, that is left at the message that the panic hook printed.
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

    /// Gives the panics of those that panic.
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

    /// Tells of entries, apart from this life and its end; `None` if nobody hears of them.
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

/// Ends with the mapping that it lies beside.
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
    /// Left after that.
    _older: Foreign<'a>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.watched.tell(|hook, resource| hook.after(resource));
    }
}
