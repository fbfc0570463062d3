//! A task's frame under loom: two threads take turns with it, and one waits for the other.
//!
//! The frame and its entries use `std`'s cells, which loom does not track. It tracks the nodes of
//! the guards, which each thread reads and writes without an atomic operation, and so detects turns
//! that are not ordered.

use loom::sync::Arc as Counted;
use loom::thread;

use super::*;
use crate::mapping::{self, Key, enter, run, with};

// In statics, so that the ids are the same in each execution.
static BASE: Key<Value> = Key::new(std::borrow::Cow::Borrowed(""));
static FIRST: Key<Value> = Key::new(std::borrow::Cow::Borrowed(""));
static SECOND: Key<Value> = Key::new(std::borrow::Cow::Borrowed(""));

/// Loom reports leaks of it.
type Value = (u8, Counted<()>);

fn value(number: u8) -> Value {
    (number, Counted::new(()))
}

fn seen() -> [Option<u8>; 3] {
    [&BASE, &FIRST, &SECOND].map(|key| with(key, |value| value.map(|(number, _)| *number)))
}

fn frame() -> Arc<TaskFrame> {
    TaskFrame::new(run(&BASE, value(1), || mapping::capture("test")))
}

/// Opens the frame, waiting while another thread has it open.
fn open(frame: &Arc<TaskFrame>) -> Open {
    let mut opened = Arc::clone(frame).open().expect("not open here");
    opened.enter_attached();
    opened
}

/// Both threads bind in the frame; the later one sees the binding of the other.
#[test]
fn two_threads_take_turns() {
    loom::model(|| {
        let frame = frame();
        let theirs = Arc::clone(&frame);
        let thread = thread::spawn(move || {
            let opened = open(&theirs);
            let before = seen();
            enter(&FIRST, value(2)).keep();
            assert_eq!(seen()[1], Some(2));
            drop(opened);
            assert_eq!(seen(), [None; 3]);
            before
        });
        let opened = open(&frame);
        let mine = seen();
        enter(&SECOND, value(3)).keep();
        drop(opened);
        let theirs = thread.join().unwrap();
        assert_eq!((mine[0], theirs[0]), (Some(1), Some(1)));
        assert_ne!(mine[1].is_some(), theirs[2].is_some(), "one of them came later");
        let opened = open(&frame);
        assert_eq!(seen(), [Some(1), Some(2), Some(3)]);
        drop(opened);
    });
}

/// A guard is entered in the first turn and dropped in the second, on another thread, while
/// deferred code of the first still runs in its mapping.
#[test]
fn the_next_turn_begins_while_the_last_one_lets_go() {
    loom::model(|| {
        let frame = frame();
        let mut opened = open(&frame);
        let guard = enter(&FIRST, value(2));
        let thread = thread::spawn(move || {
            let opened = open(&frame); // waits for `close`
            assert_eq!(seen(), [Some(1), Some(2), None]);
            drop(guard);
            assert_eq!(seen(), [Some(1), None, None]);
            drop(opened);
        });
        opened.close(true);
        opened.run(|| assert_eq!(seen(), [Some(1), Some(2), None]));
        drop(opened);
        assert_eq!(seen(), [None; 3]);
        thread.join().unwrap();
    });
}

/// No thread waits for a frame that stays beneath another: it is not opened again.
#[test]
fn a_frame_that_is_stuck_keeps_no_thread_waiting() {
    loom::model(|| {
        let frame = TaskFrame::new(Link::empty());
        let theirs = Arc::clone(&frame);
        let thread = thread::spawn(move || {
            if let Some(opened) = theirs.open() {
                drop(opened);
            }
        });
        let opened = Arc::clone(&frame).open();
        run_alone(&Link::empty(), || drop(opened));
        thread.join().unwrap();
    });
}
