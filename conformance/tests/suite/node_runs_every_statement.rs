//! Every statement of the language runs on the installed Node, through each API that can express it.

use std::collections::BTreeSet;

use conformance::program::ast::{Case, Stmt};
use conformance::program::expected::Expected;
use conformance::program::parse::parse;
use conformance::program::profile::Api;
use conformance::program::table::{Op, TABLE};
use conformance::targets::js::javascript;
use conformance::targets::runtime::{Form, Kind, Runtime, RuntimeTarget};
use conformance::targets::{Run, Target, attempt};

fn cases() -> Vec<Case> {
    let (file, diagnostics) = parse(include_str!("../programs/every_statement.kdl"));
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    file.cases
}

fn node(api: Api) -> Option<RuntimeTarget> {
    let node = Runtime::at("node", Kind::Node, "node", &[]).inspect_err(|missing| eprintln!("not run: {missing}")).ok();
    Some(node?.target(if api == Api::Als { Form::Als } else { Form::AcAls }))
}

#[test]
fn the_programs_have_every_statement() {
    fn collect(block: &[Stmt], ops: &mut BTreeSet<Op>) {
        for stmt in block {
            ops.insert(stmt.op);
            stmt.blocks().for_each(|block| collect(block, ops));
        }
    }
    let mut ops = BTreeSet::new();
    cases().iter().for_each(|case| collect(&case.program, &mut ops));
    let missing: Vec<_> = TABLE.iter().filter(|row| !ops.contains(&row.op)).map(|row| row.word).collect();
    assert_eq!(missing, ["hide"], "nothing in JavaScript hides a variable");
}

#[test]
fn programs_run_as_stated_through_both_apis() {
    let cases = cases();
    let mut ran = BTreeSet::new();
    for api in [Api::Als, Api::Ac] {
        let Some(node) = node(api) else { return };
        let mut reported = BTreeSet::new();
        attempt(&node, &cases.iter().collect::<Vec<_>>(), &mut |i, run| {
            let case = &cases[i];
            assert!(reported.insert(i), "{} was reported twice", case.id);
            match run {
                Run::Outcome(outcome) => {
                    let base = case.stated().unwrap();
                    let Expected::Outcome(expected) = case.expected(&base, node.profile(), Some(api)) else { panic!() };
                    assert!(outcome.agrees_with(&expected), "{} on {}: {outcome}", case.id, node.describe());
                    ran.insert(i);
                }
                Run::Unsupported(why) => eprintln!("not run: {} on {}: {why}", case.id, node.describe()),
                Run::Failed(why) => panic!("{} on {}: {why}", case.id, node.describe()),
            }
        });
        assert_eq!(reported.len(), cases.len());
    }
    // Only guards may be missing through both APIs.
    assert!(ran.len() >= cases.len() - 1);
}

#[test]
fn the_text_reads_as_if_written_by_hand() {
    let case = cases().into_iter().find(|case| &*case.id == "promises").unwrap();
    let text = javascript(&case, Api::Ac);
    let start = "\
const log = strand(\"main\");
const v = new AsyncContext.Variable();
let d, e, z, h, i;
v.run(\"a\", () => {
  d = deferred();
  e = deferred();
  z = deferred();
  h = {
    then(resolve, reject) {
      const log = strand(\"h\");
      log(v.get());
      const ht = timer(() => {
        resolve();
      });
    },
  };
";
    assert!(text.starts_with(start), "{text}");
    let reaction = "
  r = e.promise.catch((error) => {
    const log = strand(\"r\");
    log(v.get());
    log(error);
  });
";
    assert!(text.contains(reaction), "{text}");
}

#[test]
fn names_avoid_those_of_javascript_and_stay_distinct() {
    let case = cases().into_iter().find(|case| &*case.id == "awkward-names").unwrap();
    let text = javascript(&case, Api::Als);
    for line in [
        "const default_ = new AsyncLocalStorage();",
        "const my_var_ = new AsyncLocalStorage();",
        "const my_var = new AsyncLocalStorage();",
        "const _1st = new AsyncLocalStorage();",
        "const __proto__ = new AsyncLocalStorage();",
        "const deferred_ = deferred();",
    ] {
        assert!(text.contains(line), "no `{line}` in:\n{text}");
    }
}
