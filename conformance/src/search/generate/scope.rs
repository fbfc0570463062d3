//! The names that a program under construction has bound: their kinds, their owners, and the names that a
//! block exports when it ends.

use fastrand::Rng;

use crate::program::ast::Word;
use crate::program::table::{Kind, OWNED};
use crate::search::names::prefix;

/// A strand of the program under construction.
pub(super) type Strand = usize;

/// A bound name.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    /// The name.
    pub(super) name: Word,
    /// The kind of its entity.
    pub(super) kind: Kind,
    /// The strand that owns it (rule R3).
    pub(super) owner: Strand,
    /// The block that it belongs to.
    pub(super) block: usize,
    /// Whether it is settled (a deferred), adopted (a thenable), left (a guard) or dropped (a finalizer), which is allowed
    /// once; of an emitter, whether it is shared, so that it has all of its listeners.
    pub(super) spent: bool,
    /// Whether it is a promise that never rejects.
    pub(super) safe: bool,
    /// Whether it is a function or an emitter that may throw, an async generator that waits for a name, or a thenable that
    /// is resolved with a promise.
    pub(super) risky: bool,
    /// The names of its body, which become visible after an `await` of the name.
    pub(super) exports: Vec<Binding>,
}

impl Binding {
    fn stateful(&self) -> bool {
        OWNED.contains(&self.kind)
    }
}

/// The names that are visible at the end of the text so far.
#[derive(Debug)]
pub(super) struct Scope {
    visible: Vec<Binding>,
    /// The parent of each strand. `main` has the number 0 and is its own parent.
    parents: Vec<Strand>,
    /// The open blocks, outermost first.
    blocks: Vec<usize>,
    block_count: usize,
    names: usize,
}

impl Scope {
    /// Returns the scope at the start of `main`.
    pub(super) fn new() -> Scope {
        Scope { visible: Vec::new(), parents: vec![0], blocks: vec![0], block_count: 1, names: 0 }
    }

    /// Starts a strand inside another.
    pub(super) fn strand(&mut self, parent: Strand) -> Strand {
        self.parents.push(parent);
        self.parents.len() - 1
    }

    /// Returns a name that the program does not use yet.
    pub(super) fn fresh(&mut self, kind: Kind) -> Word {
        self.names += 1;
        format!("{}{}", prefix(kind), self.names).into()
    }

    /// Binds a name in the current block.
    pub(super) fn bind(&mut self, name: &Word, kind: Kind, owner: Strand) -> &mut Binding {
        let block = self.block();
        self.visible.push(Binding {
            name: name.clone(),
            kind,
            owner,
            block,
            spent: false,
            safe: false,
            risky: false,
            exports: Vec::new(),
        });
        let last = self.visible.len() - 1;
        &mut self.visible[last]
    }

    /// Returns the number of visible names, which is the index of the next binding.
    pub(super) fn len(&self) -> usize {
        self.visible.len()
    }

    /// Returns the current block.
    pub(super) fn block(&self) -> usize {
        self.blocks.last().copied().unwrap_or_default()
    }

    /// Opens a block, and returns where its bindings start.
    pub(super) fn open(&mut self) -> usize {
        self.blocks.push(self.block_count);
        self.block_count += 1;
        self.visible.len()
    }

    /// Closes a block and moves its bindings to the enclosing block.
    pub(super) fn close_and_export(&mut self, start: usize) {
        self.blocks.pop();
        let block = self.block();
        for binding in &mut self.visible[start..] {
            binding.block = block;
        }
    }

    /// Closes a block and returns its bindings.
    pub(super) fn close(&mut self, start: usize) -> Vec<Binding> {
        self.blocks.pop();
        self.visible.split_off(start)
    }

    /// Makes the names of an awaited strand's body visible, except those with an owner.
    pub(super) fn import(&mut self, index: usize) {
        let block = self.block();
        for mut binding in std::mem::take(&mut self.visible[index].exports) {
            if !binding.stateful() {
                binding.block = block;
                self.visible.push(binding);
            }
        }
    }

    /// Returns a random visible binding that qualifies.
    pub(super) fn pick(&self, rng: &mut Rng, qualifies: impl Fn(usize, &Binding) -> bool) -> Option<usize> {
        let found: Vec<usize> = (0..self.visible.len()).filter(|&i| qualifies(i, &self.visible[i])).collect();
        rng.choice(found)
    }

    /// Returns a random binding of these kinds.
    pub(super) fn pick_kind(&self, rng: &mut Rng, kinds: &[Kind]) -> Option<usize> {
        self.pick(rng, |_, binding| kinds.contains(&binding.kind))
    }

    /// Returns a random binding of these kinds that a strand owns or may take over from one of its ancestors (rule R3). The
    /// strand owns it from then on.
    pub(super) fn take_owned(&mut self, rng: &mut Rng, kinds: &[Kind], strand: Strand) -> Option<usize> {
        let index =
            self.pick(rng, |_, binding| kinds.contains(&binding.kind) && self.descends(strand, binding.owner))?;
        self.visible[index].owner = strand;
        Some(index)
    }

    /// Whether a strand is another strand or was started inside it.
    fn descends(&self, mut strand: Strand, ancestor: Strand) -> bool {
        while strand != ancestor {
            if strand == 0 {
                return false;
            }
            strand = self.parents[strand];
        }
        true
    }

    /// Returns the binding at an index that `pick` returned.
    pub(super) fn at(&self, index: usize) -> &Binding {
        &self.visible[index]
    }

    /// Returns the binding at an index for changes.
    pub(super) fn at_mut(&mut self, index: usize) -> &mut Binding {
        &mut self.visible[index]
    }
}
