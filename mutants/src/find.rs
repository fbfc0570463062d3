//! Finds the mutants of a file.
//!
//! Each mutant is a change of the text, so the compiler receives the original source with inserted
//! switches.

mod constants;
mod operators;

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, Pat, ReturnType, Stmt};

pub(crate) use constants::Constants;

use crate::cfg::Builds;
use crate::mutant::{Kind, Mutant, Site};
use crate::values;

/// Returns the expression that is true if a mutant is enabled.
pub(crate) fn on(id: u32) -> String {
    format!("crate::mutant::on({id})")
}

/// Functions whose calls affect the speed of a program only.
const HINTS: [&str; 1] = ["cold_path"];

/// Returns the sites of the file at `path` with this text, whose module is in `builds`. Their mutants are added
/// to `mutants`.
pub(crate) fn file(
    path: &str,
    text: &str,
    parsed: &syn::File,
    builds: Builds,
    constants: &Constants,
    mutants: &mut Vec<Mutant>,
) -> Vec<Site> {
    let mut finder = Finder { path, text, constants, mutants, sites: Vec::new(), builds, names: Vec::new() };
    finder.visit_file(parsed);
    finder.sites
}

struct Finder<'a> {
    path: &'a str,
    text: &'a str,
    constants: &'a Constants,
    mutants: &'a mut Vec<Mutant>,
    sites: Vec<Site>,
    builds: Builds,
    /// The inline modules, types and functions around the current node.
    names: Vec<String>,
}

impl Finder<'_> {
    /// Returns a new mutant, without a site.
    fn mutant(&mut self, at: &impl Spanned, kind: Kind, edit: String) -> u32 {
        let function = self.names.join("::");
        let id = self.mutants.len() as u32 + 1;
        let same = |other: &&Mutant| {
            other.file == self.path
                && other.function == function
                && (other.edit == edit || other.edit.strip_prefix(&edit).is_some_and(|rest| rest.starts_with(" (no. ")))
        };
        let earlier = self.mutants.iter().filter(same).count();
        let edit = if earlier == 0 { edit } else { format!("{edit} (no. {})", earlier + 1) };
        let line = at.span().start().line;
        let (file, home) = (self.path.to_owned(), self.builds.home());
        self.mutants.push(Mutant { id, file, line, function, kind, edit, home });
        id
    }

    fn site(&mut self, mutants: Vec<u32>, place: Range<usize>, before: String, after: &str) {
        self.sites.push(Site { mutants, place, before, after: after.to_owned() });
    }

    /// Returns the text of a node on one line, shortened if it is long.
    fn words(&self, part: &impl Spanned) -> String {
        let text = self.text[part.span().byte_range()].split_whitespace().collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(70) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }

    fn source(&self, part: &impl Spanned) -> &str {
        &self.text[part.span().byte_range()]
    }

    /// Adds a switch to an expression for each of `choices`: kind, edit and replacement.
    fn replaced(&mut self, whole: &impl Spanned, choices: Vec<(Kind, String, String)>) {
        let mut before = String::from("(");
        let mut mutants = Vec::new();
        for (kind, edit, instead) in choices {
            let id = self.mutant(whole, kind, edit);
            before += &format!("if {} {{ {instead} }} else ", on(id));
            mutants.push(id);
        }
        before += "{ ";
        self.site(mutants, whole.span().byte_range(), before, " })");
    }

    /// Adds a switch to a condition or a guard that makes it true, and one that makes it false.
    fn condition(&mut self, condition: &Expr, kind: Kind, constants: &[bool]) {
        let words = self.words(condition);
        let word = if kind == Kind::Guard { "guard" } else { "condition" };
        let mut before = String::from("(");
        let mut mutants = Vec::new();
        for constant in constants {
            let id = self.mutant(condition, kind, format!("{word} `{words}` → `{constant}`"));
            before += &if *constant { format!("{} || ", on(id)) } else { format!("!{} && ", on(id)) };
            mutants.push(id);
        }
        self.site(mutants, condition.span().byte_range(), before + "(", "))");
    }

    /// Visits the parts of a node in the builds that its attributes allow.
    fn under(&mut self, attributes: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let outside = self.builds;
        self.builds = outside.under(attributes);
        if !self.builds.is_test() && !attributes.iter().any(|attribute| attribute.path().is_ident("test")) {
            visit(self);
        }
        self.builds = outside;
    }

    fn named(&mut self, name: String, visit: impl FnOnce(&mut Self)) {
        self.names.push(name);
        visit(self);
        self.names.pop();
    }

    fn at_compile_time(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = self.builds;
        self.builds = outside.without("evaluated by the compiler");
        visit(self);
        self.builds = outside;
    }

    fn function(&mut self, signature: &syn::Signature, block: &Block) {
        self.named(signature.ident.to_string(), |finder| {
            if signature.asyncness.is_none() {
                finder.body(&signature.output, block);
            }
            if matches!(signature.output, ReturnType::Default) {
                finder.tail(block);
            }
            finder.visit_block(block);
        });
    }

    fn body(&mut self, output: &ReturnType, block: &Block) {
        if block.stmts.is_empty() {
            return;
        }
        let whole = self.source(block).trim_start_matches('{').trim_end_matches('}').trim().to_owned();
        let start = block.brace_token.span.open().byte_range().end;
        for value in values::of(output) {
            let short = value.rsplit("::").next().unwrap_or(value);
            if whole == value || whole == short || matches!((short, whole.as_str()), ("null()", "ptr::null()")) {
                continue;
            }
            let edit = if value.is_empty() { "body → nothing".to_owned() } else { format!("body → `{short}`") };
            let id = self.mutant(&block.brace_token.span.open(), Kind::Body, edit);
            self.site(vec![id], start..start, format!(" if {} {{ return {value}; }}", on(id)), "");
        }
    }

    /// Visits the last statement of a block without a value.
    fn tail(&mut self, block: &Block) {
        if let Some(Stmt::Expr(last, None)) = block.stmts.last() {
            self.removable(last, last.span().byte_range());
        }
    }

    /// Visits an expression that is evaluated for its effect only.
    fn removable(&mut self, expression: &Expr, place: Range<usize>) {
        match expression {
            Expr::Call(_) | Expr::MethodCall(_) | Expr::Assign(_) => self.removed(expression, place),
            Expr::Binary(binary) if operators::assigns(&binary.op) => self.removed(expression, place),
            Expr::Unsafe(inner) => self.tail(&inner.block),
            Expr::Block(inner) => self.tail(&inner.block),
            Expr::If(inner) => {
                self.tail(&inner.then_branch);
                if let Some((_, other)) = &inner.else_branch {
                    self.removable(other, other.span().byte_range());
                }
            }
            Expr::Match(inner) => {
                for arm in &inner.arms {
                    self.removable(&arm.body, arm.body.span().byte_range());
                }
            }
            _ => {}
        }
    }

    fn removed(&mut self, expression: &Expr, place: Range<usize>) {
        let call = match expression {
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
                _ => None,
            },
            _ => None,
        };
        if call.is_some_and(|call| HINTS.contains(&call.as_str())) {
            return;
        }
        let edit = format!("`{}` removed", self.words(expression));
        let id = self.mutant(expression, Kind::Statement, edit);
        self.site(vec![id], place, format!("{{ if !{} {{ ", on(id)), " } }");
    }
}

