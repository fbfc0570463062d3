//! The tree of a litmus file: cases, statements, stated outcomes.

use super::outcome::Observation;
use super::profile::Selector;
use super::table::{Field, Op};
pub use super::word::{Span, Spanned, Word};

/// A sequence of statements.
pub type Block = Vec<Stmt>;

/// A litmus file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The version of the language that it declares. If that is higher than
    /// [`VERSION`](super::VERSION), its cases are unsupported: they hold their metadata only.
    pub version: u32,
    /// The cases that could be read whole, in the order of the text.
    pub cases: Vec<Case>,
}

/// A statement: an operation, its operands by field, its bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stmt {
    /// What it does.
    pub op: Op,
    /// Its place, from its word to the end of its line or of its last body.
    pub span: Span,
    /// Its operands, in the order of the table's row.
    pub operands: Vec<(Field, Spanned)>,
    /// Its body, if it has one.
    pub body: Option<Block>,
    /// The catch body of a `try`.
    pub catch: Option<Block>,
    /// The finally body of a `try`.
    pub finally: Option<Block>,
}

impl Stmt {
    /// The word in a field, if it is there.
    pub fn get(&self, field: Field) -> Option<&Word> {
        self.operand(field).map(|operand| &operand.text)
    }

    /// The operand in a field, with its place, if it is there.
    pub fn operand(&self, field: Field) -> Option<&Spanned> {
        self.operands.iter().find(|(f, _)| *f == field).map(|(_, operand)| operand)
    }

    /// The word in a field that the statement's row requires.
    ///
    /// # Panics
    ///
    /// Panics when the field is absent. The parser refuses a statement without its required
    /// operands, so this is a mistake in the caller's choice of field.
    pub fn word(&self, field: Field) -> &Word {
        self.get(field).unwrap_or_else(|| panic!("`{}` has no operand `{}`", self.op.word(), field.key()))
    }

    /// The name it binds, if it binds one.
    pub fn name(&self) -> Option<&Word> {
        self.get(Field::Name)
    }

    /// How often its body runs, if it says so.
    pub fn count(&self) -> Option<u32> {
        self.get(Field::Count)?.parse().ok()
    }

    /// Its body; empty where there is none.
    pub fn body(&self) -> &[Stmt] {
        self.body.as_deref().unwrap_or_default()
    }

    /// Its blocks in the order of the text: body, catch, finally.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        [&self.body, &self.catch, &self.finally].into_iter().flatten()
    }
}

/// A case: a program and what each of its strands must see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its id, unique in a run.
    pub id: Word,
    /// The rule, in one sentence.
    pub title: String,
    /// The draft's clauses it is about, by anchor.
    pub clauses: Vec<Spanned>,
    /// Free words for reports and selections.
    pub tags: Vec<Word>,
    /// Where the outcome is disputed, and what is disputed.
    pub contested: Vec<(String, String)>,
    /// What a reader needs to know.
    pub notes: Vec<String>,
    /// The body of the strand `main`.
    pub program: Block,
    /// The stated outcomes.
    pub expects: Vec<Expect>,
    /// Experimental statements (`x-…`) in it: no target here runs them.
    pub experiments: Vec<Word>,
    /// The version of the language that its file declares.
    pub version: u32,
    /// Its place.
    pub span: Span,
}

impl Case {
    /// A case that states nothing yet but its program.
    pub fn new(id: Word, version: u32, program: Block, span: Span) -> Case {
        Case {
            id,
            title: String::new(),
            clauses: Vec::new(),
            tags: Vec::new(),
            contested: Vec::new(),
            notes: Vec::new(),
            program,
            expects: Vec::new(),
            experiments: Vec::new(),
            version,
            span,
        }
    }

    /// The same case with every place empty, to compare cases that were read from different texts.
    pub fn without_places(&self) -> Case {
        let mut case = self.clone();
        case.span = 0..0;
        case.clauses.iter_mut().for_each(|clause| clause.span = 0..0);
        forget_places(&mut case.program);
        for expect in &mut case.expects {
            expect.span = 0..0;
            expect.places.fill(0..0);
        }
        case
    }
}

fn forget_places(block: &mut Block) {
    for stmt in block {
        stmt.span = 0..0;
        stmt.operands.iter_mut().for_each(|(_, operand)| operand.span = 0..0);
        [&mut stmt.body, &mut stmt.catch, &mut stmt.finally].into_iter().flatten().for_each(forget_places);
    }
}

/// A stated outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    /// For whom; empty for the draft and so for everybody.
    pub profiles: Vec<Selector>,
    /// What strands observe: all of them in the base, those that differ otherwise.
    pub strands: Vec<(Word, Vec<Observation>)>,
    /// The places of `strands`, in the same order.
    pub places: Vec<Span>,
    /// Why these profiles can't run the case.
    pub unsupported: Option<String>,
    /// Why the outcome under these profiles depends on the schedule.
    pub unstable: Option<String>,
    /// Its place.
    pub span: Span,
}

impl Expect {
    /// One that states nothing yet.
    pub(super) fn at(span: Span) -> Expect {
        Expect {
            profiles: Vec::new(),
            strands: Vec::new(),
            places: Vec::new(),
            unsupported: None,
            unstable: None,
            span,
        }
    }
}
