//! The search for the insertions that a text needs.
//!
//! A generator function gets a parameter that captures, and a statement that enters the captured
//! mapping. Programs cannot observe this, except for two kinds of functions in sloppy code with simple
//! parameters: functions that may use their `arguments`, which would no longer be mapped, and
//! functions with their own `"use strict"`, which is not allowed with such parameters. The text of
//! these functions is not changed. They are wrapped in a built-in function that captures:
//!
//! - an expression in place, with its name bound around it;
//! - a declaration at the start of its block, where it is already initialized; in a `switch`, before
//!   the first expression that its value is compared with;
//! - a method of an object literal as a property, unless it uses `super`.

use std::mem;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AssignmentExpression, AssignmentTarget, BindingPattern, BlockStatement,
    CallExpression, Class, Directive, Expression, ForOfStatement, FormalParameter, Function, FunctionBody,
    FunctionType, IdentifierReference, ObjectProperty, Program, PropertyKind, Statement, StaticBlock, Super,
    SwitchStatement, VariableDeclaration, VariableDeclarationKind, VariableDeclarator, YieldExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};

use super::insertion::Insertion;
use super::sources::{Name, Sources};
use super::using::{Resources, refusal, without_comments};

/// The grammar goal of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Script,
    /// The text of a direct `eval` in strict code.
    StrictScript,
    Module,
    /// One function in parentheses. The function itself is not rewritten, since the engine's
    /// constructors do not parse patterns as parameters.
    Function,
}

/// Whether a text may need an insertion, decided without parsing it.
fn may_need_insertions(text: &str) -> bool {
    text.contains('*') || text.contains("eval") || text.contains("using")
}

/// Returns the insertions that `text` needs, in their order.
pub(super) fn insertions(text: &str, goal: Goal, sources: &Sources) -> Vec<Insertion> {
    if !may_need_insertions(text) {
        return Vec::new();
    }
    let allocator = Allocator::default();
    let kind = if goal == Goal::Module { SourceType::mjs() } else { SourceType::cjs() };
    let parsed = Parser::new(&allocator, text, kind).parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        let messages = parsed.diagnostics.iter().map(|diagnostic| diagnostic.message.as_ref());
        return refusal(messages, goal, sources).into_iter().collect();
    }
    let mut walker = Walker {
        text,
        sources,
        strict: matches!(goal, Goal::StrictScript | Goal::Module),
        spare_outermost: goal == Goal::Function,
        functions: vec![Frame::default()],
        blocks: Vec::new(),
        resources: Vec::new(),
        labels: None,
        place: Place::Unknown,
        found: Vec::new(),
    };
    walker.visit_program(&parsed.program);
    walker.found.sort_by_key(|found| (found.at, found.side, found.order));
    walker.found.into_iter().map(|found| Insertion { at: found.at, text: found.text }).collect()
}

/// The properties of a function around the current node. Arrow functions have no entry, since they use
/// the `this` and `arguments` of the function around them.
#[derive(Default)]
struct Frame {
    is_async: bool,
    may_use_arguments: bool,
    uses_super: bool,
}

/// The place of the function that is visited next.
#[derive(Clone, Default)]
enum Place {
    #[default]
    Unknown,
    /// A place where an anonymous function gets this name.
    Named(String),
    /// A method of an object literal: the property, and its key if that is not an expression.
    Method(Span, Option<String>),
}

/// The place where evaluation of a block starts.
#[derive(Clone, Copy)]
enum Start {
    /// A statement, after all directives.
    Statement(u32),
    /// The expression of a `switch`'s first `case`.
    Case(u32),
}

/// The order of insertions at the same offset: those that end an enclosed text come first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    End,
    Begin,
}

pub(super) struct Found {
    pub(super) at: usize,
    pub(super) side: Side,
    /// Inner ends come before outer ends, and inner starts after outer starts.
    pub(super) order: isize,
    pub(super) text: String,
}

pub(super) struct Walker<'s> {
    pub(super) text: &'s str,
    pub(super) sources: &'s Sources,
    strict: bool,
    /// Whether the text of the outermost function is not changed.
    spare_outermost: bool,
    functions: Vec<Frame>,
    /// The starts of the enclosing blocks.
    blocks: Vec<Start>,
    /// What the statements of the enclosing blocks declare with `using`.
    pub(super) resources: Vec<Resources>,
    /// The start of the labels of the statement that is visited next.
    labels: Option<u32>,
    place: Place,
    pub(super) found: Vec<Found>,
}

