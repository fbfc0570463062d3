//! Frames, for the extensions that bind without a body: `enter`, `leave`, `enter-with`, `disable`.
//!
//! The draft does not have these extensions; `LITMUS.md` defines their rules. A binding lasts until
//! it is left or its frame ends, bindings may be left in any order, and leaving removes exactly one
//! binding. The mapping of an inner frame derives from that of the outer frame. So a guard that is
//! left inside an inner frame takes effect when the inner frame has ended.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::mapping::{Mapping, Record, Variable, without};
use super::value::Value;
use super::world::World;

/// A frame: the body of `run` or a similar statement, of a wrapped function, or of a strand.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// The frame's mapping without its bindings.
    base: RefCell<Mapping>,
    bindings: RefCell<Vec<Binding>>,
    made: Cell<usize>,
    /// Whether a guard was left while another frame was running.
    stale: Cell<bool>,
    /// Quirk: the guards that change the current mapping when they are left.
    changing: RefCell<Vec<Guard>>,
}

#[derive(Debug)]
struct Binding {
    number: usize,
    variable: Rc<Variable>,
    /// The value, or none if the variable is unbound by `disable`.
    value: Option<Value>,
}

/// A guard: the entity that `enter` binds a name to.
#[derive(Clone, Debug)]
pub(super) struct Guard(Leaving);

#[derive(Clone, Debug)]
enum Leaving {
    /// Leaving the guard removes this binding of the frame.
    Remove(Rc<Frame>, usize),
    /// Quirk: leaving the guard rebinds the variable in the current mapping.
    Rebind(Rc<Variable>, Value, Rc<Cell<bool>>),
    /// Quirk: leaving the guard of this number removes its binding from the mapping that lists it.
    Unlist(usize),
}

impl Guard {
    /// Returns a guard that rebinds the variable when it is first left.
    pub(super) fn rebind(variable: &Rc<Variable>, before: Value) -> Guard {
        Guard(Leaving::Rebind(Rc::clone(variable), before, Rc::default()))
    }

    /// Returns the guard of this number, which mappings list.
    pub(super) fn listed(number: usize) -> Guard {
        Guard(Leaving::Unlist(number))
    }
}

impl Frame {
    /// Returns the frame's mapping: the base with the bindings applied in order.
    fn mapping(&self) -> Mapping {
        let mut mapping = Rc::clone(&self.base.borrow());
        for binding in self.bindings.borrow().iter() {
            let mut records = without(&mapping, &binding.variable);
            if let Some(value) = &binding.value {
                records.push(Record { key: Rc::clone(&binding.variable), value: value.clone() });
            }
            mapping = Rc::new(records);
        }
        mapping
    }
}

impl World<'_> {
    /// Binds a variable until the guard is left or the frame ends.
    pub(super) fn frame_enter(&self, frame: &Rc<Frame>, variable: &Rc<Variable>, value: Value) -> Guard {
        let guard = self.bind_in_frame(frame, variable, Some(value), true);
        if let Leaving::Rebind(..) | Leaving::Unlist(_) = guard.0 {
            frame.changing.borrow_mut().push(guard.clone());
        }
        guard
    }

    /// Binds a variable, or unbinds it, for the rest of the running frame.
    pub(super) fn frame_bind(&self, frame: &Rc<Frame>, variable: &Rc<Variable>, value: Option<Value>) {
        self.bind_in_frame(frame, variable, value, false);
    }

    fn bind_in_frame(&self, frame: &Rc<Frame>, variable: &Rc<Variable>, value: Option<Value>, guarded: bool) -> Guard {
        if self.quirks.are_als()
            && let Some(guard) = self.als_bind(variable, &value, guarded)
        {
            return guard;
        }
        if frame.bindings.borrow().is_empty() {
            frame.base.replace(self.async_context_snapshot());
        }
        let number = frame.made.replace(frame.made.get() + 1);
        frame.bindings.borrow_mut().push(Binding { number, variable: Rc::clone(variable), value });
        self.async_context_swap(frame.mapping());
        Guard(Leaving::Remove(Rc::clone(frame), number))
    }

    /// Removes the binding of a guard, if it still exists.
    pub(super) fn guard_leave(&self, guard: &Guard, running: &Rc<Frame>) {
        match &guard.0 {
            Leaving::Remove(frame, number) => {
                frame.bindings.borrow_mut().retain(|binding| binding.number != *number);
                frame.stale.set(true);
                self.frame_refresh(running);
            }
            Leaving::Rebind(variable, before, left) => {
                if !left.replace(true) {
                    self.als_rebind(variable, before.clone());
                }
            }
            Leaving::Unlist(number) => self.guards_leave(*number),
        }
    }

    /// Updates the current mapping if a guard of the running frame was left inside another frame.
    pub(super) fn frame_refresh(&self, running: &Frame) {
        if running.stale.take() {
            self.async_context_swap(running.mapping());
        }
    }

    /// Ends a frame and with it all of its bindings.
    pub(super) fn frame_end(&self, frame: &Rc<Frame>) {
        for guard in frame.changing.take().iter().rev() {
            self.guard_leave(guard, frame);
        }
        if !frame.bindings.take().is_empty() || frame.stale.take() {
            self.async_context_swap(frame.base.take());
        }
    }
}
