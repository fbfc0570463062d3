//! Shrinking: reduces a program that deviates to a small one that deviates in the same way.
//!
//! Each round generates every candidate that is one step smaller, and lets the caller check all of them
//! together. It continues with the smallest candidate that passed, and ends when none passed.

use std::collections::{BTreeMap, BTreeSet};

use super::names::prefix;
use crate::program::ast::{Block, Spanned, Stmt, Word};
use crate::program::print;
use crate::program::table::{AWAIT_WORDS, Field, Form, Op, Role};

/// The number of statements up to which two changes at once are tried.
const SMALL: usize = 12;

/// Shrinks a program. `keep` receives all candidates of a round, and returns which of them are well-formed and
/// deterministic and deviate in the same class. If no single step passes, two steps are tried. At the end names and
/// values are shortened, if that passes.
pub fn shrink(program: Block, keep: &mut dyn FnMut(&[Block]) -> Vec<bool>) -> Block {
    let mut program = program;
    loop {
        let single = candidates(&program);
        if let Some(smaller) = smallest(single.clone(), keep) {
            program = smaller;
            continue;
        }
        if statements(&program) > SMALL {
            break;
        }
        let pairs = single.iter().flat_map(|candidate| candidates(candidate)).collect();
        let Some(smaller) = smallest(pairs, keep) else { break };
        program = smaller;
    }
    let renamed = rename(&program);
    if keep(std::slice::from_ref(&renamed)) == [true] { renamed } else { program }
}

/// Returns the smallest candidate that passes.
fn smallest(mut candidates: Vec<Block>, keep: &mut dyn FnMut(&[Block]) -> Vec<bool>) -> Option<Block> {
    candidates.sort_by_cached_key(|candidate| (weight(candidate), print::block(candidate)));
    candidates.dedup_by_key(|candidate| print::block(candidate));
    let index = keep(&candidates).iter().position(|kept| *kept)?;
    Some(candidates.swap_remove(index))
}

/// Returns the number of statements of a program.
pub(super) fn statements(block: &[Stmt]) -> usize {
    block.iter().map(|stmt| 1 + stmt.blocks().map(|block| statements(block)).sum::<usize>()).sum()
}

/// Returns the size of a program: statements, then nesting, then operands, then waits.
fn weight(block: &[Stmt]) -> (usize, usize, usize, usize) {
    fn nested(block: &[Stmt]) -> usize {
        block.iter().flat_map(Stmt::blocks).map(|block| 1 + statements(block) + nested(block)).sum()
    }
    fn operands(block: &[Stmt]) -> usize {
        block.iter().map(|stmt| stmt.operands.len() + stmt.blocks().map(|block| operands(block)).sum::<usize>()).sum()
    }
    let mut asynchronous = 0;
    visit(block, &mut |stmt| asynchronous += usize::from(matches!(stmt.op, Op::RunAsync | Op::InAsync)));
    (statements(block), nested(block), operands(block), asynchronous)
}

/// Returns all programs that are one step smaller.
fn candidates(program: &[Stmt]) -> Vec<Block> {
    let mut found = Vec::new();
    for index in 0..statements(program) {
        for step in 0.. {
            let mut position = index;
            let mut candidate = program.to_vec();
            match change(&mut candidate, &mut position, step) {
                Some(true) => {
                    drop_dangling(&mut candidate);
                    found.push(candidate);
                }
                Some(false) => {}
                None => break,
            }
        }
    }
    found
}

/// Applies the change number `step` to the statement at `position`, in the order of the text. Returns none if there is
/// no such change, and false if it does not apply to the statement.
fn change(block: &mut Block, position: &mut usize, step: usize) -> Option<bool> {
    for i in 0..block.len() {
        if *position == 0 {
            return change_here(block, i, step);
        }
        *position -= 1;
        let stmt = &mut block[i];
        for inner in [&mut stmt.body, &mut stmt.catch, &mut stmt.finally].into_iter().flatten() {
            let size = statements(inner);
            if *position < size {
                return change(inner, position, step);
            }
            *position -= size;
        }
    }
    None
}

fn change_here(block: &mut Block, i: usize, step: usize) -> Option<bool> {
    let stmt = &mut block[i];
    let done = match step {
        0 => {
            block.remove(i);
            true
        }
        // Replace the statement with the contents of one of its blocks.
        1..=3 => match [&mut stmt.body, &mut stmt.catch, &mut stmt.finally][step - 1].take() {
            Some(contents) => {
                block.splice(i..=i, contents);
                true
            }
            None => false,
        },
        4 => stmt.finally.is_some() && stmt.catch.take().is_some(),
        5 => stmt.catch.is_some() && stmt.finally.take().is_some(),
        6 => match stmt.op {
            Op::RunAsync => {
                stmt.op = Op::Run;
                true
            }
            Op::InAsync => {
                stmt.op = Op::In;
                true
            }
            _ => false,
        },
        _ => {
            let optional = |field: &Field| {
                let operand = stmt.op.row().operands.iter().find(|operand| operand.field == *field);
                operand.is_some_and(|operand| operand.form != Form::Required)
            };
            let fields: Vec<Field> = stmt.operands.iter().map(|(field, _)| *field).filter(optional).collect();
            let field = *fields.get(step - 7)?;
            stmt.operands.retain(|(other, _)| *other != field);
            true
        }
    };
    Some(done)
}

