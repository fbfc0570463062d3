//! A program in the form of Rust, for readers. The Rust targets interpret programs; this is an outline of what they do,
//! with the crate's names for what the crate has. It does not compile: blocks export their names, and promises and
//! generators, which Rust does not have, are objects with methods.

use std::collections::BTreeSet;

use crate::program::ast::{Stmt, Word};
use crate::program::table::{Field, NO_SNAPSHOT, Op};

/// Returns the outline of a program, or none if it has a statement without a counterpart in Rust.
///
/// # Examples
///
/// ```
/// use conformance::{program::parse::parse, report::outline::rust};
///
/// let (file, _) = parse("litmus 1; case c { program { var v; run v a { get v } } }");
/// let text = rust(&file.cases[0].program).unwrap();
/// assert_eq!(text, "let v = Variable::new();\nv.run(\"a\", || {\n    log(v.get());\n});\n");
/// ```
pub fn rust(program: &[Stmt]) -> Option<String> {
    let mut outline = Outline { out: String::new(), depth: 0, facade: is_facade(program), wrapped: BTreeSet::new() };
    outline.block(program)?;
    Some(outline.out)
}

/// Whether a program needs the AsyncLocalStorage facade.
fn is_facade(block: &[Stmt]) -> bool {
    block.iter().any(|stmt| {
        let needs = matches!(stmt.op, Op::Exit | Op::EnterWith | Op::Disable | Op::Resource);
        needs || stmt.blocks().any(|block| is_facade(block))
    })
}

struct Outline {
    out: String,
    depth: usize,
    facade: bool,
    /// The names of wrapped functions, which are called by a method.
    wrapped: BTreeSet<Word>,
}

