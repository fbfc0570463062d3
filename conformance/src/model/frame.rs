//! Frames, for the extensions that bind without a body: `enter`, `leave`, `enter-with`, `disable`.
//!
//! The draft has none of this. The rules are the language reference's: a binding lasts until it is
//! left or its frame ends, bindings may be left in any order, and leaving removes exactly one. An
//! inner frame runs in a mapping that was made from the outer one's, so a guard that is left from
//! within an inner frame is gone once that frame has ended.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::mapping::{Mapping, Record, Variable, without};
use super::value::Value;
use super::world::World;

/// A frame: the body of `run` and its kin, of a wrapped function, or of a strand.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// The mapping beneath the bindings: the frame's own when it had none.
    base: RefCell<Mapping>,
    bindings: RefCell<Vec<Binding>>,
    made: Cell<usize>,
    /// Whether a guard was left while another frame ran.
    stale: Cell<bool>,
    /// The guards that rebind when they are left: a quirk.
    rebinding: RefCell<Vec<Guard>>,
}

#[derive(Debug)]
struct Binding {
    number: usize,
    variable: Rc<Variable>,
    /// Nothing where the variable is unbound: `disable`.
    value: Option<Value>,
}

/// What `enter` binds its name to.
#[derive(Clone, Debug)]
pub(super) struct Guard(Leaving);

#[derive(Clone, Debug)]
enum Leaving {
    /// Leaving removes this binding of the frame.
    Remove(Rc<Frame>, usize),
    /// Leaving rebinds the variable in whatever is current: a quirk.
    Rebind(Rc<Variable>, Value, Rc<Cell<bool>>),
}

impl Guard {
    /// A guard that rebinds the variable when it is first left.
    pub(super) fn rebind(variable: &Rc<Variable>, before: Value) -> Guard {
        Guard(Leaving::Rebind(Rc::clone(variable), before, Rc::default()))
    }
}

impl Frame {
    /// The frame's mapping: its base, with its bindings laid over it in order.
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
        let guard = self.frame_bind(frame, variable, Some(value));
        if let Leaving::Rebind(..) = guard.0 {
            frame.rebinding.borrow_mut().push(guard.clone());
        }
        guard
    }

    /// Binds a variable, or unbinds it, for the rest of the running frame.
    pub(super) fn frame_bind(&self, frame: &Rc<Frame>, variable: &Rc<Variable>, value: Option<Value>) -> Guard {
        if self.quirks.are_als()
            && let Some(guard) = self.als_bind(variable, &value)
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

    /// Removes exactly a guard's binding. Does nothing when it is gone already.
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
        }
    }

    /// Brings the mapping up to date when a guard of the running frame was left from within another.
    pub(super) fn frame_refresh(&self, running: &Frame) {
        if running.stale.take() {
            self.async_context_swap(running.mapping());
        }
    }

    /// Ends a frame, and so all its bindings.
    pub(super) fn frame_end(&self, frame: &Rc<Frame>) {
        for guard in frame.rebinding.take().iter().rev() {
            self.guard_leave(guard, frame);
        }
        if !frame.bindings.take().is_empty() || frame.stale.take() {
            self.async_context_swap(frame.base.take());
        }
    }
}
