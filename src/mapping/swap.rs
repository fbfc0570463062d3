//! Swaps: another mapping installed on the running frame.
//!
//! A swap is an entry without a node, of which a frame has at most one: what it hides
//! can never show again, so nothing hidden is maintained.

use std::ptr;

use super::entry::{Entry, GiveUp, list_id};
use super::node::one_more;
use super::own::{Link, capture};
use super::place::Place;
use super::thread::{Head, Thread, slot};

/// Installs `link` on the running frame until the frame ends or the next swap, and
/// returns what was current.
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn swap(link: Link) -> Link {
    // Owns everything that shows, so nothing that the swap hides is borrowed.
    let previous = capture(Place::here());
    // SAFETY: the slot lives as long as the thread, the running frame and its
    // entries live. The head is switched before anything is given up, and pins
    // take a reference to what they read before that.
    unsafe {
        let thread = slot();
        let frame = (*thread).running();
        let top = (*frame).top.get();
        (*frame).origin.set(link.place());
        let mut given_up = Vec::new();
        // What the swap hides keeps its value and nothing else.
        let mut newer: *const Entry = ptr::null();
        let mut entry = top.entry();
        while !entry.is_null() && !(*entry).is_swap() {
            let head = (*entry).head.replace(ptr::null());
            if ptr::eq(head, (*entry).node) {
                one_more(&(*head).val);
            }
            given_up.push(head);
            newer = entry;
            entry = (*entry).next.get();
        }
        if entry.is_null() {
            let swap = Entry::of_swap(top.entry(), link, list_id(thread, top.entry()));
            entry = Box::into_raw(Box::new(swap));
        } else {
            if !newer.is_null() {
                (*newer).next.set((*entry).next.get());
                (*entry).next.set(top.entry());
            }
            given_up.push((*entry).head.replace(link.into_raw()));
        }
        (*frame).top.set(top.with_entry(entry));
        (*thread).head.set(Head::covered());
        pin_all(thread);
        GiveUp(given_up).go();
    }
    previous
}

/// Every read on this thread that is not its value's keeper yet becomes one.
///
/// # Safety
///
/// `thread` is the calling thread's slot.
unsafe fn pin_all(thread: *const Thread) {
    // SAFETY: pins in the list lie in frames further out on the stack, and what
    // they read is live. A node that is not owned belongs to an outer scope, which
    // a swap leaves alone, or was given to its pin already.
    unsafe {
        let mut pin = (*thread).pins.get();
        while !pin.is_null() {
            let node = (*pin).node;
            if (*node).owned.get() && (*pin).owe() {
                one_more(&(*node).val);
            }
            pin = (*pin).outer;
        }
    }
}
