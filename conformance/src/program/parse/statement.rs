//! The parser of statements, according to their rows in the table.

use super::Parser;
use crate::program::ast::{Block, Spanned, Stmt};
use crate::program::diagnostic::Diagnostic;
use crate::program::table::{Field, Form, Op, Role, Row, TABLE};
use crate::program::tree::Node;

/// The statement before a `catch {}` or `finally {}` without arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Try,
    BrokenTry,
    Other,
}

impl Parser {
    /// Returns the statements of a body. `catch {}` and `finally {}` become part of the `try` before them.
    pub(super) fn block(&mut self, nodes: &[Node]) -> Block {
        let mut block = Block::new();
        let mut after = After::Other;
        for node in nodes {
            let word = node.name.text.as_ref();
            let arguments = node.entries.iter().any(|entry| entry.key.is_none());
            if matches!(word, "catch" | "finally") && !arguments {
                self.handler(node, after, block.last_mut());
                continue;
            }
            after = After::Other;
            if word.starts_with("x-") {
                if !self.experiments.contains(&node.name.text) {
                    self.experiments.push(node.name.text.clone());
                }
                continue;
            }
            let statement = self.statement(node);
            if word == "try" {
                after = if statement.is_some() { After::Try } else { After::BrokenTry };
            }
            block.extend(statement);
        }
        block
    }

    /// A `catch {}` or `finally {}` without arguments.
    fn handler(&mut self, node: &Node, after: After, last: Option<&mut Stmt>) {
        let word = &node.name.text;
        for entry in &node.entries {
            self.report(Diagnostic::new(entry.span.clone(), format!("the `{word}` of a `try` has no properties")));
        }
        let body = node.children.as_deref().map(|children| self.block(children));
        let mut mistake = Diagnostic::new(node.name.span.clone(), "");
        mistake.message = match (last.filter(|_| after == After::Try), body) {
            (None, _) if after == After::BrokenTry => return,
            (None, _) => {
                mistake = mistake.help(format!(
                    "`{word} {{ … }}` belongs to the `try` before it, `{word} p q {{ … }}` to a promise p"
                ));
                format!("`{word}` without arguments does not follow a `try`")
            }
            (Some(_), None) => format!("`{word}` needs a body `{{ … }}`"),
            (Some(stmt), Some(_)) if stmt.finally.is_some() => format!("`{word}` after the `finally` of this `try`"),
            (Some(stmt), Some(_)) if word.as_ref() == "catch" && stmt.catch.is_some() => {
                "this `try` already has a `catch`".into()
            }
            (Some(stmt), Some(body)) => {
                stmt.span.end = node.span.end;
                let place = if word.as_ref() == "catch" { &mut stmt.catch } else { &mut stmt.finally };
                *place = Some(body);
                return;
            }
        };
        self.report(mistake);
    }

    fn statement(&mut self, node: &Node) -> Option<Stmt> {
        let word = &node.name.text;
        let Some(op) = Op::of(word) else {
            let mistake = Diagnostic::new(node.name.span.clone(), format!("there is no statement `{word}`"));
            self.report(mistake.suggest(word, TABLE.iter().map(|row| row.word)));
            // The names in its body are unknown, but errors in it can be reported.
            self.block(node.children.as_deref().unwrap_or_default());
            return None;
        };
        let before = self.diagnostics.len();
        let row = op.row();
        if let Some(ty) = &node.ty {
            self.report(Diagnostic::new(
                ty.span.clone(),
                format!("unexpected annotation `({})` before a statement", ty.text),
            ));
        }
        let mut operands = self.operands(node, row);
        let body = match (&node.children, row.body) {
            (Some(children), Some(_)) => Some(self.block(children)),
            (Some(_), None) => {
                self.report(Diagnostic::new(node.name.span.clone(), format!("`{word}` has no body")).help(row.usage()));
                None
            }
            (None, Some(_)) if !row.body_optional => {
                let mistake = Diagnostic::new(node.name.span.clone(), format!("`{word}` needs a body `{{ … }}`"));
                self.report(mistake.help(row.usage()));
                None
            }
            (None, _) => None,
        };
        operands.sort_by_key(|(field, _)| row.operands.iter().position(|operand| operand.field == *field));
        (self.diagnostics.len() == before).then(|| Stmt {
            op,
            span: node.span.clone(),
            operands,
            body,
            catch: None,
            finally: None,
        })
    }

    fn operands(&mut self, node: &Node, row: &Row) -> Vec<(Field, Spanned)> {
        let word = row.word;
        let mut found = Vec::new();
        let mut arguments = row.operands.iter().filter(|operand| !matches!(operand.form, Form::Property(_)));
        for entry in &node.entries {
            let operand = match &entry.key {
                None => arguments.next(),
                Some(key) => row
                    .operands
                    .iter()
                    .find(|operand| matches!(operand.form, Form::Property(name) if name == key.text.as_ref())),
            };
            let Some(operand) = operand else {
                let mistake = match &entry.key {
                    None => Diagnostic::new(entry.span.clone(), format!("`{word}` has no further argument"))
                        .help(row.usage()),
                    Some(key) => {
                        let keys = row.operands.iter().filter_map(|operand| match operand.form {
                            Form::Property(key) => Some(key),
                            _ => None,
                        });
                        Diagnostic::new(key.span.clone(), format!("`{word}` has no property `{}=`", key.text))
                            .help(row.usage())
                            .suggest(&key.text, keys)
                    }
                };
                self.report(mistake);
                continue;
            };
            if found.iter().any(|(field, _)| *field == operand.field) {
                let span = entry.key.as_ref().map_or(entry.span.clone(), |key| key.span.clone());
                self.report(Diagnostic::new(span, format!("`{}=` is given twice", operand.field.key())));
                continue;
            }
            if let Some(ty) = &entry.ty {
                let mistake = Diagnostic::new(ty.span.clone(), format!("found the annotation `({})`", ty.text));
                self.report(mistake.help("annotations label values in `expect`; statements have `as=`"));
            }
            let integers = matches!(operand.role, Role::Value | Role::Count | Role::Text);
            let expected = if integers { "a value" } else { "a name" };
            found.extend(self.value(entry, expected, integers).map(|value| (operand.field, value)));
        }
        let missing = arguments.find(|operand| operand.form == Form::Required);
        if let Some(operand) = missing {
            let mistake =
                Diagnostic::new(node.name.span.clone(), format!("`{word}` needs its {}", operand.field.key()));
            self.report(mistake.help(row.usage()));
        }
        found
    }
}