impl Outline {
    fn line(&mut self, text: &str) {
        self.out.extend(std::iter::repeat_n("    ", self.depth));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn block(&mut self, block: &[Stmt]) -> Option<()> {
        block.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    /// Writes a statement with a body.
    fn body(&mut self, head: &str, block: &[Stmt], tail: &str) -> Option<()> {
        self.line(head);
        self.depth += 1;
        self.block(block)?;
        self.depth -= 1;
        self.line(tail);
        Some(())
    }

    fn stmt(&mut self, stmt: &Stmt) -> Option<()> {
        let name = |field: Field| identifier(stmt.get(field).map_or("_", |name| name));
        let value = || literal(stmt.get(Field::Value).map_or("none", |value| value));
        let bind = stmt.name().map_or(String::new(), |name| format!("let {} = ", identifier(name)));
        let body = stmt.body();
        let v = name(Field::Var);
        match stmt.op {
            Op::Var => self.line(&format!("{bind}{};", self.variable(stmt))),
            Op::Get if self.facade => self.line(&format!("log({v}.get_store());")),
            Op::Get => self.line(&format!("log({v}.get());")),
            Op::Name => self.line(&format!("log({v}.name());")),
            Op::Log => self.line(&format!("log({});", value())),
            Op::Run => return self.body(&format!("{v}.run({}, || {{", value()), body, "});"),
            Op::RunAsync => return self.body(&format!("{v}.scope({}, async {{", value()), body, "}).await;"),
            Op::Snapshot if self.facade => self.line(&format!("{bind}AsyncLocalStorage::snapshot();")),
            Op::Snapshot => self.line(&format!("{bind}Snapshot::capture();")),
            Op::In => return self.body(&format!("{}.run(|| {{", name(Field::Snapshot)), body, "});"),
            Op::InAsync => return self.body(&format!("{}.scope(async {{", name(Field::Snapshot)), body, "}).await;"),
            Op::Fn => return self.body(&format!("{bind}|| {{"), body, "};"),
            Op::Wrap => {
                self.wrapped.extend(stmt.name().cloned());
                let wrap = if self.facade { "AsyncLocalStorage::bind" } else { "Snapshot::capture().wrap" };
                self.line(&format!("{bind}{wrap}({});", name(Field::Fn)));
            }
            Op::Call => {
                let call = if self.wrapped.contains(stmt.word(Field::Fn)) { ".call(())" } else { "()" };
                self.line(&format!("{}{call};", name(Field::Fn)));
            }
            Op::Throw => self.line(&format!("return Err({}); // then again with a panic", value())),
            Op::Try => {
                self.body("let tried = attempt(|| {", body, "});")?;
                if let Some(block) = &stmt.catch {
                    self.body("if let Err(error) = tried {", block, "}")?;
                }
                if let Some(block) = &stmt.finally {
                    self.body("{ // in any case", block, "}")?;
                }
            }
            Op::Caught => self.line("log(error);"),
            Op::Error => self.line(&format!("{bind}{};", value())),
            Op::Raise => self.line(&format!("return Err({}); // then again with a panic", name(Field::Error))),
            Op::InCaught => self.line(&format!("log({NO_SNAPSHOT:?}); // an error in Rust has no snapshot")),
            Op::Task | Op::Microtask => {
                return self.body(&format!("{bind}spawn(async {{"), body, "}.in_current_snapshot());");
            }
            Op::Timer => {
                return self.body(&format!("{bind}after_a_sleep(async {{"), body, "}.in_current_snapshot());");
            }
            Op::Interval => {
                let count = stmt.get(Field::Count).map_or("", |count| count);
                return self.body(&format!("{bind}every_tick({count}, Snapshot::capture().wrap(|| {{"), body, "}));");
            }
            Op::Await => self.line(&match &*name(Field::Target) {
                "value" => "ready(()).await;".to_owned(),
                "tick" => "yield_now().await;".to_owned(),
                "timer" => "sleep().await;".to_owned(),
                target => format!("{target}.await?;"),
            }),
            Op::Return => self.line(&format!("return {}.await;", name(Field::Target))),
            Op::Deferred => self.line(&format!("{bind}Promise::pending();")),
            Op::Resolve => match stmt.get(Field::With) {
                None => self.line(&format!("{}.resolve();", name(Field::Target))),
                Some(with) => self.line(&format!("{}.resolve_with({});", name(Field::Target), identifier(with))),
            },
            Op::Reject => self.line(&format!("{}.reject({});", name(Field::Target), value())),
            Op::Then | Op::Catch | Op::Finally if stmt.body.is_none() => {
                self.line(&format!("{bind}{}.then_nothing();", name(Field::Promise)));
            }
            Op::Then | Op::Catch | Op::Finally => {
                let (promise, word) = (name(Field::Promise), stmt.op.word());
                let head = format!("{bind}{promise}.{word}(Snapshot::capture().wrap(|| {{");
                return self.body(&head, body, "}));");
            }
            Op::Thenable => {
                return self.body(&format!("{bind}Thenable::new(|| {{ // spawned where it is adopted"), body, "});");
            }
            Op::Generator => return self.body(&format!("{bind}generator(|| {{"), body, "}).in_current_snapshot();"),
            Op::AsyncGenerator => {
                return self.body(&format!("{bind}async_generator(async || {{"), body, "}).in_current_snapshot();");
            }
            Op::Iterator => {
                let count = stmt.get(Field::Count).map_or("", |count| count);
                return self.body(&format!("{bind}iterator_of({count}, || {{"), body, "});");
            }
            Op::Next => self.line(&format!("{bind}{}.next();", name(Field::Gen))),
            Op::Close => self.line(&format!("{bind}{}.close();", name(Field::Gen))),
            Op::ThrowIn => self.line(&format!("{bind}{}.throw_in({});", name(Field::Gen), value())),
            Op::Yield => self.line("yield_();"),
            Op::YieldFrom => self.line(&format!("yield_from({});", name(Field::Gen))),
            Op::ForOf => return self.body(&format!("for _ in {} {{", name(Field::Gen)), body, "}"),
            Op::ForAwait => {
                let head = format!("while let Some(_) = {}.next().await {{", name(Field::Gen));
                return self.body(&head, body, "}");
            }
            Op::Break => self.line("break;"),
            Op::Emitter => self.line(&format!("{bind}Listeners::new();")),
            Op::On => return self.body(&format!("{}.push(|| {{", name(Field::Emitter)), body, "});"),
            Op::Emit => self.line(&format!("for listener in &{0} {{ listener(); }}", name(Field::Emitter))),
            Op::Finalizer => return self.body(&format!("{bind}on_drop(Snapshot::capture().wrap(|| {{"), body, "}));"),
            Op::Drop => self.line(&format!("drop({});", name(Field::Finalizer))),
            Op::Thread => return self.body(&format!("{bind}std::thread::spawn(|| {{"), body, "});"),
            Op::Enter => {
                let enter = if self.facade { "with_scope" } else { "enter" };
                self.line(&format!("{bind}{v}.{enter}({});", value()));
            }
            Op::Leave => self.line(&format!("drop({});", name(Field::Guard))),
            Op::Hide => return self.body(&format!("{v}.hidden().run(|| {{"), body, "});"),
            Op::Exit => return self.body(&format!("{v}.exit(|| {{"), body, "});"),
            Op::EnterWith => self.line(&format!("{v}.enter_with({});", value())),
            Op::Disable => self.line(&format!("{v}.disable();")),
            Op::Resource => self.line(&format!("{bind}AsyncResource::new(\"litmus\");")),
            Op::InResource => {
                let head = format!("{}.run_in_async_scope(|| {{", name(Field::Resource));
                return self.body(&head, body, "});");
            }
            // None of them exists in Rust.
            Op::Unhandled
            | Op::Uncaught
            | Op::Diagnostics
            | Op::BindStore
            | Op::RunStores
            | Op::Module
            | Op::Immediate
            | Op::NextTick
            | Op::EventTarget
            | Op::AbortSignal
            | Op::Abort
            | Op::Operation
            | Op::Channel
            | Op::Listen
            | Op::Post => return None,
        }
        Some(())
    }

    fn variable(&self, stmt: &Stmt) -> String {
        let class = if self.facade { "AsyncLocalStorage" } else { "Variable" };
        let new = match stmt.get(Field::Label) {
            Some(name) => format!("{class}::named({name:?})"),
            None => format!("{class}::new()"),
        };
        match stmt.get(Field::Default) {
            Some(default) => format!("{new}.with_default({})", literal(default)),
            None => new,
        }
    }
}

/// Returns a name as Rust writes names.
fn identifier(name: &str) -> String {
    name.replace('-', "_")
}

/// Returns a value: `None` for `none`, otherwise a string.
fn literal(value: &str) -> String {
    if value == "none" { "None".to_owned() } else { format!("{value:?}") }
}
