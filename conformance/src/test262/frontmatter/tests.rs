use super::*;

fn read(yaml: &str) -> Frontmatter {
    Frontmatter::read(&format!("// a license\n/*---\n{yaml}\n---*/\nassert(true);\n"))
        .unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

#[track_caller]
fn rejected(text: &str, place: (usize, usize), part: &str) {
    let error = Frontmatter::read(text).unwrap_err();
    assert!(error.message.contains(part), "{error}");
    assert_eq!((error.line, error.column), place, "{error}");
}

#[test]
fn every_key_of_a_runner_is_parsed() {
    let read = read(
        "esid: sec-x\ndescription: >\n  two\n  lines: with a colon\ninfo: |\n  1. If x, then\n    a. [y]\n\
         includes: [a.js, 'b.js']\nflags:\n  - async\n  - noStrict\nfeatures: [\n  One,\n  Two\n]\nlocale: [en]\n\
         negative:\n  phase: parse\n  type: SyntaxError\nother: { a: [1, { b: 2 }] }\nauthor: x",
    );
    assert_eq!(read.includes, ["a.js", "b.js"]);
    assert_eq!(read.flags, [Flag::Async, Flag::NoStrict]);
    assert_eq!(read.features, ["One", "Two"]);
    assert_eq!(read.locale, ["en"]);
    assert_eq!(read.negative, Some(Negative { phase: Phase::Parse, kind: "SyntaxError".into() }));
    assert!(read.has(Flag::Async) && !read.has(Flag::Raw));
}

#[test]
fn every_flag_and_phase_has_its_name() {
    for (word, flag) in Flag::ALL {
        assert_eq!(read(&format!("flags: [{word}]")).flags, [flag]);
    }
    for phase in ["parse", "resolution", "runtime"] {
        let negative = read(&format!("negative: {{phase: {phase}, type: E}}")).negative.unwrap();
        assert_eq!(negative.phase.word(), phase);
    }
}

#[test]
fn a_frontmatter_may_be_short() {
    for text in ["/*---\n---*/", "/*------*/", "/*---\ndescription: x ---*/", "#!raw\n/*---\nflags:\n---*/"] {
        assert_eq!(Frontmatter::read(text).unwrap(), Frontmatter::default(), "{text}");
    }
}

#[test]
fn every_kind_of_line_break_is_parsed() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["// x", "/*---", "flags: [raw]", "includes: [a.js]", "---*/"].join(end);
        assert_eq!(Frontmatter::read(&text).unwrap().flags, [Flag::Raw], "{end:?}");
        let text = ["// x", "/*---", "flags: [raw]", "negative: x", "---*/"].join(end);
        rejected(&text, (4, 11), "mapping");
    }
}

#[test]
fn errors_are_reported_with_their_place() {
    rejected("1;\n2;", (1, 1), "no frontmatter");
    rejected("1;\n /*---\nflags: [raw]", (2, 2), "is not closed");
    rejected("/*---\nflags: [raw, fast]\n---*/", (2, 14), "there is no flag `fast`");
    rejected("/*---\nflags: raw\n---*/", (2, 8), "expected a list");
    rejected("/*---\nflags: [[raw]]\n---*/", (2, 9), "words only");
    rejected("/*---\nflags: [onlyStrict, noStrict]\n---*/", (2, 21), "contradicts");
    rejected("/*---\nincludes: [a\n---*/", (3, 1), "invalid YAML");
    rejected("/*---\nnegative:\n  phase: early\n  type: E\n---*/", (3, 10), "there is no phase `early`");
    rejected("/*---\nnegative:\n  phase: parse\n---*/", (2, 1), "needs both");
    rejected("/*---\nnegative: { phase: parse, type: E, x: y }\n---*/", (2, 36), "`phase` and `type` only");
    rejected("/*---\nflags: [raw]\nflags: [raw]\n---*/", (3, 1), "occurs twice");
    rejected("/*---\n- a\n---*/", (2, 1), "must be a mapping");
    rejected("/*---\na: &x 1\nflags: *x\n---*/", (3, 8), "aliases");
    rejected("/*---\n[a]: b\n---*/", (2, 1), "a key must be a word");
    rejected("/*---\na: b\n--- \nc: d\n---*/", (3, 1), "second document");
    rejected("/*--- flags: [fast] ---*/", (1, 15), "there is no flag");
}

#[test]
fn no_text_makes_it_panic_or_hang() {
    let deep = |open: &str, close: &str| format!("/*---\nx: {}{}\n---*/", open.repeat(20_000), close.repeat(20_000));
    let _ = Frontmatter::read(&deep("[", "]"));
    let _ = Frontmatter::read(&deep("{a: ", "}"));
    let _ = Frontmatter::read(&format!("/*---\n{}\n---*/", "? ".repeat(5_000)));
    let words = [
        "flags", ":", " ", "\n", "[", "]", "{", "}", ",", "- ", "|", ">", "'", "\"", "&a", "*a", "!", "%", "?",
        "\u{e9}",
    ];
    let mut random = fastrand::Rng::with_seed(262);
    for _ in 0..20_000 {
        let yaml: String = (0..random.usize(..30)).filter_map(|_| random.choice(words)).collect();
        let _ = Frontmatter::read(&format!("/*---{yaml}---*/"));
    }
}