impl Walker<'_> {
    pub(super) fn name(&self, name: Name) -> String {
        self.sources.name(name)
    }

    pub(super) fn insert(&mut self, at: u32, side: Side, text: &str) {
        let count = self.found.len() as isize;
        let order = if side == Side::End { count } else { -count };
        self.found.push(Found { at: at as usize, side, order, text: self.sources.marked(text) });
    }

    pub(super) fn around(&mut self, span: Span, before: &str, after: &str) {
        self.insert(span.start, Side::Begin, before);
        self.insert(span.end, Side::End, after);
    }

    /// Visits the value of a binding, whose name an anonymous generator function gets.
    fn give_name(&mut self, binding: &str, value: &Expression<'_>) {
        if is_anonymous_generator(value) {
            self.place = Place::Named(literal(binding));
        }
    }

    fn frame(&mut self) -> &mut Frame {
        self.functions.last_mut().expect("the program has a frame")
    }

    fn block(&mut self, directives: &[Directive<'_>], start: u32) {
        let start = directives.last().map_or(start, |directive| directive.span.end);
        self.blocks.push(Start::Statement(start));
    }

    /// Chooses the insertions for a generator function, after its contents have been visited.
    fn generator(&mut self, function: &Function<'_>, frame: &Frame, was_strict: bool, place: Place) {
        let Some(body) = &function.body else { return };
        let directive = body.directives.iter().find(|directive| directive.directive == "use strict");
        let simple = has_simple_parameters(function);
        let hides_arguments = function.params.rest.is_some() && binds_arguments(function);
        let takes_wrapping = !was_strict
            && (simple && (directive.is_some() || frame.may_use_arguments || has_duplicates(function))
                || hides_arguments);
        if takes_wrapping && self.wrap(function, frame, place) {
            return;
        }
        if hides_arguments {
            // This method cannot be wrapped. If `arguments` is not accessible, its rest parameter cannot be
            // reconstructed.
            return;
        }
        if let Some(directive) = directive {
            if !simple {
                // The engine reports this error.
                return;
            }
            // The code is strict anyway, or it is a method that cannot be wrapped.
            self.insert(directive.span.start, Side::Begin, "0&&");
        }
        self.capture(function);
        self.enter(body);
    }

    /// Inserts the parameter that captures.
    fn capture(&mut self, function: &Function<'_>) {
        let capture = format!("{}={}()", self.name(Name::Captured), self.name(Name::Mapping));
        let parameters = &function.params;
        if let Some(rest) = &parameters.rest {
            // A rest parameter must be the last one, so it becomes part of a pattern.
            let rest_array = format!("={}(arguments,{})}}", self.name(Name::RestArray), parameters.items.len());
            let property = format!("{{{capture},{}:", self.name(Name::Property));
            self.around(rest.rest.argument.span(), &property, &rest_array);
            return;
        }
        let end = parameters.span.end - 1;
        let comma = match parameters.items.last() {
            Some(last) if !ends_with_comma(&self.text[last.span.end as usize..end as usize]) => ",",
            _ => "",
        };
        self.insert(end, Side::Begin, &format!("{comma}...{{{capture}}}"));
    }

    /// Inserts the statement that enters.
    fn enter(&mut self, body: &FunctionBody<'_>) {
        let enter = format!(";{}({});", self.name(Name::Mapping), self.name(Name::Captured));
        let start = body.directives.last().map_or(body.span.start + 1, |directive| directive.span.end);
        self.insert(start, Side::Begin, &enter);
    }

    /// Wraps a generator function, if its place allows that.
    fn wrap(&mut self, function: &Function<'_>, frame: &Frame, place: Place) -> bool {
        let wrap = self.name(Name::Wrap);
        match (function.r#type, place) {
            (FunctionType::FunctionDeclaration, _) => {
                let (Some(id), Some(start)) = (&function.id, self.blocks.last()) else { return false };
                let assignment = format!("{id}={wrap}({id})", id = id.name);
                match *start {
                    // The function of a declaration in a block cannot be replaced by an expression.
                    Start::Statement(at) => {
                        self.insert(at, Side::Begin, &format!(";{{const {wrap}0={assignment}}}"));
                    }
                    Start::Case(at) => {
                        let text = self.sources.marked(&format!("{assignment},"));
                        // Before all other insertions around the expression.
                        self.found.push(Found { at: at as usize, side: Side::Begin, order: isize::MIN, text });
                    }
                }
                true
            }
            (_, Place::Method(_, None)) => false,
            (_, Place::Method(property, Some(key))) => {
                if !frame.uses_super {
                    self.around(property, &format!("[{key}]:{wrap}({{"), &format!("}}[{key}])"));
                }
                !frame.uses_super
            }
            (_, Place::Named(name)) if function.id.is_none() => {
                self.around(function.span, &format!("{wrap}("), &format!(",{name})"));
                true
            }
            _ => {
                self.wrap_expression(function, &wrap);
                true
            }
        }
    }
}

