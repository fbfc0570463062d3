//! The tree of a litmus file: cases, statements, stated outcomes.

use super::outcome::{Observation, Outcome};
use super::profile::Selector;
use super::reading::Reading;
use super::table::{Field, HostKind, Op, Role};
pub use super::word::{Span, Spanned, Word};

/// A sequence of statements.
pub type Block = Vec<Stmt>;

/// A litmus file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The version of the language that it declares. If that is higher than [`VERSION`](super::VERSION), its cases are
    /// not supported, and contain their metadata only.
    pub version: u32,
    /// The cases that could be read without an error, in the order of the text.
    pub cases: Vec<Case>,
}

/// A statement: an operation, its operands by field, its bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stmt {
    /// The operation.
    pub op: Op,
    /// Its place, from its keyword to the end of its line or of its last body.
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
    /// Returns the word in a field, if it is present.
    pub fn get(&self, field: Field) -> Option<&Word> {
        self.operand(field).map(|operand| &operand.text)
    }

    /// Returns the operand in a field, with its place, if it is present.
    pub fn operand(&self, field: Field) -> Option<&Spanned> {
        self.operands.iter().find(|(f, _)| *f == field).map(|(_, operand)| operand)
    }

    /// Returns the word in a field that the statement's row requires.
    ///
    /// # Panics
    ///
    /// Panics if the field is absent. The parser rejects statements without their required operands, so a panic means
    /// that the caller chose a wrong field.
    pub fn word(&self, field: Field) -> &Word {
        self.get(field).unwrap_or_else(|| panic!("`{}` has no operand `{}`", self.op.word(), field.key()))
    }

    /// Returns the name that the statement binds, if it binds one.
    pub fn name(&self) -> Option<&Word> {
        self.get(Field::Name)
    }

    /// Returns the number of times that its body runs, if it has such an operand.
    pub fn count(&self) -> Option<u32> {
        self.get(Field::Count)?.parse().ok()
    }

    /// Returns the kind of its channel or operation, if it makes one; none for an unknown kind.
    pub fn kind(&self) -> Option<HostKind> {
        let kinds = self.op.row().operands.iter().find_map(|operand| match operand.role {
            Role::OneOf(kinds) => Some(kinds),
            _ => None,
        })?;
        match self.get(Field::Kind) {
            None => kinds.first().copied(),
            Some(word) => kinds.iter().copied().find(|kind| kind.word() == &**word),
        }
    }

    /// Returns its body, which is empty if it has none.
    pub fn body(&self) -> &[Stmt] {
        self.body.as_deref().unwrap_or_default()
    }

    /// Returns its blocks in the order of the text: body, catch, finally.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        [&self.body, &self.catch, &self.finally].into_iter().flatten()
    }
}

/// A case: a program, and the observations that each of its strands must make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its id, unique in a run.
    pub id: Word,
    /// The rule, in one sentence.
    pub title: String,
    /// The anchors of the draft's clauses that it tests.
    pub clauses: Vec<Spanned>,
    /// Tags for reports and selections.
    pub tags: Vec<Word>,
    /// Addresses of disputes about the outcome, each with its subject.
    pub contested: Vec<(String, String)>,
    /// Notes for readers.
    pub notes: Vec<String>,
    /// The body of the strand `main`.
    pub program: Block,
    /// The stated outcomes.
    pub expects: Vec<Expect>,
    /// Its experimental statements (`x-…`), which no target runs.
    pub experiments: Vec<Word>,
    /// The version of the language that its file declares.
    pub version: u32,
    /// Its place.
    pub span: Span,
}

impl Case {
    /// Returns a case with a program and no metadata.
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

    /// Returns the case without places, so that cases from different texts can be compared.
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
    /// The profiles that it is for. An empty list means the draft, and therefore all.
    pub profiles: Vec<Selector>,
    /// The observations by strand: of all strands if `profiles` is empty, otherwise of those that differ.
    pub strands: Vec<(Word, Vec<Observation>)>,
    /// The places of `strands`, in the same order.
    pub places: Vec<Span>,
    /// The reading that it is for; none for the draft.
    pub reading: Option<Reading>,
    /// The reason why these profiles do not support the case.
    pub unsupported: Option<String>,
    /// The reason why the outcome depends on the schedule under these profiles.
    pub unstable: Option<String>,
    /// Its place.
    pub span: Span,
}

impl Expect {
    /// Returns an outcome of the draft as a statement of it.
    pub fn of(outcome: &Outcome) -> Expect {
        let strands: Vec<_> = outcome.strands.iter().map(|(strand, seen)| (strand.clone(), seen.clone())).collect();
        Expect { places: vec![0..0; strands.len()], strands, ..Expect::at(0..0) }
    }

    /// Returns an empty outcome at a place.
    pub(super) fn at(span: Span) -> Expect {
        Expect {
            profiles: Vec::new(),
            strands: Vec::new(),
            places: Vec::new(),
            reading: None,
            unsupported: None,
            unstable: None,
            span,
        }
    }
}
