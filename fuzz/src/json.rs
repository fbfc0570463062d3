//! Arbitrary text as litmus programs in their JSON form. From bytes that do not start like JSON, a
//! case is generated, statement by statement from the table of the language, so that unusual words
//! reach every field.

use arbitrary::{Result, Unstructured};
use conformance::program::json;
use conformance::program::table::{Form, Op, Row, TABLE};
use serde_json::{Map, Value, json};

use crate::cases;

/// The maximum nesting of generated blocks.
const DEPTH: u32 = 6;

/// Reads `bytes`, or a case generated from them, as JSON, checks it, and writes it in both forms.
pub fn check(bytes: &[u8]) {
    if bytes.trim_ascii_start().first().is_some_and(|first| b"{[".contains(first)) {
        holds(&String::from_utf8_lossy(bytes));
    } else if let Ok(case) = case(&mut Unstructured::new(bytes)) {
        holds(&case.to_string());
    }
}

fn holds(source: &str) {
    let (file, diagnostics) = json::read(source);
    cases::diagnostics_point_into(source, &diagnostics);
    for case in &file.cases {
        let mut mistakes = cases::holds(source, case);
        json::locate(source, &mut mistakes);
    }
}

fn case(input: &mut Unstructured<'_>) -> Result<Value> {
    let mut case = Map::new();
    case.insert("litmus".to_owned(), (1 + u32::from(input.ratio(1, 8)?)).into());
    case.insert("id".to_owned(), word(input)?);
    if input.arbitrary()? {
        case.insert("title".to_owned(), word(input)?);
        case.insert("tags".to_owned(), words(input)?);
        case.insert("clause".to_owned(), words(input)?);
        case.insert("note".to_owned(), words(input)?);
        case.insert("contested".to_owned(), json!([{ "url": word(input)?, "what": word(input)? }]));
    }
    case.insert("program".to_owned(), block(input, DEPTH)?);
    let mut expects = Vec::new();
    while expects.len() < 4 && input.arbitrary()? {
        expects.push(expect(input)?);
    }
    case.insert("expect".to_owned(), expects.into());
    Ok(case.into())
}

fn block(input: &mut Unstructured<'_>, depth: u32) -> Result<Value> {
    let mut block = Vec::new();
    while block.len() < 10 && !input.is_empty() && input.ratio(3, 4)? {
        block.push(match input.ratio(1, 16)? {
            true => json!({ "op": format!("x-{}", input.arbitrary::<&str>()?) }),
            false => stmt(input, depth)?,
        });
    }
    Ok(block.into())
}

fn stmt(input: &mut Unstructured<'_>, depth: u32) -> Result<Value> {
    let row: &Row = input.choose(TABLE)?;
    let mut stmt = Map::new();
    stmt.insert("op".to_owned(), row.word.into());
    for operand in row.operands {
        if operand.form == Form::Required || input.arbitrary()? {
            stmt.insert(operand.field.key().to_owned(), word(input)?);
        }
    }
    let mut body = |key: &str, wanted: bool| -> Result<()> {
        if wanted {
            let block = if depth == 0 { Value::Array(Vec::new()) } else { block(input, depth - 1)? };
            stmt.insert(key.to_owned(), block);
        }
        Ok(())
    };
    body("body", row.body.is_some())?;
    body("catch", row.word == Op::Try.word())?;
    Ok(stmt.into())
}

fn expect(input: &mut Unstructured<'_>) -> Result<Value> {
    let mut expect = Map::new();
    const PROFILES: [&[&str]; 3] = [&[], &["js"], &["bun", "node-acf:als"]];
    let profiles = input.choose(&PROFILES)?;
    expect.insert("profiles".to_owned(), json!(profiles));
    if input.ratio(1, 4)? {
        let reason = *input.choose(&["unsupported", "unstable"])?;
        expect.insert(reason.to_owned(), word(input)?);
    }
    let mut strands = Map::new();
    while strands.len() < 3 && input.arbitrary()? {
        let mut seen = Vec::new();
        while seen.len() < 3 && input.arbitrary()? {
            seen.push(if input.arbitrary()? { word(input)? } else { json!([word(input)?, word(input)?]) });
        }
        let strand: String = word(input)?.as_str().unwrap_or_default().to_owned();
        strands.insert(strand, seen.into());
    }
    expect.insert("strands".to_owned(), strands.into());
    Ok(expect.into())
}

fn words(input: &mut Unstructured<'_>) -> Result<Value> {
    let mut words = Vec::new();
    while words.len() < 3 && input.arbitrary()? {
        words.push(word(input)?);
    }
    Ok(words.into())
}

/// A word of the language, or arbitrary text.
fn word(input: &mut Unstructured<'_>) -> Result<Value> {
    const WORDS: &[&str] = &[
        "a",
        "b",
        "v",
        "main",
        "none",
        "catch",
        "case",
        "x-y",
        "true",
        "null",
        "nan",
        "-inf",
        "#true",
        "0",
        "-0",
        "007",
        "-5",
        "+5",
        "0x1f",
        "1.5",
        "1e9",
        ".5",
        "-",
        "-.",
        "340282366920938463463374607431768211456",
        "",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\"",
        "\"\"\"",
        "\\",
        "\\u{0}",
        "#\"a\"#",
        "/-",
        "//",
        "/*",
        "{",
        "}",
        "(a)",
        "a=b",
        ";",
        "\0",
        "\u{7f}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{200e}",
        "\u{feff}",
        "\u{feff}a",
        "é",
        "e\u{301}",
        "😀",
        "\u{10ffff}",
    ];
    Ok(match input.ratio(3, 4)? {
        true => (*input.choose(WORDS)?).into(),
        false => input.arbitrary::<&str>()?.into(),
    })
}
