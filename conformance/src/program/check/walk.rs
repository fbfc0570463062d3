//! The checks in the order of a program's text: scope (R1), pure bodies (R2), places (R6) and kinds (R7).

use std::collections::{HashMap, HashSet};

use super::emitters::Emitters;
use super::names::Names;
use super::once::{Once, Strand};
use crate::program::ast::{Spanned, Stmt};
use crate::program::diagnostic::{Diagnostic, head};
use crate::program::table::{
    AWAIT_WORDS, Body, Exports, Field, GENERATORS, Kind, MOST, Op, PROMISES, Place, RESOLUTIONS, Role, SETTLED,
};

/// Checks a program.
pub(super) fn walk<'a>(block: &'a [Stmt], names: &Names<'a>, diagnostics: &mut Vec<Diagnostic>) {
    let mut walk = Walk {
        names,
        visible: HashSet::new(),
        exports: HashMap::new(),
        around: Vec::new(),
        once: Once::new(),
        emitters: Emitters::default(),
        diagnostics,
    };
    let main = Site { waits: Waits::Any, ..Site::of(Once::MAIN) };
    walk.block(block, main);
    let found = walk.emitters.check(&walk.once);
    walk.diagnostics.extend(found);
}

/// The operands that `await` may have in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    Nothing,
    /// `tick` and `value`.
    Words,
    Any,
}

/// The statements that a body allows.
#[derive(Clone, Copy, Debug)]
struct Site {
    strand: Strand,
    waits: Waits,
    /// The kind of generator that `yield` belongs to.
    yields: Option<Kind>,
    /// The statement whose body may run more than once.
    pure: Option<Op>,
    /// Whether `break` is allowed.
    breaks: bool,
    /// Whether `caught` is allowed.
    caught: bool,
    /// Whether `return` is allowed as the last statement.
    returns: bool,
    /// Whether only variables are visible.
    thread: bool,
}

impl Site {
    /// Returns a body that allows none of these.
    fn of(strand: Strand) -> Site {
        Site {
            strand,
            waits: Waits::Nothing,
            yields: None,
            pure: None,
            breaks: false,
            caught: false,
            returns: false,
            thread: false,
        }
    }

    /// Returns the body of a statement in this body. `strand` is the number of the statement's strand.
    fn within(self, op: Op, strand: Option<Strand>) -> Site {
        let own = strand.map(|strand| Site { caught: self.caught, ..Site::of(strand) });
        let callback = Site { waits: Waits::Nothing, yields: None, breaks: false, returns: false, ..self };
        match op.row().body {
            None | Some(Body::Same) => Site { returns: false, ..self },
            Some(Body::Sync) => {
                let settles = matches!(op, Op::Then | Op::Catch);
                own.map_or(callback, |own| Site { caught: own.caught || op == Op::Catch, returns: settles, ..own })
            }
            Some(Body::Async) => {
                let site = own.map_or(callback, |own| Site { returns: op == Op::Task, ..own });
                Site { waits: Waits::Any, ..site }
            }
            Some(Body::Generator) => Site { yields: Some(Kind::Generator), ..own.unwrap_or(callback) },
            Some(Body::AsyncGenerator) => {
                Site { yields: Some(Kind::AsyncGenerator), waits: Waits::Any, ..own.unwrap_or(callback) }
            }
            Some(Body::Pure) => match op {
                Op::ForOf => Site { pure: Some(op), yields: self.yields, breaks: true, ..callback },
                Op::ForAwait => {
                    Site { pure: Some(op), yields: self.yields, breaks: true, waits: Waits::Words, ..callback }
                }
                Op::Thread => Site { pure: Some(op), thread: true, caught: false, ..own.unwrap_or(callback) },
                _ => Site { pure: Some(op), ..own.unwrap_or(callback) },
            },
        }
    }
}

struct Walk<'a, 'w> {
    names: &'w Names<'a>,
    visible: HashSet<&'a str>,
    /// The names that become visible after an `await` of a strand.
    exports: HashMap<&'a str, Vec<&'a str>>,
    /// The statements whose bodies contain the current place, outermost first.
    around: Vec<&'a Stmt>,
    once: Once<'a>,
    emitters: Emitters<'a>,
    diagnostics: &'w mut Vec<Diagnostic>,
}