/// Whether an expression contains a `let`, so that it cannot be put into parentheses.
fn has_let(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

/// Whether the condition is not already changed as an operator.
fn is_plain(condition: &Expr) -> bool {
    !matches!(condition, Expr::Let(_) | Expr::Binary(_) | Expr::Unary(_) | Expr::Lit(_) | Expr::Macro(_))
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = item.ident.to_string();
        self.under(&item.attrs, |finder| finder.named(name, |finder| visit::visit_item_mod(finder, item)));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.under(&item.attrs, |finder| finder.function(&item.sig, &item.block));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.under(&item.attrs, |finder| finder.function(&item.sig, &item.block));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.under(&item.attrs, |finder| finder.function(&item.sig, block));
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let of = match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map_or_else(String::new, |last| last.ident.to_string()),
            other => self.words(other),
        };
        let name = match &item.trait_ {
            Some((_, path, _)) => {
                let last = path.segments.last().map_or_else(String::new, |last| self.words(last));
                format!("<{of} as {last}>")
            }
            None => of,
        };
        self.under(&item.attrs, |finder| finder.named(name, |finder| visit::visit_item_impl(finder, item)));
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        let name = item.ident.to_string();
        self.under(&item.attrs, |finder| finder.named(name, |finder| visit::visit_item_trait(finder, item)));
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.under(&item.attrs, |finder| {
            finder.named(item.ident.to_string(), |finder| finder.at_compile_time(|f| f.visit_expr(&item.expr)));
        });
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.under(&item.attrs, |finder| {
            finder.named(item.ident.to_string(), |finder| finder.at_compile_time(|f| f.visit_expr(&item.expr)));
        });
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.under(&item.attrs, |finder| {
            finder.named(item.ident.to_string(), |finder| finder.at_compile_time(|f| f.visit_expr(&item.expr)));
        });
    }

    fn visit_expr_const(&mut self, inner: &'ast syn::ExprConst) {
        self.at_compile_time(|finder| visit::visit_expr_const(finder, inner));
    }

    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
    }

    // Expressions in types and patterns are evaluated by the compiler too.
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
    fn visit_pat(&mut self, _: &'ast Pat) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_block(&mut self, block: &'ast Block) {
        let last = block.stmts.len().saturating_sub(1);
        for (index, statement) in block.stmts.iter().enumerate() {
            match statement {
                Stmt::Local(local) => self.under(&local.attrs, |finder| visit::visit_local(finder, local)),
                Stmt::Item(item) => self.visit_item(item),
                Stmt::Macro(_) => {}
                Stmt::Expr(expression, semicolon) => {
                    self.under(attributes_of(expression), |finder| {
                        if let Some(semicolon) = semicolon {
                            let place = expression.span().byte_range().start..semicolon.span.byte_range().end;
                            finder.removable(expression, place);
                        } else if index < last {
                            finder.removable(expression, expression.span().byte_range());
                        }
                        finder.visit_expr(expression);
                    });
                }
            }
        }
    }

    fn visit_expr_while(&mut self, inner: &'ast syn::ExprWhile) {
        if is_plain(&inner.cond) {
            self.condition(&inner.cond, Kind::Condition, &[false]);
        }
        self.tail(&inner.body);
        visit::visit_expr_while(self, inner);
    }

    fn visit_expr_for_loop(&mut self, inner: &'ast syn::ExprForLoop) {
        self.tail(&inner.body);
        visit::visit_expr_for_loop(self, inner);
    }

    fn visit_expr_loop(&mut self, inner: &'ast syn::ExprLoop) {
        self.tail(&inner.body);
        visit::visit_expr_loop(self, inner);
    }

    fn visit_expr_if(&mut self, inner: &'ast syn::ExprIf) {
        if is_plain(&inner.cond) {
            self.condition(&inner.cond, Kind::Condition, &[true, false]);
        }
        visit::visit_expr_if(self, inner);
    }

    fn visit_expr_match(&mut self, inner: &'ast syn::ExprMatch) {
        let open = |arm: &syn::Arm| arm.guard.is_none() && matches!(arm.pat, Pat::Wild(_) | Pat::Ident(_));
        let ends_open = inner.arms.last().is_some_and(|arm| open(arm) && is_lower(&arm.pat));
        self.visit_expr(&inner.expr);
        for (index, arm) in inner.arms.iter().enumerate() {
            self.under(&arm.attrs, |finder| {
                match &arm.guard {
                    Some((_, guard)) if !has_let(guard) => {
                        finder.condition(guard, Kind::Guard, &[true, false]);
                        finder.visit_expr(guard);
                    }
                    None if ends_open && index + 1 < inner.arms.len() => {
                        let edit = format!("arm `{}` removed", finder.words(&arm.pat));
                        let id = finder.mutant(&arm.pat, Kind::Arm, edit);
                        let end = arm.pat.span().byte_range().end;
                        finder.site(vec![id], end..end, format!(" if !{}", on(id)), "");
                    }
                    _ => {}
                }
                finder.visit_expr(&arm.body);
            });
        }
    }

    fn visit_expr_binary(&mut self, inner: &'ast syn::ExprBinary) {
        if !has_let(&inner.left) && !has_let(&inner.right) {
            self.operator(inner);
        }
        visit::visit_expr_binary(self, inner);
    }

    fn visit_expr_unary(&mut self, inner: &'ast syn::ExprUnary) {
        if let syn::UnOp::Not(_) | syn::UnOp::Neg(_) = inner.op
            && !matches!(*inner.expr, Expr::Lit(_))
        {
            let operand = self.source(&inner.expr).to_owned();
            let edit = format!("`{}` → `{}`", self.words(inner), self.words(&inner.expr));
            self.replaced(inner, vec![(Kind::Negation, edit, operand)]);
        }
        visit::visit_expr_unary(self, inner);
    }

    fn visit_expr_path(&mut self, inner: &'ast syn::ExprPath) {
        self.use_of_constant(inner);
    }
}

