//! The JavaScript identifiers of a litmus program's names, and the places of their declarations.

use std::collections::{HashMap, HashSet};

use crate::program::ast::{Stmt, Word};
use crate::program::table::{AWAIT_WORDS, Kind, Role};

/// The identifiers that a program's names must not have: those of JavaScript and of the generated text.
#[rustfmt::skip]
const TAKEN: &[&str] = &[
    // Reserved words of JavaScript in strict code, with `await` and `yield`.
    "arguments", "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default",
    "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if",
    "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "of", "package", "private",
    "protected", "public", "return", "static", "super", "switch", "this", "throw", "true", "try", "typeof", "using",
    "var", "void", "while", "with", "yield", "undefined", "NaN", "Infinity",
    // Globals and parameters of the generated text.
    "AsyncContext", "AsyncLocalStorage", "AsyncResource", "DisposableStack", "Error", "EventEmitter", "MessageChannel", "Object", "Promise", "Symbol",
    "_", "error", "guards", "log", "reject", "resolve",
    // Functions of the prelude.
    "abortSignal", "channel", "deferred", "diagnosticsChannel", "drop", "eventTarget", "finalizer", "immediate", "importModule", "interval", "iterator", "listen", "microtask", "nextTick", "onUncaught", "onUnhandled", "operation", "sleep", "strand", "thread", "timer",
];

/// The identifiers of a program's names, and their declarations.
#[derive(Debug, Default)]
pub(super) struct Names {
    identifiers: HashMap<Word, String>,
    /// The names of deferreds, whose promise is a property.
    deferreds: HashSet<Word>,
    /// Names that are used outside the block that binds them.
    hoisted: HashSet<Word>,
    /// The names that are declared before a statement, since a block inside it binds them.
    before: HashMap<*const Stmt, Vec<Word>>,
}

/// A statement's place: the number of each block around it, and the statement in that block.
type Path = Vec<(usize, *const Stmt)>;

impl Names {
    /// Returns the names that a program binds.
    pub(super) fn of(program: &[Stmt]) -> Names {
        let mut walk = Walk::default();
        walk.block(program, &mut Path::new());
        let mut names = Names::default();
        let mut taken: HashSet<String> = TAKEN.iter().map(|word| word.to_string()).collect();
        // Names that need no change are assigned first.
        let (plain, other): (Vec<_>, Vec<_>) = walk
            .bound
            .iter()
            .partition(|bound| !taken.contains(&*bound.name) && identifier(&bound.name) == *bound.name);
        for Bound { name, kind, path, home } in plain.into_iter().chain(other) {
            names.identifiers.entry(name.clone()).or_insert_with(|| free(identifier(name), &mut taken));
            if *kind == Kind::Deferred {
                names.deferreds.insert(name.clone());
            }
            if *home < path.len() {
                names.hoisted.insert(name.clone());
                names.before.entry(path[*home - 1].1).or_default().push(name.clone());
            }
        }
        names
    }

    /// Returns the identifier of a name.
    pub(super) fn identifier(&self, name: &str) -> &str {
        self.identifiers.get(name).map_or("undefined", String::as_str)
    }

    /// Returns an expression for the promise or thenable of this name.
    pub(super) fn promise(&self, name: &str) -> String {
        let member = if self.deferreds.contains(name) { ".promise" } else { "" };
        format!("{}{member}", self.identifier(name))
    }

    /// Whether a name is declared in a block outside the block that binds it.
    pub(super) fn is_hoisted(&self, name: &str) -> bool {
        self.hoisted.contains(name)
    }

    /// Returns the names to declare before a statement.
    pub(super) fn before(&self, stmt: &Stmt) -> &[Word] {
        self.before.get(&std::ptr::from_ref(stmt)).map_or(&[], Vec::as_slice)
    }
}

/// A name and the place of its binding.
struct Bound {
    name: Word,
    kind: Kind,
    path: Path,
    /// The block that must declare it, counted from the outermost.
    home: usize,
}

/// The names bound so far, in the order of the text.
#[derive(Default)]
struct Walk {
    blocks: usize,
    bound: Vec<Bound>,
}

impl Walk {
    fn block(&mut self, block: &[Stmt], path: &mut Path) {
        let number = self.blocks;
        self.blocks += 1;
        for stmt in block {
            path.push((number, stmt));
            for operand in stmt.op.row().operands {
                let Some(name) = stmt.get(operand.field) else { continue };
                match operand.role {
                    Role::Binds(kind) => {
                        let (name, path, home) = (name.clone(), path.clone(), path.len());
                        self.bound.push(Bound { name, kind, path, home });
                    }
                    Role::Awaits(_) if AWAIT_WORDS.contains(&&**name) => {}
                    Role::Uses(_) | Role::Awaits(_) => self.used(name, path),
                    Role::Value | Role::Count | Role::OneOf(_) | Role::Text => {}
                }
            }
            for block in stmt.blocks() {
                self.block(block, path);
            }
            path.pop();
        }
    }

    fn used(&mut self, name: &Word, path: &Path) {
        if let Some(bound) = self.bound.iter_mut().find(|bound| bound.name == *name) {
            let shared = bound.path.iter().zip(path).take_while(|((a, _), (b, _))| a == b).count();
            bound.home = shared.clamp(1, bound.home);
        }
    }
}

/// Returns the name with characters replaced that are not allowed in identifiers.
fn identifier(name: &str) -> String {
    let mut text: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '$' { c } else { '_' }).collect();
    let settler = text.starts_with("resolve_") || text.starts_with("reject_");
    if settler || text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit()) {
        text.insert(0, '_');
    }
    text
}

/// Returns the identifier, or a similar one that is not used.
fn free(identifier: String, taken: &mut HashSet<String>) -> String {
    let mut text = identifier.clone();
    let mut number = 1;
    while !taken.insert(text.clone()) {
        text = if number == 1 { format!("{identifier}_") } else { format!("{identifier}_{number}") };
        number += 1;
    }
    text
}