impl<'a> Walk<'a, '_> {
    /// Checks a block, and returns the names that became visible in it.
    fn block(&mut self, block: &'a [Stmt], site: Site) -> Vec<&'a str> {
        let mut shown = Vec::new();
        for (i, stmt) in block.iter().enumerate() {
            let site = Site { returns: site.returns && i + 1 == block.len(), ..site };
            self.stmt(stmt, site, &mut shown);
        }
        for name in &shown {
            self.visible.remove(name);
        }
        shown
    }

    fn show(&mut self, names: impl IntoIterator<Item = &'a str>, shown: &mut Vec<&'a str>) {
        shown.extend(names.into_iter().filter(|name| self.visible.insert(name)));
    }

    fn stmt(&mut self, stmt: &'a Stmt, site: Site, shown: &mut Vec<&'a str>) {
        let row = stmt.op.row();
        if let Some((message, help)) = misplaced(stmt, site) {
            self.diagnostics.push(Diagnostic::new(head(&stmt.span, row.word), message).help(help));
        }
        if stmt.op == Op::Try && stmt.catch.is_none() && stmt.finally.is_none() {
            let mistake = Diagnostic::new(head(&stmt.span, row.word), "this `try` has neither `catch` nor `finally`");
            self.diagnostics.push(mistake.help("add `catch { … }` or `finally { … }` right after it"));
        }
        for operand in row.operands {
            let Some(word) = stmt.operand(operand.field) else { continue };
            if operand.role == Role::Count && !(1..=MOST).any(|count| count.to_string() == *word.text) {
                let message =
                    format!("`{}` is not a valid number of ticks: expected an integer from 1 to {MOST}", word.text);
                self.diagnostics.push(Diagnostic::new(word.span.clone(), message));
            }
            if let Role::OneOf(kinds) = operand.role
                && stmt.kind().is_none()
            {
                let message = format!("`{}` has no kind `{}`", row.word, word.text);
                let mistake = Diagnostic::new(word.span.clone(), message);
                self.diagnostics.push(mistake.suggest(&word.text, kinds.iter().map(|kind| kind.word())));
            }
            let kinds = match operand.role {
                Role::Uses(kinds) => kinds,
                Role::Awaits(kinds) if !AWAIT_WORDS.contains(&word.text.as_ref()) => kinds,
                _ => continue,
            };
            if let Some(mistake) = self.uses(stmt, operand.field, word, kinds, site) {
                self.diagnostics.push(mistake);
            }
        }
        let name = stmt.name().map(AsRef::as_ref);
        let strand = row.strand.then(|| self.once.start(name.unwrap_or_default(), site.strand));
        self.around.push(stmt);
        let inner = site.within(stmt.op, strand);
        let mut exports = Vec::new();
        for (block, catch) in [(&stmt.body, false), (&stmt.catch, true), (&stmt.finally, false)] {
            if let Some(block) = block {
                exports.extend(self.block(block, Site { caught: inner.caught || catch, ..inner }));
            }
        }
        self.around.pop();
        match (row.exports, name) {
            (Exports::Now, _) => self.show(exports, shown),
            (Exports::OnAwait, Some(name)) => drop(self.exports.insert(name, exports)),
            _ => {}
        }
        if let Some(name) = name {
            self.show([name], shown);
            self.once.bind(name, site.strand);
        }
        if stmt.op == Op::Await
            && let Some(exports) = self.exports.get(stmt.word(Field::Target).as_ref())
        {
            let exports = exports.clone();
            self.show(exports, shown);
        }
    }

    /// Checks that the name a statement uses is bound to one of these kinds.
    fn uses(
        &mut self,
        stmt: &'a Stmt,
        field: Field,
        word: &'a Spanned,
        kinds: &[Kind],
        site: Site,
    ) -> Option<Diagnostic> {
        let name = word.text.as_ref();
        let mistake = |message: String| Some(Diagnostic::new(word.span.clone(), message));
        let Some(thing) = self.names.get(name) else {
            let message = format!("no `{name}` is bound");
            let near = self.names.of_kinds(kinds).filter(|name| self.visible.contains(name));
            return Some(Diagnostic::new(word.span.clone(), message).suggest(name, near));
        };
        let inside = thing.kind == Kind::Thenable
            && self.around.iter().any(|around| around.op == Op::Thenable && around.name() == Some(&word.text));
        let settles = matches!(stmt.op, Op::Resolve | Op::Reject) && field == Field::Target;
        if !(self.visible.contains(name) || inside && settles) {
            return Some(self.invisible(word));
        }
        if site.thread && thing.kind != Kind::Variable {
            return mistake(format!("`{name}` is {}, but a thread can use variables only", thing.kind.phrase()));
        }
        if !kinds.contains(&thing.kind) {
            return mistake(format!("expected {}, but `{name}` is {}", expected(kinds), thing.kind.phrase()));
        }
        match (stmt.op, thing.kind) {
            (Op::Resolve | Op::Reject, Kind::Thenable) if settles && !inside => {
                return mistake(format!("`{name}` is a thenable, and only its own body can settle it"));
            }
            (Op::Next | Op::Close | Op::ThrowIn, Kind::Generator | Kind::Iterator) => {
                if let Some(request) = stmt.operand(Field::Name) {
                    let message = format!(
                        "`{name}` is {}, but only requests to an async generator are promises",
                        thing.kind.phrase()
                    );
                    return Some(Diagnostic::new(request.span.clone(), message).help("remove the name"));
                }
            }
            (Op::YieldFrom, Kind::AsyncGenerator) if site.yields == Some(Kind::Generator) => {
                return mistake(format!("`{name}` is an async generator, and a generator cannot delegate to it"));
            }
            _ => {}
        }
        if matches!(thing.kind, Kind::Emitter | Kind::Diagnostics) {
            self.emitters.uses(stmt, word, site.strand, site.pure.is_some());
        }
        let once = self.once.uses(word, thing.kind, site.strand);
        once.or_else(|| self.once.done(stmt, field, word, thing.kind))
    }

    /// Returns the error for a name that is not visible here.
    fn invisible(&self, word: &Spanned) -> Diagnostic {
        let name = &word.text;
        let Some(thing) = self.names.get(name) else {
            return Diagnostic::new(word.span.clone(), format!("no `{name}` is bound"));
        };
        if word.span.start < thing.span.end {
            return Diagnostic::new(word.span.clone(), format!("`{name}` is used before it is bound"));
        }
        if self.around.iter().any(|around| around.name() == Some(name)) {
            return Diagnostic::new(word.span.clone(), format!("`{name}` is not visible in its own body"));
        }
        let mistake = Diagnostic::new(word.span.clone(), format!("`{name}` is not visible here"));
        let Some(around) = thing.within else { return mistake };
        let row = around.op.row();
        match (row.exports, around.name()) {
            (Exports::OnAwait, Some(strand)) => {
                mistake.help(format!("it is bound in the body of `{strand}`, so it is visible after `await {strand}`"))
            }
            (Exports::Never, _) => mistake.help(format!(
                "it is bound in a body of `{}` and visible only there; bind it before that statement",
                row.word
            )),
            _ => mistake,
        }
    }
}

