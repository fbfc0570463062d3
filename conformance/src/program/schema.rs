//! The JSON schema of the JSON form, generated from the table: one branch for each row.

use serde_json::{Map, Value, json};

use super::VERSION;
use super::profile::Selector;
use super::reading::Reading;
use super::table::{Capability, Form, MOST, Op, RESERVED, Role, Row, TABLE};

/// Returns the schema of a case, or of an array of cases, in the JSON form.
///
/// # Examples
///
/// ```
/// let schema = conformance::program::schema::schema();
/// assert_eq!(schema["$defs"]["stmt"]["allOf"][0]["then"]["allOf"][0]["if"]["properties"]["op"]["const"], "var");
/// ```
pub fn schema() -> Value {
    let profiles: Vec<_> = Selector::words().collect();
    let words: Vec<_> = TABLE.iter().map(|row| row.word).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Litmus cases, version {VERSION} of the language"),
        "if": { "type": "array" },
        "then": { "items": reference("case") },
        "else": reference("case"),
        "$defs": {
            "case": {
                "type": "object",
                "required": ["litmus", "id", "program"],
                "properties": {
                    "litmus": { "const": VERSION },
                    "id": { "type": "string", "minLength": 1 },
                    "title": { "type": "string" },
                    "clause": strings(),
                    "tags": strings(),
                    "contested": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["url", "what"],
                            "properties": { "url": { "type": "string" }, "what": { "type": "string" } },
                            "additionalProperties": false
                        }
                    },
                    "note": strings(),
                    "needs": { "type": "array", "items": { "enum": Capability::ALL.map(Capability::word) } },
                    "program": reference("block"),
                    "expect": { "type": "array", "items": reference("expect") }
                },
                "patternProperties": { "^x-": true },
                "additionalProperties": false
            },
            "expect": {
                "type": "object",
                "properties": {
                    "profiles": {
                        "type": "array",
                        "items": { "type": "string", "pattern": format!("^({})(:(ac|als))?$", profiles.join("|")) },
                        "uniqueItems": true
                    },
                    "strands": {
                        "type": "object",
                        "additionalProperties": { "type": "array", "items": reference("observation") }
                    },
                    "reading": { "enum": Reading::ALL[1..].iter().map(|reading| reading.word()).collect::<Vec<_>>() },
                    "unsupported": { "type": "string" },
                    "unstable": { "type": "string" }
                },
                "oneOf": [
                    { "required": ["strands"] },
                    { "required": ["profiles", "unsupported"] },
                    { "required": ["profiles", "unstable"] }
                ],
                "additionalProperties": false
            },
            "observation": {
                "description": "a value, or an array of a value and the label of its statement",
                "type": ["string", "array"],
                "prefixItems": [reference("value"), { "type": "string" }],
                "items": false,
                "minItems": 2
            },
            "name": { "type": "string" },
            "new": { "type": "string", "not": { "enum": RESERVED } },
            "value": { "type": "string" },
            "count": { "enum": (1..=MOST).map(|count| count.to_string()).collect::<Vec<_>>() },
            "block": { "type": "array", "items": reference("stmt") },
            "stmt": {
                "type": "object",
                "required": ["op"],
                "properties": { "op": { "type": "string", "pattern": format!("^({}|x-.*)$", words.join("|")) } },
                "allOf": TABLE.chunks(GROUP).map(group).collect::<Vec<_>>()
            }
        }
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn strings() -> Value {
    json!({ "type": "array", "items": { "type": "string" } })
}

/// The number of statements in a group. With groups, a validator compares a word with a dozen others instead of all.
const GROUP: usize = 7;

/// Returns the branches of some statements, under the condition that a statement is one of them.
fn group(rows: &[Row]) -> Value {
    let words: Vec<_> = rows.iter().map(|row| row.word).collect();
    json!({
        "if": { "properties": { "op": { "enum": words } } },
        "then": { "allOf": rows.iter().map(branch).collect::<Vec<_>>() }
    })
}

/// Returns the condition that a statement with this word has these fields. A validator looks at the branch of one word
/// only, so it takes little time and names what is wrong in that statement.
fn branch(row: &Row) -> Value {
    let mut properties = Map::new();
    properties.insert("op".into(), json!({ "const": row.word }));
    let mut required = vec![];
    for operand in row.operands {
        let of = match operand.role {
            Role::Binds(_) => "new",
            Role::Uses(_) | Role::Awaits(_) => "name",
            Role::Value | Role::Text => "value",
            Role::Count => "count",
            Role::OneOf(kinds) => {
                let words: Vec<_> = kinds.iter().map(|kind| kind.word()).collect();
                properties.insert(operand.field.key().into(), json!({ "enum": words }));
                continue;
            }
        };
        properties.insert(operand.field.key().into(), reference(of));
        if operand.form == Form::Required {
            required.push(operand.field.key());
        }
    }
    if row.body.is_some() {
        properties.insert("body".into(), reference("block"));
        if !row.body_optional {
            required.push("body");
        }
    }
    let mut branch = json!({ "description": row.doc, "properties": properties, "required": required });
    if row.op == Op::Try {
        for handler in ["catch", "finally"] {
            branch["properties"][handler] = reference("block");
        }
        branch["anyOf"] = json!([{ "required": ["catch"] }, { "required": ["finally"] }]);
    }
    branch["additionalProperties"] = false.into();
    json!({ "if": { "properties": { "op": { "const": row.word } } }, "then": branch })
}
