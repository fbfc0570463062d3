//! Comparison of this parser with that of the `kdl` crate.

use kdl::{KdlDocument, KdlNode, KdlValue};

use super::*;

/// Returns a node as text, in a form that is equal for both parsers.
fn ours(node: &Node) -> String {
    let ty = |ty: &Option<Spanned>| ty.as_ref().map_or(String::new(), |ty| format!("({:?})", ty.text));
    let mut text = format!("{}{:?}", ty(&node.ty), node.name.text);
    for entry in &node.entries {
        let key = entry.key.as_ref().map_or(String::new(), |key| format!("{:?}=", key.text));
        let value = match &entry.value {
            Value::Text(text) => format!("{text:?}"),
            Value::Integer(number) => number.to_string(),
            Value::Other(_) | Value::Broken => "other".into(),
        };
        text += &format!(" {key}{}{value}", ty(&entry.ty));
    }
    if let Some(children) = &node.children {
        text += &format!(" {{{}}}", children.iter().map(ours).collect::<Vec<_>>().join(";"));
    }
    text
}

fn theirs(node: &KdlNode) -> String {
    let ty = |ty: Option<&kdl::KdlIdentifier>| ty.map_or(String::new(), |ty| format!("({:?})", ty.value()));
    let mut text = format!("{}{:?}", ty(node.ty()), node.name().value());
    for entry in node.entries() {
        let key = entry.name().map_or(String::new(), |key| format!("{:?}=", key.value()));
        let value = match entry.value() {
            KdlValue::String(text) => format!("{text:?}"),
            KdlValue::Integer(number) => number.to_string(),
            _ => "other".into(),
        };
        text += &format!(" {key}{}{value}", ty(entry.ty()));
    }
    if let Some(children) = node.children() {
        text += &format!(" {{{}}}", children.nodes().iter().map(theirs).collect::<Vec<_>>().join(";"));
    }
    text
}

#[test]
fn documents_are_parsed_like_the_kdl_crate_parses_them() {
    const BITS: &[&str] = &[
        "a",
        "b-c",
        "é",
        "5",
        "-0x1F",
        "1_0",
        "1.5",
        "#true",
        "#null",
        "true",
        "+",
        ".",
        "-.a",
        "\"q r\"",
        "\"\\n\\\"\"",
        "\"\"",
        "#\"r\\\"#",
        "##\"\"#\"##",
        "\"\"\"\n  x\n  y\n  \"\"\"",
        "#\"\"\"\nx\n\"\"\"#",
        "(t)",
        "(\"t u\")",
        "=",
        "{",
        "}",
        "{",
        "}",
        ";",
        "\n",
        "\r\n",
        " ",
        " ",
        " ",
        " ",
        "\t",
        "\u{2003}",
        "// c\n",
        "/* c */",
        "/* /* n */ */",
        "/-",
        "\\\n",
        "\\ // c\n",
        ",",
    ];
    let mut random = fastrand::Rng::with_seed(7);
    let mut both = 0;
    for _ in 0..10_000 {
        let text: String = (0..random.usize(1..12)).map(|_| BITS[random.usize(..BITS.len())]).collect();
        let mut diagnostics = Vec::new();
        let nodes = read(&text, &mut diagnostics);
        match KdlDocument::parse_v2(&text) {
            // The crate accepts too much after a node that is commented out.
            result if text.contains("/-") && result.is_ok() != diagnostics.is_empty() => {}
            Ok(document) => {
                assert_eq!(diagnostics, [], "{text:?}");
                let (ours, theirs): (Vec<_>, Vec<_>) =
                    (nodes.iter().map(ours).collect(), document.nodes().iter().map(theirs).collect());
                assert_eq!(ours, theirs, "{text:?}");
                both += 1;
            }
            Err(_) => assert!(!diagnostics.is_empty(), "only the kdl crate rejects {text:?}"),
        }
    }
    assert!(both > 500, "{both}");
}
