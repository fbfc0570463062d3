//! A variable that is created and dropped at run time is never confused with a later one, even at
//! the same address.

use std::sync::{Arc, Barrier};

use crate::support::scaled;
use asynccontext::{Snapshot, Variable};

#[test]
fn a_later_variable_in_the_same_place() {
    let mut kept = Vec::new();
    let mut place: Variable<usize> = Variable::new();
    for round in 0..scaled(10_000).min(1000) {
        assert_eq!(place.get(), None);
        kept.push(place.run(round, Snapshot::capture));
        place.run(round, || {
            // the old one is dropped while its binding is current
            place_anew(&mut Variable::new());
        });
        place = Variable::new();
        for snapshot in &kept {
            snapshot.run(|| assert_eq!(place.get(), None));
        }
    }

    fn place_anew(variable: &mut Variable<usize>) {
        variable.run(1, || assert_eq!(variable.get(), Some(1)));
        *variable = Variable::new();
        assert_eq!(variable.get(), None);
    }
}

#[test]
fn a_variable_that_moves_stays_the_same() {
    let first: Variable<u8> = Variable::named("moves");
    let snapshot = first.run(1, Snapshot::capture);
    let second = Box::new(first);
    snapshot.run(|| assert_eq!(second.get(), Some(1)));
    let third = [*second];
    snapshot.run(|| assert_eq!(third[0].get(), Some(1)));
}

/// A new name creates a new variable; bindings stay with the old one.
#[test]
fn a_renamed_variable() {
    let first: Variable<u8> = Variable::named("first");
    let snapshot = first.run(1, Snapshot::capture);
    let second = first.with_name("second");
    snapshot.run(|| assert_eq!(second.get(), None));
}

/// Many threads bind a new variable for the first time at once: it gets one id.
#[test]
fn the_first_binding_on_many_threads_at_once() {
    for _ in 0..50 {
        let variable: Arc<Variable<usize>> = Arc::new(Variable::new());
        let start = Arc::new(Barrier::new(4));
        let threads: Vec<_> = (0..4)
            .map(|number| {
                let (variable, start) = (Arc::clone(&variable), Arc::clone(&start));
                std::thread::spawn(move || {
                    start.wait();
                    variable.run(number, Snapshot::capture)
                })
            })
            .collect();
        for (number, thread) in threads.into_iter().enumerate() {
            let snapshot = thread.join().unwrap();
            snapshot.run(|| assert_eq!(variable.get(), Some(number)));
        }
    }
}