impl Walker<'_> {
    /// Wraps an expression. If the function has a name, the wrapper is bound to it around the function,
    /// and assignments to it fail as they do for the name of a function expression.
    fn wrap_expression(&mut self, function: &Function<'_>, wrap: &str) {
        let Some(id) = &function.id else {
            self.around(function.span, &format!("{wrap}("), ")");
            return;
        };
        let scope = format!("{wrap}1");
        let before = format!("({scope}=>{{with({scope})return {wrap}(");
        let after = format!(",{},{scope})}})({{__proto__:null}})", literal(&id.name));
        self.around(function.span, &before, &after);
        let (hide, show) = self.sources.hidden();
        self.found.push(Found { at: id.span.start as usize, side: Side::Begin, order: 0, text: hide });
        self.found.push(Found { at: id.span.end as usize, side: Side::End, order: 0, text: show });
    }
}

fn names<'f>(function: &'f Function<'_>) -> impl Iterator<Item = &'f str> {
    function.params.items.iter().filter_map(|parameter| match &parameter.pattern {
        BindingPattern::BindingIdentifier(id) => Some(id.name.as_str()),
        _ => None,
    })
}

/// Whether a parameter, or a part of one, is called `arguments`.
fn binds_arguments(function: &Function<'_>) -> bool {
    let parameters = function.params.items.iter().map(|parameter| &parameter.pattern);
    let rest = function.params.rest.iter().map(|rest| &rest.rest.argument);
    parameters.chain(rest).flat_map(BindingPattern::get_binding_identifiers).any(|id| id.name == "arguments")
}

fn has_simple_parameters(function: &Function<'_>) -> bool {
    function.params.rest.is_none()
        && function.params.items.iter().all(|parameter| {
            parameter.initializer.is_none() && matches!(parameter.pattern, BindingPattern::BindingIdentifier(_))
        })
}