/// Whether a pattern that is a single name is a binding rather than a constant.
fn is_lower(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(name) => name.ident.to_string().starts_with(|first: char| first.is_lowercase() || first == '_'),
        _ => true,
    }
}

fn attributes_of(expression: &Expr) -> &[Attribute] {
    match expression {
        Expr::Call(inner) => &inner.attrs,
        Expr::MethodCall(inner) => &inner.attrs,
        Expr::Assign(inner) => &inner.attrs,
        Expr::Binary(inner) => &inner.attrs,
        Expr::If(inner) => &inner.attrs,
        Expr::Match(inner) => &inner.attrs,
        Expr::Block(inner) => &inner.attrs,
        Expr::Unsafe(inner) => &inner.attrs,
        Expr::While(inner) => &inner.attrs,
        Expr::ForLoop(inner) => &inner.attrs,
        Expr::Loop(inner) => &inner.attrs,
        Expr::Return(inner) => &inner.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::mutant::Home;

    fn found(text: &str) -> (Vec<Mutant>, Vec<Site>) {
        let parsed = syn::parse_file(text).unwrap();
        let (mut mutants, mut constants) = (Vec::new(), Constants::default());
        constants.collect("a.rs", &parsed, Builds::BOTH, &mut mutants);
        let sites = file("a.rs", text, &parsed, Builds::BOTH, &constants, &mut mutants);
        (mutants, sites)
    }

    fn edits(text: &str) -> Vec<String> {
        found(text).0.into_iter().map(|mutant| format!("{}: {}", mutant.function, mutant.edit)).collect()
    }

    fn switched(text: &str) -> String {
        let (_, sites) = found(text);
        crate::render::with_switches(text, &sites, &BTreeSet::new()).text.replace("crate::mutant::on", "on")
    }

    #[test]
    fn a_body_is_replaced_by_constants_of_its_type() {
        let text = "impl T for A<X> { fn f(&self) -> bool { g() } fn g(&self) -> Option<X> { None } }";
        assert_eq!(edits(text), ["<A as T>::f: body → `true`", "<A as T>::f: body → `false`"]);
        assert_eq!(
            switched("fn f() -> *const A { g() }"),
            "fn f() -> *const A { if on(1) { return ::std::ptr::null(); } g() }"
        );
    }

    #[test]
    fn operators_nest_with_their_switches() {
        let expected = "fn f() -> A { (if on(1) { a(1) || b == c } else { a(1) && \
                        (if on(2) { b != c } else { b == c }) }) }";
        assert_eq!(switched("fn f() -> A { a(1) && b == c }"), expected);
        assert_eq!(edits("fn f() -> A { if let Some(x) = y && x < 1 {} }").len(), 3, "a let is not moved");
    }

    #[test]
    fn calls_without_a_used_result_are_removed() {
        let edits = edits("fn f() { a(); let b = c(); if d { b.set(1) } cold_path(); e += 1 }");
        let expected = [
            "f: body → nothing",
            "f: `e += 1` removed",
            "f: `a()` removed",
            "f: `b.set(1)` removed",
            "f: condition `d` → `true`",
            "f: condition `d` → `false`",
            "f: `e += 1`: `+=` → `-=`",
            "f: `e += 1`: `+=` → `*=`",
        ];
        assert_eq!(edits, expected);
        assert_eq!(switched("fn f() -> A { a(); b }"), "fn f() -> A { { if !on(1) { a(); } } b }");
    }

    #[test]
    fn arms_are_removed_only_if_another_matches_all() {
        assert_eq!(edits("fn f() -> A { match a { 1 => b, _ => c } }"), ["f: arm `1` removed"]);
        assert_eq!(edits("fn f() -> A { match a { A::B => b, A::C => c } }"), Vec::<String>::new());
        assert_eq!(edits("fn f() -> A { match a { x if x => b, _ => c } }").len(), 2);
    }

    #[test]
    fn a_constant_changes_where_running_code_uses_it() {
        let text = "const N: usize = 1; fn f() -> A { let a = [0; N]; a[N] }";
        let more = "(if on(1) { N.wrapping_add(1) } else if on(2) { N.wrapping_sub(1) } else { N })";
        assert_eq!(switched(text), format!("const N: usize = 1; fn f() -> A {{ let a = [0; N]; a[{more}] }}"));
    }

    #[test]
    fn each_mutant_is_in_the_build_with_its_code() {
        let homes = |text: &str| found(text).0.into_iter().map(|mutant| mutant.home).collect::<Vec<_>>();
        assert_eq!(homes("#[cfg(not(debug_assertions))] fn f() { a() }"), [Home::Release; 2]);
        assert_eq!(homes("#[cfg(any(loom, feature = \"x\"))] fn f() { a() }"), [Home::Debug; 2]);
        assert_eq!(homes("#[cfg(loom)] mod m { fn f() { a() } }"), [Home::Nowhere("only under loom"); 2]);
        assert_eq!(homes("#[cfg(test)] fn f() { a() }"), []);
        assert_eq!(homes("const A: bool = 1 == 2;"), [Home::Nowhere("evaluated by the compiler")]);
    }

    #[test]
    fn no_two_mutants_of_a_function_have_one_name() {
        let edits = edits("fn f() -> A { a(); a(); a() }");
        assert_eq!(edits, ["f: `a()` removed", "f: `a()` removed (no. 2)"]);
    }
}
