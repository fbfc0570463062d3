use super::*;
use crate::program::table::{Field, Op};

const SAMPLE: &str = r##"
// a comment /* that does not open another
litmus 1

case generator-creation {
    title "A generator's body keeps the mapping of the call that made it"
    clause sec-generatorstart sec-generatorresume
    clause sec-agents
    tags generator; tags two
    contested "https://example.org/18" "init or call time"
    note #"raw "quotes""#
    note """
        two
        lines
        """
    x-owner me { anything #true 1.5 }
    program {
        var v default=0x10 name="the variable"
        run v (init) /* no */ { } // broken on purpose: replaced below
        /-run v gone { nonsense }
        try { throw -5 }
        catch { caught as=what }; finally { log "two words" }
        deferred d; then d q /-{ get v }
        then d \
            r { get v }
    }
    expect { main (what)-5 "two words"; r none }
    expect js node-acf:als { r n1 }
    expect bun unsupported="why"
}
"##;

fn sample() -> String {
    SAMPLE.replace(
        "run v (init) /* no */ { } // broken on purpose: replaced below",
        "run v /* no /* nested */ */ init { }",
    )
}

#[test]
fn all_parts_of_a_case_are_parsed() {
    let source = sample();
    let (file, diagnostics) = parse(&source);
    assert_eq!(diagnostics, []);
    let case = &file.cases[0];
    assert_eq!(case.clauses.len(), 3);
    assert_eq!(case.tags, ["generator".into(), "two".into()]);
    assert_eq!(case.notes, ["raw \"quotes\"", "two\nlines"]);
    assert_eq!(case.contested, [("https://example.org/18".into(), "init or call time".into())]);
    let ops: Vec<_> = case.program.iter().map(|stmt| stmt.op).collect();
    assert_eq!(ops, [Op::Var, Op::Run, Op::Try, Op::Deferred, Op::Then, Op::Then]);
    assert_eq!(case.program[0].word(Field::Default).as_ref(), "16");
    assert_eq!(case.program[0].word(Field::Label).as_ref(), "the variable");
    assert_eq!(case.program[1].body.as_deref(), Some(&[][..]));
    assert!(case.program[2].catch.is_some() && case.program[2].finally.is_some());
    assert_eq!(case.program[4].body, None);
    let text = |stmt: usize| &source[case.program[stmt].span.clone()];
    assert_eq!(text(3), "deferred d");
    assert!(text(2).starts_with("try {") && text(2).ends_with("\"two words\" }"));
    assert_eq!(case.expects[0].strands[0].1[0].label.as_deref(), Some("what"));
    assert_eq!(case.expects[0].strands[0].1[1].value.as_ref(), "two words");
    let profiles: Vec<_> = case.expects[1].profiles.iter().map(ToString::to_string).collect();
    assert_eq!(profiles, ["js", "node-acf:als"]);
    assert_eq!(case.expects[2].unsupported.as_deref(), Some("why"));
}

#[test]
fn a_file_of_a_newer_version_keeps_its_metadata() {
    let (file, diagnostics) = parse("litmus 2\ncase c { title T; program { teleport x }; expect moon { main 1 } }");
    assert_eq!((file.version, diagnostics.len()), (2, 0));
    assert_eq!((file.cases[0].version, file.cases[0].title.as_str()), (2, "T"));
}

#[test]
fn experiments_are_parsed_separately() {
    let (file, diagnostics) = parse("litmus 1; case c { program { x-race a { get q }; task t { x-b; x-race } } }");
    assert_eq!(diagnostics, []);
    assert_eq!(file.cases[0].experiments, ["x-race".into(), "x-b".into()]);
}

#[test]
fn a_broken_case_does_not_hide_the_others() {
    let source = "litmus 1
        case a { program { rnu v a { } ; log } }
        case b { program {
        case c { program { log \"open } }
        case d { program { log x } }";
    let (file, diagnostics) = parse(source);
    assert_eq!(file.cases.len(), 1, "{diagnostics:?}");
    assert_eq!(file.cases[0].id.as_ref(), "d");
    let places: Vec<_> = diagnostics.iter().map(|mistake| &source[mistake.span.clone()]).collect();
    assert_eq!(places, ["rnu", "log", "{", "{", "\""]);
}

/// Asserts that a file has one error, with its place and a part of its message.
fn file(source: &str, place: &str, message: &str) {
    let (_, found) = parse(source);
    assert_eq!(found.len(), 1, "{source}: {found:?}");
    assert_eq!(&source[found[0].span.clone()], place, "{source}: {found:?}");
    assert!(found[0].to_string().contains(message), "{source}: {found:?}");
}

#[test]
fn errors_in_a_file() {
    file("", "", "start the file with `litmus 1`");
    file("case c { program {} }", "case", "does not start with the version");
    file("litmus one\ncase c { program {} }", "litmus one", "positive integer");
    file("litmus 1\nlitmus 1", "litmus 1", "already declared");
    file("litmus 1\ncsae c { program {} }\nmore\n", "csae", "did you mean `case`?");
    file("litmus 1\ncase { program {} }", "case", "expected `case` and its id");
    file("litmus 1\ncase a { program {} }\ncase a { program {} }", "a", "already used");
    file("litmus 1\ncase a { program {} }}", "}", "unmatched `}`");
    file("litmus 1\ncase a { program {}", "{", "never closed");
    file("litmus 1\ncase a { program {} } case b { program {} }", "case", "put a `;` before `case`");
    file("litmus 1\n/* case a {", "/*", "this comment is never closed");
    file("litmus 1\ncase a { program {} }\u{0}", "\u{0}", "U+0000");
}

#[test]
fn errors_in_a_case() {
    let case = |case: &str, place: &str, message: &str| file(&format!("litmus 1\ncase c {{ {case} }}"), place, message);
    case("title T", "case", "add `program { … }`");
    case("program {}; program {}", "program", "already has a program");
    case("program {}; title A; title B", "title B", "already has a title");
    case("program {}; clauses sec-agents", "clauses", "did you mean `clause`?");
    case("program {}; title two words", "title two words", "one sentence in quotes");
    case("program {}; contested url", "contested url", "what is disputed");
    case("program {}; tags a=b", "a", "`tags` has no property `a`");
    case("program {}; expect nodejs { main }", "nodejs", "there is no profile `nodejs`");
    case("program {}; expect dneo:als { main }", "dneo:als", "did you mean `deno`?");
    case("program {}; expect bun unsuported=why { main }", "unsuported", "did you mean `unsupported`?");
    case("program {}; expect", "expect", "expected strands");
    case("program {}; expect { main a=b }", "a", "`(label)value`");
    case("program {}; expect { main #true }", "#true", "found a boolean");
    case("program {}; expect { main { a } }", "main", "has values and no body");
}

#[test]
fn errors_in_a_statement() {
    let stmt = |stmt: &str, place: &str, message: &str| {
        file(&format!("litmus 1\ncase c {{ program {{ {stmt} }} }}"), place, message);
    };
    stmt("defered d", "defered", "did you mean `deferred`?");
    stmt("var v deflaut=a", "deflaut", "did you mean `default`?");
    stmt("var v default=a default=b", "default", "given twice");
    stmt("var v w", "w", "write `var name [default=default] [name=label]`");
    stmt("run v { }", "run", "`run` needs its value");
    stmt("run v a", "run", "needs a body");
    stmt("get v { }", "get", "`get` has no body");
    stmt("get 5", "5", "expected a name, found an integer");
    stmt("log #null", "#null", "found `#null`");
    stmt("log 1.5", "1.5", "not an integer");
    stmt("log true", "true", "is not a bare word");
    stmt("log 0x", "0x", "neither an integer nor a bare word");
    stmt("log #tru", "#tru", "is not a keyword");
    stmt(r#"log "a\q""#, r#""a\q""#, "escapes are");
    stmt(r#"log """a""""#, r#"""""#, "a new line must follow");
    stmt("log a\"b\"", "", "expected a space");
    stmt("log x lable=b", "lable", "`log` has no property `lable=`");
    stmt("log (x)a", "x", "statements have `as=`");
    stmt("log (x a", "a", "expected `)`, found `a`");
    stmt("log a,[b", "[", "put the word in quotes");
    stmt("log = a", "=", "expected a value, found `=`");
    stmt("{ log a }", "{", "expected a word, found `{`");
    stmt("catch { }", "catch", "does not follow a `try`");
    stmt("try { }; log x; finally { }", "finally", "does not follow a `try`");
    stmt("try { }; finally { }; catch { }", "catch", "after the `finally`");
    stmt("try { }; catch { }; catch { }", "catch", "already has a `catch`");
    stmt("try { }; catch", "catch", "needs a body");
    stmt("(x)get v", "x", "before a statement");
    stmt("/-", "}", "expected a node after `/-`");
}
