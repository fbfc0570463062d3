//! Swaps: another mapping installed on the running frame.
//!
//! A swap is an entry without a node. A frame has at most one: the bindings that a swap hides can
//! never show again, so the hidden mapping is not maintained.

use std::cell::Cell;
use std::ptr;

use super::call_site::CallSite;
use super::current::capture;
use super::entry::{Entry, guards, list, swap_of};
use super::frame::Frame;
use super::hazard;
use super::link::Link;
use super::node::{linked, one_more};
use super::release::{Chain, release};
use super::root::list_id;
use super::table::Table;
use super::thread::{Head, Thread, slot};

/// Installs `link` on the running frame until the frame ends or the next swap, and returns the
/// mapping that was current.
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn swap(link: Link) -> Link {
    // Makes the current mapping owned, so the swap hides no borrowing node.
    let previous = capture(CallSite::here());
    // SAFETY: the slot is live as long as the thread, and the running frame and its entries are
    // live. Before any reference is given up, the head is switched, and reads get a reference to
    // the values that they read. Memory is allocated first.
    unsafe {
        let thread = slot();
        let frame = (*thread).running();
        (*frame).origin.set(link.site());
        if let Some(table) = Table::of((*frame).top.get().entry()) {
            let _swapped = install(thread, &table.entry.next, link);
            let installed = Chain::from_raw(linked((*table.entry.next.get()).mapping.get()));
            let _shown = table.hide(installed); // drops no value: `previous` holds them
            hazard::hold_all();
        } else {
            drop(over_a_stack(thread, frame, link));
        }
    }
    previous
}

/// Makes `link` the mapping of the swap that `place` points to, which is made if there is none.
/// Returns the old mapping, to be given up.
///
/// # Safety
///
/// `thread` is the calling thread's slot; `place` is null or points to the swap of the
/// running frame.
unsafe fn install(thread: *const Thread, place: &Cell<*const Entry>, link: Link) -> Chain {
    // SAFETY: the caller's promise.
    unsafe {
        let swap = place.get();
        if !swap.is_null() {
            return Chain::from_raw((*swap).mapping.replace(link.into_raw()));
        }
        let newest = (*(*thread).running()).top.get().entry();
        let swap = Entry::of_swap(ptr::null(), link, list_id(thread, newest));
        place.set(Box::into_raw(Box::new(swap)));
        Chain::EMPTY
    }
}

/// The same in a frame whose guards are a stack: the swap becomes its newest entry. Returns the old
/// mapping of the swap, to be given up.
///
/// # Safety
///
/// `thread` is the calling thread's slot, and `frame` its running frame, whose mapping is owned.
unsafe fn over_a_stack(thread: *const Thread, frame: *const Frame, link: Link) -> Chain {
    // SAFETY: the caller's promise; the entries of a frame are live. A value reference is counted
    // for each hidden guard before its link reference is given up, so its node and the entry in it
    // stay.
    unsafe {
        let first = (*frame).top.get().entry();
        let hidden = guards(first).count();
        let oldest = guards(first).last();
        let swap = Cell::new(swap_of(first));
        let given_up = install(thread, &swap, link);
        let swap = swap.get();
        if let Some(oldest) = oldest {
            (*oldest).next.set((*swap).next.get());
            (*swap).next.set(first);
        }
        let top = (*frame).top.get();
        (*frame).top.set(top.with_entry(swap));
        (*thread).head.set(Head::covered());
        for guard in list(first).take(hidden) {
            one_more(&(*(*guard).node).val);
            (*guard).value_only.set(true);
        }
        hazard::hold_all();
        for guard in list(first).take(hidden) {
            release((*guard).node);
        }
        given_up
    }
}