/// Whether a field of a statement contains a name that is bound elsewhere.
fn is_use(stmt: &Stmt, field: Field) -> bool {
    let operand = stmt.op.row().operands.iter().find(|operand| operand.field == field);
    operand.is_some_and(|operand| matches!(operand.role, Role::Uses(_) | Role::Awaits(_)))
}

/// Removes every statement that uses a name which is no longer bound.
fn drop_dangling(program: &mut Block) {
    loop {
        let mut bound = BTreeSet::new();
        visit(program, &mut |stmt| bound.extend(stmt.name().cloned()));
        if !retain(program, &bound) {
            return;
        }
    }
}

/// Keeps the statements that use bound names only. Returns whether any was removed.
fn retain(block: &mut Block, bound: &BTreeSet<Word>) -> bool {
    let before = block.len();
    block.retain(|stmt| {
        stmt.operands.iter().all(|(field, operand)| {
            !is_use(stmt, *field) || bound.contains(&operand.text) || is_word(stmt.op, &operand.text)
        })
    });
    let mut went = block.len() < before;
    for stmt in block {
        for inner in [&mut stmt.body, &mut stmt.catch, &mut stmt.finally].into_iter().flatten() {
            went |= retain(inner, bound);
        }
    }
    went
}

/// Whether the word is an operand of `await` that need not be bound.
fn is_word(op: Op, text: &str) -> bool {
    op == Op::Await && AWAIT_WORDS.contains(&text)
}

fn visit(block: &[Stmt], see: &mut dyn FnMut(&Stmt)) {
    for stmt in block {
        see(stmt);
        stmt.blocks().for_each(|block| visit(block, see));
    }
}

/// Shortens names and values, in the order of the text.
fn rename(program: &[Stmt]) -> Block {
    let mut kinds: BTreeMap<&'static str, usize> = BTreeMap::new();
    visit(program, &mut |stmt| {
        if let Some(letter) = letter(stmt.op) {
            *kinds.entry(letter).or_default() += usize::from(stmt.name().is_some());
        }
    });
    let mut counted: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut names: BTreeMap<Word, Word> = BTreeMap::new();
    let mut values: BTreeMap<Word, Word> = BTreeMap::new();
    visit(program, &mut |stmt| {
        if let (Some(name), Some(letter)) = (stmt.name(), letter(stmt.op)) {
            let count = counted.entry(letter).or_default();
            *count += 1;
            let short = if kinds[letter] == 1 { letter.to_owned() } else { format!("{letter}{count}") };
            names.insert(name.clone(), short.into());
        }
        for field in [Field::Value, Field::Default] {
            if let Some(value) = stmt.get(field).filter(|value| &***value != "none") {
                let next = values.len();
                values.entry(value.clone()).or_insert_with(|| short_value(next));
            }
        }
    });
    let mut renamed = program.to_vec();
    apply(&mut renamed, &names, &values);
    renamed
}

fn apply(block: &mut Block, names: &BTreeMap<Word, Word>, values: &BTreeMap<Word, Word>) {
    for stmt in block {
        let op = stmt.op;
        for (field, Spanned { text, .. }) in &mut stmt.operands {
            let renamed = match field {
                Field::Value | Field::Default => values.get(text),
                Field::Label | Field::As => None,
                _ if is_word(op, text) => None,
                _ => names.get(text),
            };
            if let Some(renamed) = renamed {
                *text = renamed.clone();
            }
        }
        for inner in [&mut stmt.body, &mut stmt.catch, &mut stmt.finally].into_iter().flatten() {
            apply(inner, names, values);
        }
    }
}

/// Returns the letter for the names that a statement binds.
fn letter(op: Op) -> Option<&'static str> {
    op.row().operands.iter().find_map(|operand| match operand.role {
        Role::Binds(kind) => Some(prefix(kind)),
        _ => None,
    })
}

/// Returns `a` to `z`, then `x26`, `x27` and so on.
fn short_value(index: usize) -> Word {
    match u8::try_from(index) {
        Ok(small) if small < 26 => char::from(b'a' + small).to_string().into(),
        _ => format!("x{index}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Features, program};

    #[test]
    fn a_program_shrinks_to_what_its_failure_needs() {
        let resumes = |block: &Block| {
            let mut found = false;
            visit(block, &mut |stmt| found |= stmt.op == Op::ThrowIn);
            found
        };
        let mut shrunk = 0;
        for n in (0..200).filter(|n| resumes(&program(1, *n, &Features::ALL))).take(10) {
            let small =
                shrink(program(1, n, &Features::ALL), &mut |candidates| candidates.iter().map(resumes).collect());
            // The number of results is kept.
            let text = (2..=9)
                .fold(print::block(&small), |text, n| text.replace(&format!("iterator i {n} "), "iterator i 1 "));
            let expected = [
                "generator g {}\nthrow-in g a\n",
                "async-generator ag {}\nthrow-in ag a\n",
                "iterator i 1 {}\nthrow-in i a\n",
            ];
            assert!(expected.contains(&&*text), "{text}");
            shrunk += 1;
        }
        assert_eq!(shrunk, 10);
    }

    #[test]
    fn a_program_without_a_passing_candidate_is_unchanged() {
        let whole = program(1, 0, &Features::ALL);
        let same = shrink(whole.clone(), &mut |candidates| vec![false; candidates.len()]);
        assert_eq!(print::block(&same), print::block(&whole));
    }
}