fn has_duplicates(function: &Function<'_>) -> bool {
    let mut names: Vec<_> = names(function).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

/// Whether a comma follows the last parameter, possibly after white space and comments.
fn ends_with_comma(text: &str) -> bool {
    without_comments(text).starts_with(',')
}

/// Returns a JavaScript string literal.
fn literal(text: &str) -> String {
    format!("{text:?}")
}

fn is_anonymous_generator(expression: &Expression<'_>) -> bool {
    match expression.without_parentheses() {
        Expression::FunctionExpression(function) => function.generator && function.id.is_none(),
        _ => false,
    }
}

impl<'a> Visit<'a> for Walker<'_> {
    fn visit_program(&mut self, program: &Program<'a>) {
        self.strict |= program.has_use_strict_directive();
        let start = program.body.first().map_or(program.span.end, |statement: &Statement<'_>| statement.span().start);
        self.block(&program.directives, start);
        self.program(program);
        self.blocks.pop();
    }

    fn visit_function(&mut self, function: &Function<'a>, flags: oxc_syntax::scope::ScopeFlags) {
        let place = mem::take(&mut self.place);
        let was_strict = self.strict;
        self.strict |= function.has_use_strict_directive();
        self.functions.push(Frame { is_async: function.r#async, ..Frame::default() });
        walk::walk_function(self, function, flags);
        let frame = self.functions.pop().unwrap_or_default();
        if function.generator && !(self.spare_outermost && self.functions.len() == 1) {
            self.generator(function, &frame, was_strict, place);
        }
        self.strict = was_strict;
    }

    fn visit_function_body(&mut self, body: &FunctionBody<'a>) {
        self.block(&body.directives, body.span.start + 1);
        let start = body.directives.last().map_or(body.span.start + 1, |directive| directive.span.end);
        self.with_resources(start, body.span.end - 1, |walker| walk::walk_function_body(walker, body));
        self.blocks.pop();
    }

    fn visit_arrow_function_expression(&mut self, arrow: &ArrowFunctionExpression<'a>) {
        let was_strict = self.strict;
        self.strict |= arrow.has_use_strict_directive();
        walk::walk_arrow_function_expression(self, arrow);
        self.strict = was_strict;
    }

    fn visit_class(&mut self, class: &Class<'a>) {
        let was_strict = mem::replace(&mut self.strict, true);
        walk::walk_class(self, class);
        self.strict = was_strict;
    }

    fn visit_block_statement(&mut self, block: &BlockStatement<'a>) {
        self.block(&[], block.span.start + 1);
        let (start, end) = (block.span.start + 1, block.span.end - 1);
        self.with_resources(start, end, |walker| walk::walk_block_statement(walker, block));
        self.blocks.pop();
    }

    fn visit_switch_statement(&mut self, switch: &SwitchStatement<'a>) {
        self.visit_expression(&switch.discriminant);
        let test = switch.cases.iter().find_map(|case| case.test.as_ref());
        let first = switch.cases.iter().find_map(|case| case.consequent.first());
        let start = match (test, first) {
            (Some(test), _) => Start::Case(test.span().start),
            // A `switch` with `default` only runs its statements.
            (None, Some(first)) => Start::Statement(first.span().start),
            (None, None) => return,
        };
        self.blocks.push(start);
        self.without_resources(|walker| walker.visit_switch_cases(&switch.cases));
        self.blocks.pop();
    }

    fn visit_static_block(&mut self, block: &StaticBlock<'a>) {
        self.static_block(block);
    }

    fn visit_statement(&mut self, statement: &Statement<'a>) {
        match statement {
            Statement::LabeledStatement(labeled) => {
                self.labels.get_or_insert(labeled.span.start);
                walk::walk_statement(self, statement);
            }
            Statement::ForStatement(loops) => {
                let labels = self.labels.take();
                self.for_statement(loops, labels);
            }
            _ => {
                self.labels = None;
                walk::walk_statement(self, statement);
            }
        }
    }

    fn visit_for_of_statement(&mut self, statement: &ForOfStatement<'a>) {
        self.for_of_statement(statement);
    }

    fn visit_variable_declaration(&mut self, declaration: &VariableDeclaration<'a>) {
        walk::walk_variable_declaration(self, declaration);
        if matches!(declaration.kind, VariableDeclarationKind::Using | VariableDeclarationKind::AwaitUsing) {
            self.declare_resources(declaration);
        }
    }

    fn visit_identifier_reference(&mut self, identifier: &IdentifierReference<'a>) {
        if identifier.name == "arguments" {
            self.frame().may_use_arguments = true;
        }
    }

    fn visit_super(&mut self, _: &Super) {
        self.frame().uses_super = true;
    }

    fn visit_variable_declarator(&mut self, declarator: &VariableDeclarator<'a>) {
        if let (BindingPattern::BindingIdentifier(id), Some(init)) = (&declarator.id, &declarator.init) {
            self.give_name(&id.name, init);
        }
        walk::walk_variable_declarator(self, declarator);
    }

    fn visit_assignment_expression(&mut self, assignment: &AssignmentExpression<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(id) = &assignment.left {
            self.give_name(&id.name, &assignment.right);
        }
        walk::walk_assignment_expression(self, assignment);
    }

    fn visit_formal_parameter(&mut self, parameter: &FormalParameter<'a>) {
        if let (BindingPattern::BindingIdentifier(id), Some(init)) = (&parameter.pattern, &parameter.initializer) {
            self.give_name(&id.name, init);
        }
        walk::walk_formal_parameter(self, parameter);
    }

    fn visit_object_property(&mut self, property: &ObjectProperty<'a>) {
        let key = (!property.computed).then(|| property.key.static_name().map(|key| literal(&key))).flatten();
        if property.method || property.kind != PropertyKind::Init {
            self.visit_property_key(&property.key);
            self.place = Place::Method(property.span, key);
            self.visit_expression(&property.value);
            return;
        }
        if let Some(key) = key
            && is_anonymous_generator(&property.value)
        {
            self.place = Place::Named(key);
        }
        walk::walk_object_property(self, property);
    }

    fn visit_yield_expression(&mut self, expression: &YieldExpression<'a>) {
        if let (true, true, Some(operand)) = (self.sources.delegates(), expression.delegate, &expression.argument) {
            let after = if self.frame().is_async { ",1)" } else { ")" };
            self.around(operand.span(), &format!("{}(", self.name(Name::Delegate)), after);
        }
        walk::walk_yield_expression(self, expression);
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        let direct = matches!(&call.callee, Expression::Identifier(id) if id.name == "eval") && !call.optional;
        if direct && let (Some(first), Some(last)) = (call.arguments.first(), call.arguments.last()) {
            self.frame().may_use_arguments = true;
            let strict = u8::from(self.strict);
            if call.arguments.iter().any(Argument::is_spread) {
                let before = format!("...{}(eval,{strict},[", self.name(Name::EvalSpread));
                self.around(Span::new(first.span().start, last.span().end), &before, "])");
            } else {
                let before = format!("{}(eval,{strict},", self.name(Name::Eval));
                self.around(first.span(), &before, ")");
            }
        }
        walk::walk_call_expression(self, call);
    }
}
