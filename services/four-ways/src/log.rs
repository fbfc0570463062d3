//! The log in memory, and the places that write to it.

use std::sync::{Mutex, PoisonError};

/// Where in the service a line is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// The handler of the route.
    Handler,
    /// The function that the handler calls.
    Service,
    /// The store that the service calls.
    Repository,
    /// A task that the service spawns.
    Task,
    /// A closure on tokio's blocking threads.
    Blocking,
    /// The stream of the response's body.
    Body,
    /// A task that runs when the body has ended.
    After,
}

impl Place {
    /// All places.
    pub const ALL: [Place; 7] =
        [Place::Handler, Place::Service, Place::Repository, Place::Task, Place::Blocking, Place::Body, Place::After];

    /// Returns the name.
    pub fn name(self) -> &'static str {
        ["handler", "service", "repository", "task", "blocking", "body", "after"][self as usize]
    }
}

#[derive(Debug)]
struct Line {
    place: Place,
    order: u64,
    id: Option<u64>,
}

/// The lines with the right id, without any, and with another request's.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Count {
    /// The id is that of the request.
    pub right: usize,
    /// There is no id.
    pub lost: usize,
    /// The id is another's.
    pub wrong: usize,
}

/// A log in memory.
#[derive(Default, Debug)]
pub struct Log(Mutex<Vec<Line>>);

impl Log {
    /// Writes a line about an order, with the id that is visible where it is written.
    pub fn line(&self, place: Place, order: u64, id: Option<&str>) {
        let id = id.map(|id| id.parse().unwrap_or(u64::MAX)); // no id: counts as another's
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Line { place, order, id });
    }

    /// Returns the number of lines.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether there are no lines.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Removes all lines and adds them to the counts of their places. The id of each request is the
    /// number of its order.
    pub fn count(&self, counts: &mut [Count; 7]) {
        for line in self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let count = &mut counts[line.place as usize];
            match line.id {
                None => count.lost += 1,
                Some(id) if id == line.order => count.right += 1,
                Some(_) => count.wrong += 1,
            }
        }
    }
}