/// Returns the reason why a statement is not allowed at its place (R2, R6), and a suggestion.
fn misplaced(stmt: &Stmt, site: Site) -> Option<(String, &'static str)> {
    let row = stmt.op.row();
    let fits = match row.place {
        Place::Anywhere => true,
        Place::Async if stmt.op == Op::Await && site.waits == Waits::Words => {
            matches!(stmt.word(Field::Target).as_ref(), "tick" | "value")
        }
        Place::Async => site.waits == Waits::Any,
        Place::Generator => site.yields.is_some(),
        Place::Last => site.returns,
        Place::Loop => site.breaks,
        Place::Catch => site.caught,
    };
    let rules = matches!(stmt.op, Op::Await | Op::Yield | Op::Break); // Loops allow these.
    match (site.pure, row.place) {
        (Some(around), _) if !row.pure && !rules => Some((
            format!("`{}` is not allowed in a body of `{}`, which may run more than once", row.word, around.word()),
            "such a body must not bind names, start strands, settle promises or resume generators",
        )),
        _ if fits => None,
        (Some(around), Place::Async) => Some((
            format!("`{}` is not allowed in a body of `{}`", row.word, around.word()),
            "of the bodies that may run more than once, only that of `for-await` may await, and only `tick` and `value`",
        )),
        (_, Place::Async) => Some((
            format!("`{}` is not allowed in a synchronous body", row.word),
            "use a body of `task`, `async-generator`, `module`, `run-async` or `in-async`, or main",
        )),
        (_, Place::Generator) => Some((
            format!("`{}` is not directly in the body of a generator", row.word),
            "use it in the body of `generator` or `async-generator`, or in a `try` or loop there",
        )),
        (_, Place::Last) => Some((
            format!("`{}` is not the last statement of a `task`, `then` or `catch` body", row.word),
            "move it to the end of such a body",
        )),
        (_, Place::Loop) => Some((
            format!("`{}` is outside a loop", row.word),
            "use it in the body of `for-of` or `for-await`, or in a `try` there",
        )),
        (_, Place::Catch) => Some((
            format!("`{}` is outside a `catch` body", row.word),
            "use it in a `catch` body, but not in a thread, which does not receive the thrown value",
        )),
        (_, Place::Anywhere) => None,
    }
}

/// Returns a description of the kinds that a statement accepts.
fn expected(kinds: &[Kind]) -> String {
    match kinds {
        PROMISES => "a promise".into(),
        RESOLUTIONS => "a promise or a thenable".into(),
        SETTLED => "a deferred".into(),
        GENERATORS => "a generator of either kind or an iterator".into(),
        [Kind::Function, Kind::Wrapped] => "a function".into(),
        kinds => kinds.iter().map(|kind| kind.phrase()).collect::<Vec<_>>().join(" or "),
    }
}
