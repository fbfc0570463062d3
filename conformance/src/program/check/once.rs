//! Entities with a state: the strand that may use them (R3), and operations that are allowed once (R4, R5).

use std::collections::HashMap;

use crate::program::ast::{Spanned, Stmt};
use crate::program::diagnostic::Diagnostic;
use crate::program::table::{Field, Kind, OWNED, Op};

/// The number of a strand in the text; `main` is 0.
pub(super) type Strand = usize;

/// The state of all entities at a place of the text.
#[derive(Debug)]
pub(super) struct Once<'a> {
    /// The name of each strand, and the strand whose text contains it.
    strands: Vec<(&'a str, Strand)>,
    owners: HashMap<&'a str, Strand>,
    settled: HashMap<&'a str, Option<&'a str>>,
    adopted: HashMap<&'a str, &'static str>,
}

impl<'a> Once<'a> {
    pub(super) const MAIN: Strand = 0;

    pub(super) fn new() -> Once<'a> {
        Once {
            strands: vec![("main", Once::MAIN)],
            owners: HashMap::new(),
            settled: HashMap::new(),
            adopted: HashMap::new(),
        }
    }

    /// Adds a strand that is started in the text of another strand.
    pub(super) fn start(&mut self, name: &'a str, parent: Strand) -> Strand {
        self.strands.push((name, parent));
        self.strands.len() - 1
    }

    /// Adds an entity. Its first owner is the strand that binds it.
    pub(super) fn bind(&mut self, name: &'a str, strand: Strand) {
        self.owners.entry(name).or_insert(strand);
    }

    /// Returns the strand that binds an entity.
    pub(super) fn binder(&self, name: &str) -> Option<Strand> {
        self.owners.get(name).copied()
    }

    /// Checks that a strand may use an entity of this kind, and makes the strand its owner. Emitters and diagnostics channels
    /// have rules of their own.
    pub(super) fn uses(&mut self, name: &'a Spanned, kind: Kind, strand: Strand) -> Option<Diagnostic> {
        if !OWNED.contains(&kind) || matches!(kind, Kind::Emitter | Kind::Diagnostics) {
            return None;
        }
        let mut owner = self.binder(&name.text)?;
        if kind == Kind::Guard && strand != owner {
            return Some(self.not_here(name, owner, "a guard is left by the strand that entered it"));
        }
        let mistake = self.pass_on(name, &mut owner, strand);
        self.owners.insert(&name.text, owner);
        mistake
    }

    /// Checks that a strand may use an entity with this owner, and makes the strand the owner.
    pub(super) fn pass_on(&self, name: &Spanned, owner: &mut Strand, strand: Strand) -> Option<Diagnostic> {
        let mut above = strand;
        while above != *owner {
            if above == Once::MAIN {
                let help =
                    "use it in one strand, or in a strand that is started in the owner's text and owns it from then on";
                return Some(self.not_here(name, *owner, help));
            }
            above = self.strands[above].1;
        }
        *owner = strand;
        None
    }

    fn not_here(&self, name: &Spanned, owner: Strand, help: &str) -> Diagnostic {
        let message = format!("`{}` belongs to the strand `{}` here", name.text, self.strands[owner].0);
        Diagnostic::new(name.span.clone(), message).help(help)
    }

    /// Checks a statement that is allowed once: one that settles a promise, adopts a thenable, drops a target, aborts a
    /// signal or listens to a channel. `kind` is the kind of the
    /// entity in the field.
    pub(super) fn done(&mut self, stmt: &'a Stmt, field: Field, name: &'a Spanned, kind: Kind) -> Option<Diagnostic> {
        let text = name.text.as_ref();
        let again = match (stmt.op, field) {
            (Op::Resolve | Op::Reject, Field::Target) => {
                let with = stmt.get(Field::With).map(AsRef::as_ref);
                let circle = kind == Kind::Deferred && with.is_some_and(|with| self.leads_to(with, text));
                if self.settled.insert(text, with).is_some() {
                    Some((format!("`{text}` is already settled"), "settle a promise in one place"))
                } else if circle {
                    let with = stmt.operand(Field::With)?;
                    let way = if with.text.as_ref() == text { "" } else { ", through the chain of promises after it" };
                    let message = format!("`{text}` is resolved with itself{way}");
                    return Some(
                        Diagnostic::new(with.span.clone(), message).help("resolve it with another promise or thenable"),
                    );
                } else {
                    None
                }
            }
            (Op::Await | Op::Return, Field::Target) | (_, Field::With) if kind == Kind::Thenable => {
                self.adopted.insert(text, "adopted").map(|_| {
                    (
                        format!("the thenable `{text}` is already adopted"),
                        "await, return or resolve with a thenable once",
                    )
                })
            }
            (Op::Drop, _) => self
                .adopted
                .insert(text, "dropped")
                .map(|_| (format!("the target of `{text}` is already dropped"), "drop a finalizer's target once")),
            (Op::Abort, _) => self
                .adopted
                .insert(text, "aborted")
                .map(|_| (format!("`{text}` is already aborted"), "abort a signal in one place")),
            (Op::Listen, Field::Channel) => self
                .adopted
                .insert(text, "listened to")
                .map(|_| (format!("`{text}` already has a listener"), "listen to a channel once")),
            _ => None,
        };
        again.map(|(message, help)| Diagnostic::new(name.span.clone(), message).help(help))
    }

    /// Whether a promise is another one, or is resolved with it.
    fn leads_to(&self, from: &'a str, to: &str) -> bool {
        let mut at = Some(from);
        for _ in 0..=self.settled.len() {
            match at {
                Some(name) if name == to => return true,
                Some(name) => at = self.settled.get(name).copied().flatten(),
                None => return false,
            }
        }
        false
    }
}
