//! A hook that records its calls, and checks of the records.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use asynccontext::als::{AsyncHook, AsyncResource, HookCallbacks, Resource, create_hook, execution_async_id};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    Init,
    Before,
    After,
    Destroy,
    Resolve,
}
use What::*;

#[derive(Clone, Debug)]
pub struct Event {
    pub what: What,
    pub resource: Resource,
    /// The id of the running resource.
    pub execution: u64,
    pub thread: ThreadId,
}

#[derive(Clone, Default)]
pub struct Recorder(Arc<Mutex<Vec<Event>>>);

impl Recorder {
    fn note(&self, what: What, resource: &Resource) {
        let (execution, thread) = (execution_async_id(), thread::current().id());
        self.0.lock().unwrap().push(Event { what, resource: resource.clone(), execution, thread });
    }

    pub fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }
}

impl HookCallbacks for Recorder {
    fn init(&self, resource: &Resource) {
        self.note(Init, resource);
    }
    fn before(&self, resource: &Resource) {
        self.note(Before, resource);
    }
    fn after(&self, resource: &Resource) {
        self.note(After, resource);
    }
    fn destroy(&self, resource: &Resource) {
        self.note(Destroy, resource);
    }
    fn promise_resolve(&self, resource: &Resource) {
        self.note(Resolve, resource);
    }
}

/// An enabled recorder, and a resource at the root of the recorded work: tests run in parallel in
/// one process, and a hook is called for all of them.
pub struct Watch {
    pub recorder: Recorder,
    pub hook: AsyncHook,
    pub root: AsyncResource,
}

impl Watch {
    pub fn new() -> Watch {
        let recorder = Recorder::default();
        let hook = create_hook(recorder.clone()).enable();
        Watch { recorder, hook, root: AsyncResource::new("Root") }
    }

    /// Returns the calls so far for the root and its descendants.
    pub fn log(&self) -> Log {
        Log::of(&self.recorder, self.root.async_id())
    }

    /// Runs `f` in the root, ends the root, waits until all resources have ended, and checks the
    /// records.
    pub fn finish(self, f: impl FnOnce()) -> Log {
        self.root.run_in_async_scope(f);
        let root = self.root.async_id();
        self.root.emit_destroy();
        let start = Instant::now();
        loop {
            let log = Log::of(&self.recorder, root);
            if log.alive().is_empty() {
                self.hook.disable();
                log.check();
                return log;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "never destroyed: {:?}", log.alive());
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// The calls for one tree, in order.
pub struct Log(pub Vec<Event>);

impl Log {
    fn of(recorder: &Recorder, root: u64) -> Log {
        let mut events = recorder.events();
        let mut tree = BTreeSet::from([root]);
        events.retain(|event| {
            let resource = &event.resource;
            if event.what == Init && tree.contains(&resource.trigger_async_id()) {
                tree.insert(resource.async_id());
            }
            tree.contains(&resource.async_id())
        });
        Log(events)
    }

    /// The ids that were created and not destroyed.
    pub fn alive(&self) -> BTreeSet<u64> {
        let ids = |what| self.0.iter().filter(move |event| event.what == what).map(|event| event.resource.async_id());
        let gone: BTreeSet<u64> = ids(Destroy).collect();
        ids(Init).filter(|id| !gone.contains(id)).collect()
    }

    /// Checks the properties of every log.
    pub fn check(&self) {
        let mut seen: BTreeMap<u64, Vec<What>> = BTreeMap::new();
        let mut running: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for event in &self.0 {
            let id = event.resource.async_id();
            seen.entry(id).or_default().push(event.what);
            let stack = running.entry(format!("{:?}", event.thread)).or_default();
            match event.what {
                Init | Destroy => continue,
                Before => stack.push(id),
                Resolve => assert_eq!(stack.last(), Some(&id), "resolved inside: {self}"),
                After => assert_eq!(stack.pop(), Some(id), "nested: {self}"),
            }
            assert_eq!(event.execution, id, "told in the resource's context: {self}");
        }
        assert!(running.values().all(Vec::is_empty), "each before has its after: {self}");
        for (id, events) in seen {
            let count = |what| events.iter().filter(|event| **event == what).count();
            assert_eq!((count(Init), events[0]), (1, Init), "{id}: {self}");
            assert_eq!((count(Destroy), events.last()), (1, Some(&Destroy)), "{id}: {self}");
        }
    }

    /// Returns the number of such calls.
    pub fn count(&self, what: What) -> usize {
        self.0.iter().filter(|event| event.what == what).count()
    }

    /// The names of all resources but the root, each with that of its parent, sorted.
    pub fn links(&self) -> Vec<(String, String)> {
        let made = || self.0.iter().filter(|event| event.what == Init).map(|event| &event.resource);
        let name =
            |id| made().find(|resource| resource.async_id() == id).map(|resource| resource.type_name().to_owned());
        let mut links: Vec<_> = made()
            .filter_map(|resource| Some((resource.type_name().to_owned(), name(resource.trigger_async_id())?)))
            .collect();
        links.sort();
        links
    }

    /// The events as lines. A resource is named by its type and which of that type it is.
    pub fn lines(&self) -> Vec<String> {
        let mut names: BTreeMap<u64, String> = BTreeMap::new();
        let mut many: BTreeMap<String, usize> = BTreeMap::new();
        let mut line = |event: &Event| {
            let resource = &event.resource;
            let name = names.entry(resource.async_id()).or_insert_with(|| {
                let nth = many.entry(resource.type_name().to_owned()).or_default();
                *nth += 1;
                if *nth == 1 { resource.type_name().to_owned() } else { format!("{} {nth}", resource.type_name()) }
            });
            let what = match event.what {
                Init => "init",
                Before => "before",
                After => "after",
                Destroy => "destroy",
                Resolve => "resolve",
            };
            format!("{what} {name}")
        };
        self.0.iter().map(&mut line).collect()
    }
}

impl std::fmt::Display for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.lines().join(", "))
    }
}
