//! A line for each context switch: indented by nesting, with the cause and the bindings before and after.

use std::cell::RefCell;
use std::rc::Rc;

use anstyle::{AnsiColor, Style};
use asynccontext_boa::{Cause, Mapping, Switch};

use super::bindings::{Bindings, name_of};

const INTO: Style = AnsiColor::Green.on_default();
const BACK: Style = AnsiColor::Yellow.on_default();
const FAINT: Style = Style::new().dimmed();

/// Prints switches, and tracks which of them are still in effect.
#[derive(Debug)]
pub(super) struct Trace {
    bindings: Rc<Bindings>,
    /// The mappings that the switches in effect replaced, outermost first.
    open: RefCell<Vec<Open>>,
}

#[derive(Debug)]
struct Open {
    from: Mapping,
    /// The number of open scopes, this included if it is one. Their lines are indented.
    depth: usize,
}

/// The depth from which it is printed as a number, so that the output of a recursion grows with its depth alone.
const DEEP: usize = 20;

impl Trace {
    pub(super) fn new(bindings: Rc<Bindings>) -> Trace {
        Trace { bindings, open: RefCell::default() }
    }

    /// Returns the line for a switch.
    pub(super) fn line(&self, switch: &Switch) -> String {
        let depth = if switch.back { self.close(&switch.to) } else { self.depth() };
        let (mark, style) = match switch.cause {
            _ if switch.back => ('<', BACK),
            Cause::EnterWith(_) => ('=', INTO),
            _ => ('>', INTO),
        };
        if !switch.back {
            let scope = !matches!(switch.cause, Cause::EnterWith(_));
            self.open.borrow_mut().push(Open { from: switch.from.clone(), depth: depth + usize::from(scope) });
        }
        let (from, to) = (self.bindings.of(&switch.from), self.bindings.of(&switch.to));
        let cause = words(&switch.cause, switch.back);
        let number = if depth > DEEP { format!("[{depth}] ") } else { String::new() };
        let indent = 2 * depth.min(DEEP);
        format!("{:indent$}{number}{style}{mark} {cause}{style:#}  {FAINT}{from} →{FAINT:#} {to}", "")
    }

    fn depth(&self) -> usize {
        self.open.borrow().last().map_or(0, |open| open.depth)
    }

    /// Removes the entries that end with the switch back to `to`. The start of a scope that changed nothing was not
    /// printed, so its end can only remove bindings that were made inside it.
    fn close(&self, to: &Mapping) -> usize {
        let mut open = self.open.borrow_mut();
        if let Some(last) = open.iter().rposition(|open| open.from.is_same(to)) {
            open.truncate(last);
        }
        drop(open);
        self.depth()
    }
}

/// Returns the cause of a switch in words.
pub fn words(cause: &Cause, back: bool) -> String {
    let what = match cause {
        Cause::VariableRun(name) if name.is_empty() => "run of an unnamed variable".to_owned(),
        Cause::VariableRun(name) => format!("{}.run", name_of(name)),
        Cause::SnapshotRun => "snapshot.run".to_owned(),
        Cause::WrappedCall => "call of a wrapped function".to_owned(),
        Cause::JobCallback => "job (reaction, await, thenable or cleanup)".to_owned(),
        Cause::Generator => "step of a generator".to_owned(),
        Cause::Module => "module".to_owned(),
        Cause::Host(what) => (*what).to_owned(),
        Cause::AsyncHooks(what) | Cause::EnterWith(what) => what.to_std_string_lossy(),
        Cause::JobEnd => "job".to_owned(),
        other => format!("{other:?}"),
    };
    if back { format!("end of {what}") } else { what }
}
