//! The list of mutations as a table for readers: `js/MUTATIONS.md`.

use crate::list::{Mutation, Tried};

const HEAD: &str = "\
# Mutations

Ways to break an implementation of the draft, one step at a time, and the files of this folder that \
notice. This file is written by `cargo run -p asynccontext-engine-mutations -- --table` from `mutations.kdl`, which also has the edits.

*Boa* are mutations of this project's own engine: `cargo run -p asynccontext-engine-mutations` \
makes all edits in one copy of the sources, each behind a switch, and runs the files \
of each. Every file of such a row notices. *engine262* are steps that no line of ours does. They were \
tried on an interpreter of ECMA-262 (engine262, npm version \
0.0.1-d553e7b52501fbc47eae981c8d0fa7a5c26d0171, Node 20) in which the draft's steps had been put in, \
each with a switch. Without a mutation all files pass there, and here those that Boa can run.

To use the list for another engine, make the change that a row names and run the files behind it: at \
least those must fail.
";

const UNSEEN: &str = "
## Not noticed

These swaps are right, but no file here can see them (see also [spec/defects.md](../../spec/defects.md)).

| mutation | clause | what is broken | why |
|---|---|---|---|
";

/// The whole file.
pub(crate) fn markdown(list: &[Mutation]) -> String {
    let count = |wanted: fn(&Tried) -> bool| list.iter().filter(|mutation| wanted(&mutation.tried)).count();
    let here = count(|tried| matches!(tried, Tried::Here { .. }));
    let elsewhere = count(|tried| matches!(tried, Tried::Elsewhere { .. }));
    let mut text = HEAD.to_owned();
    text.push_str(&format!("\n{here} on Boa and {elsewhere} on engine262 are noticed.\n\n"));
    text.push_str("| mutation | clause | step | what is broken | tried on | noticed by |\n|---|---|---|---|---|---|\n");
    let mut unseen = String::new();
    for mutation in list {
        let clause = mutation.clause.as_ref().map_or_else(String::new, |clause| format!("`{clause}`"));
        let Mutation { name, step, breaks, .. } = mutation;
        let (on, noticed) = match &mutation.tried {
            Tried::Here { noticed, .. } => ("Boa", noticed),
            Tried::Elsewhere { noticed } => ("engine262", noticed),
            Tried::Unseen { reason } => {
                unseen.push_str(&format!("| `{name}` | {clause} | {breaks} | {reason} |\n"));
                continue;
            }
        };
        let files: Vec<_> = noticed.iter().map(|file| format!("`{file}`")).collect();
        text.push_str(&format!("| `{name}` | {clause} | {step} | {breaks} | {on} | {} |\n", files.join(", ")));
    }
    if !unseen.is_empty() {
        text.push_str(UNSEEN);
        text.push_str(&unseen);
    }
    text
}
