//! `using` and `await using`, which the engine parses as `const`.
//!
//! A block that declares resources becomes
//!
//! ```js
//! { const RESOURCES = NEW(); try { const file = RESOURCES.use(open()); } catch (e) { RESOURCES.fail(e) }
//!   finally { RESOURCES.dispose() } }
//! ```
//!
//! All declarations of the block stay in one scope, since `try` begins at its start. `await using` makes the disposal
//! `await RESOURCES.disposeAsync()`.

use oxc_ast::ast::{
    ForOfStatement, ForStatement, ForStatementInit, ForStatementLeft, Program, Statement, StaticBlock,
    VariableDeclaration, VariableDeclarationKind,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};

use super::insertion::Insertion;
use super::sources::{Name, Sources};
use super::walk::{Found, Goal, Side, Walker};

/// The resources that the statements of a block declare.
#[derive(Clone, Copy, Default)]
pub(super) struct Resources {
    used: bool,
    awaited: bool,
    /// Whether this place can't have resources.
    refused: bool,
}

fn declares_resources(declaration: &VariableDeclaration<'_>) -> bool {
    matches!(declaration.kind, VariableDeclarationKind::Using | VariableDeclarationKind::AwaitUsing)
}

impl Walker<'_> {
    /// Visits the statements between two offsets, and inserts what disposes of the resources that they declare.
    pub(super) fn with_resources(&mut self, start: u32, end: u32, visit: impl FnOnce(&mut Self)) {
        self.resources.push(Resources::default());
        visit(self);
        let resources = self.resources.pop().unwrap_or_default();
        if resources.used {
            self.dispose_between(start, end, resources.awaited, "", "");
        }
    }

    /// Visits statements that can't declare resources directly.
    pub(super) fn without_resources(&mut self, visit: impl FnOnce(&mut Self)) {
        self.resources.push(Resources { refused: true, ..Resources::default() });
        visit(self);
        self.resources.pop();
    }

    fn dispose_between(&mut self, start: u32, end: u32, awaited: bool, before: &str, after: &str) {
        let new = self.name(Name::Resources);
        let resources = format!("{new}0");
        let end_text = if awaited { "await " } else { "" };
        let method = if awaited { "disposeAsync" } else { "dispose" };
        self.insert(start, Side::Begin, &format!("{before}const {resources}={new}();try{{"));
        self.insert(
            end,
            Side::End,
            &format!("}}catch({new}1){{{resources}.fail({new}1)}}finally{{{end_text}{resources}.{method}()}}{after}"),
        );
    }

    /// Visits a declaration of resources in a block.
    pub(super) fn declare_resources(&mut self, declaration: &VariableDeclaration<'_>) {
        let awaited = declaration.kind == VariableDeclarationKind::AwaitUsing;
        let Some(block) = self.resources.last_mut() else { return };
        if block.refused {
            let sentence = "`using` is not supported here: put it and the code that uses the resource into a block";
            self.insert(declaration.span.start, Side::Begin, &format!("throw new SyntaxError({sentence:?});"));
            return;
        }
        block.used = true;
        block.awaited |= awaited;
        self.replace_keyword(declaration);
        let method = if awaited { "useAsync" } else { "use" };
        let before = format!("{}0.{method}(", self.name(Name::Resources));
        for declarator in &declaration.declarations {
            if let Some(value) = &declarator.init {
                self.around(value.span(), &before, ")");
            }
        }
    }

    /// Turns `using` or `await using` into `const`.
    fn replace_keyword(&mut self, declaration: &VariableDeclaration<'_>) {
        let mut start = declaration.span.start;
        if declaration.kind == VariableDeclarationKind::AwaitUsing {
            self.hide(Span::new(start, start + 5), "");
            let rest = &self.text[start as usize + 5..];
            start += 5 + (rest.len() - without_comments(rest).len()) as u32;
        }
        let declared = self.sources.marked("const ");
        self.hide(Span::new(start, start + 5), &declared);
    }

    /// Makes a part of the text a comment.
    fn hide(&mut self, span: Span, after: &str) {
        let (hide, show) = self.sources.hidden();
        self.found.push(Found { at: span.start as usize, side: Side::Begin, order: 0, text: hide });
        self.found.push(Found { at: span.end as usize, side: Side::End, order: 0, text: format!("{show}{after}") });
    }

    pub(super) fn for_of_statement<'a>(&mut self, statement: &ForOfStatement<'a>)
    where
        Self: Visit<'a>,
    {
        let declaration = match &statement.left {
            ForStatementLeft::VariableDeclaration(declaration) if declares_resources(declaration) => declaration,
            _ => return walk::walk_for_of_statement(self, statement),
        };
        self.replace_keyword(declaration);
        self.visit_expression(&statement.right);
        self.visit_statement(&statement.body);
        let awaited = declaration.kind == VariableDeclarationKind::AwaitUsing;
        let name = declaration.declarations.first().and_then(|declarator| declarator.id.get_identifier_name());
        let Some(name) = name else { return };
        let method = if awaited { "useAsync" } else { "use" };
        let span = statement.body.span();
        let used = format!("{}0.{method}({name});", self.name(Name::Resources));
        self.insert(span.start, Side::Begin, &used);
        self.dispose_between(span.start, span.end, awaited, "{", "}");
    }

    pub(super) fn for_statement<'a>(&mut self, statement: &ForStatement<'a>, labels: Option<u32>)
    where
        Self: Visit<'a>,
    {
        match &statement.init {
            Some(ForStatementInit::VariableDeclaration(declaration)) if declares_resources(declaration) => {
                self.resources.push(Resources::default());
                walk::walk_for_statement(self, statement);
                let resources = self.resources.pop().unwrap_or_default();
                let start = labels.unwrap_or(statement.span.start);
                self.dispose_between(start, statement.span.end, resources.awaited, "{", "}");
            }
            _ => walk::walk_for_statement(self, statement),
        }
    }

    pub(super) fn static_block<'a>(&mut self, block: &StaticBlock<'a>)
    where
        Self: Visit<'a>,
    {
        let start = block.body.first().map_or(block.span.end - 1, |statement| statement.span().start);
        self.with_resources(start, block.span.end - 1, |walker| walk::walk_static_block(walker, block));
    }

    /// Visits the statements of a script or a module. The `try` of a module can't contain imports and exports, and its
    /// declarations can't be exported.
    pub(super) fn program<'a>(&mut self, program: &Program<'a>)
    where
        Self: Visit<'a>,
    {
        let is_import = |statement: &Statement<'_>| matches!(statement, Statement::ImportDeclaration(_));
        let first = program.body.iter().position(|statement| !is_import(statement)).unwrap_or(program.body.len());
        let body = program.body.get(first..).unwrap_or_default();
        let plain = body.iter().all(|statement| !statement.is_module_declaration());
        match body {
            [start, .., end] if plain => {
                self.with_resources(start.span().start, end.span().end, |walker| walk::walk_program(walker, program));
            }
            [only] if plain => {
                let span = only.span();
                self.with_resources(span.start, span.end, |walker| walk::walk_program(walker, program));
            }
            _ => self.without_resources(|walker| walk::walk_program(walker, program)),
        }
    }
}

/// Returns the statement that refuses a text for an error in a declaration of resources, which the engine would accept
/// without disposing of them. The engine reports other errors.
pub(super) fn refusal<'m>(
    mut messages: impl Iterator<Item = &'m str>,
    goal: Goal,
    sources: &Sources,
) -> Option<Insertion> {
    let message = messages.find(|message| message.to_lowercase().contains("using"))?;
    let text = sources.marked(&format!("throw new SyntaxError({message:?});"));
    (goal != Goal::Function).then_some(Insertion { at: 0, text })
}

/// Returns the text after white space and comments.
pub(super) fn without_comments(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        text = if let Some(comment) = text.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, rest)| rest)
        } else if let Some(comment) = text.strip_prefix("//") {
            comment.split_once(['\n', '\r', '\u{2028}', '\u{2029}']).map_or("", |(_, rest)| rest)
        } else {
            return text;
        };
    }
}
