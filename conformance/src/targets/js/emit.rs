//! The translation of a litmus program to JavaScript, statement by statement.

use crate::program::ast::{Stmt, Word};
use crate::program::profile::Api;
use crate::program::table::{Field, HostKind, NO_SNAPSHOT, Op};

use super::names::Names;

/// The text of a program, and the part of it that a new agent needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::targets) struct Script {
    /// The body of an async function: the strand `main`.
    pub(in crate::targets) text: String,
    /// The declarations of its variables, for threads.
    pub(in crate::targets) variables: String,
}

/// Translates a program for an API; with `portable`, for the part of AsyncLocalStorage that is in WinterTC's subset.
pub(super) fn emit(program: &[Stmt], api: Api, portable: bool) -> Script {
    let mut emitter = Emitter {
        api,
        portable,
        names: Names::of(program),
        out: String::new(),
        depth: 0,
        thenables: Vec::new(),
        variables: String::new(),
    };
    emitter.strand_body("main", program);
    Script { text: emitter.out, variables: emitter.variables }
}

struct Emitter {
    api: Api,
    /// Whether snapshots and wrapped functions are made by AsyncResource.
    portable: bool,
    names: Names,
    out: String,
    depth: usize,
    /// The thenables whose bodies contain the current statement.
    thenables: Vec<Word>,
    variables: String,
}

impl Emitter {
    fn line(&mut self, text: &str) {
        self.out.extend(std::iter::repeat_n("  ", self.depth));
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Writes a head that opens a block, the block, and the tail that closes it.
    fn block(&mut self, head: &str, tail: &str, body: impl FnOnce(&mut Self)) {
        let before = self.out.len();
        self.line(head);
        let inside = self.out.len();
        self.depth += 1;
        body(self);
        self.depth -= 1;
        if self.out.len() == inside {
            self.out.truncate(before);
            self.line(&format!("{head}{tail}"));
        } else {
            self.line(tail);
        }
    }

    /// Writes the body of a strand. It starts with its logging function if a statement observes.
    fn strand_body(&mut self, name: &str, body: &[Stmt]) {
        if observes(body) {
            self.line(&format!("const log = strand({});", quoted(name)));
        }
        self.frame_body(body);
    }

    /// Writes the body of a frame. It starts with a stack for its guards if a block in it creates guards.
    fn frame_body(&mut self, body: &[Stmt]) {
        let keeps = self.keeps_guards(body, true);
        if keeps {
            self.line("using guards = new DisposableStack();");
        }
        self.body(body, !keeps);
    }

    /// Writes statements. `frame` is true directly in a frame's body without a stack for guards. With such a stack, all
    /// guards of the frame end newest first.
    fn body(&mut self, body: &[Stmt], frame: bool) {
        for stmt in body {
            let declared = self.names.before(stmt);
            if !declared.is_empty() {
                let declared: Vec<_> = declared.iter().map(|name| self.names.identifier(name)).collect();
                let line = format!("let {};", declared.join(", "));
                self.line(&line);
            }
            self.stmt(stmt, frame);
        }
    }

    /// Whether a frame creates guards in inner blocks, where `using` would end them too early.
    fn keeps_guards(&self, block: &[Stmt], direct: bool) -> bool {
        block.iter().any(|stmt| match stmt.op {
            Op::Enter => !direct || self.names.is_hoisted(stmt.word(Field::Name)),
            _ => !stmt.op.row().frame && stmt.blocks().any(|block| self.keeps_guards(block, false)),
        })
    }

    /// Returns the identifier of the name in a field.
    fn id(&self, stmt: &Stmt, field: Field) -> String {
        self.names.identifier(stmt.word(field)).to_owned()
    }

    /// Returns the start of a statement that binds a name: `const x = `, or `x = ` if it is declared before.
    fn bind(&self, stmt: &Stmt) -> String {
        let Some(name) = stmt.name() else { return String::new() };
        let keyword = if self.names.is_hoisted(name) { "" } else { "const " };
        format!("{keyword}{} = ", self.names.identifier(name))
    }

    /// Returns an expression for the promise or thenable in a field.
    fn promise(&self, stmt: &Stmt, field: Field) -> String {
        self.names.promise(stmt.word(field))
    }

    /// Returns the names of a thenable's resolving functions. Those of a nested thenable contain its name.
    fn settlers(&self, thenable: &str) -> (String, String) {
        if self.thenables.first().is_none_or(|first| &**first == thenable) {
            ("resolve".into(), "reject".into())
        } else {
            let id = self.names.identifier(thenable);
            (format!("resolve_{id}"), format!("reject_{id}"))
        }
    }

    /// Writes a statement with a callback: `head` up to the parameters, the body, and `);`.
    fn callback(&mut self, head: &str, stmt: &Stmt) {
        self.block(&format!("{head}() => {{"), "});", |e| e.frame_body(stmt.body()));
    }

    /// Writes a statement with a callback that is a strand.
    fn strand(&mut self, head: &str, stmt: &Stmt, tail: &str) {
        let name = stmt.word(Field::Name).clone();
        self.block(head, tail, |e| e.strand_body(&name, stmt.body()));
    }

    /// Writes a function that receives the logging function of its caller.
    fn function(&mut self, head: &str, stmt: &Stmt, tail: &str) {
        let parameters = if observes(stmt.body()) { "(log)" } else { "()" };
        self.block(&format!("{head}{parameters} => {{"), tail, |e| e.body(stmt.body(), false));
    }

    fn observe(&mut self, stmt: &Stmt, value: &str) {
        let label = stmt.get(Field::As).map_or(String::new(), |label| format!(", {}", quoted(label)));
        self.line(&format!("log({value}{label});"));
    }

    fn stmt(&mut self, stmt: &Stmt, frame: bool) {
        let als = self.api == Api::Als;
        let bind = self.bind(stmt);
        match stmt.op {
            Op::Var => self.variable(stmt, &bind),
            Op::Get => {
                let get = if als { "getStore" } else { "get" };
                self.observe(stmt, &format!("{}.{get}()", self.id(stmt, Field::Var)));
            }
            Op::Name => self.observe(stmt, &format!("{}.name", self.id(stmt, Field::Var))),
            Op::Log => self.observe(stmt, &literal(stmt.word(Field::Value))),
            Op::Run | Op::RunAsync => {
                let (before, asynchronous) = if stmt.op == Op::Run { ("", "") } else { ("await ", "async ") };
                let (v, x) = (self.id(stmt, Field::Var), literal(stmt.word(Field::Value)));
                self.callback(&format!("{before}{v}.run({x}, {asynchronous}"), stmt);
            }
            Op::Snapshot if self.portable => self.line(&format!("{bind}new AsyncResource(\"litmus\");")),
            Op::Snapshot if als => self.line(&format!("{bind}AsyncLocalStorage.snapshot();")),
            Op::Snapshot => self.line(&format!("{bind}new AsyncContext.Snapshot();")),
            Op::In | Op::InAsync => {
                let (before, asynchronous) = if stmt.op == Op::In { ("", "") } else { ("await ", "async ") };
                let run = match self.api {
                    Api::Als if self.portable => ".runInAsyncScope",
                    Api::Als => "",
                    Api::Ac => ".run",
                };
                let s = self.id(stmt, Field::Snapshot);
                self.callback(&format!("{before}{s}{run}({asynchronous}"), stmt);
            }
            Op::Fn => self.function(&bind, stmt, "};"),
            Op::Wrap => {
                let wrap = match self.api {
                    Api::Als if self.portable => "AsyncResource.bind",
                    Api::Als => "AsyncLocalStorage.bind",
                    Api::Ac => "AsyncContext.Snapshot.wrap",
                };
                self.line(&format!("{bind}{wrap}({});", self.id(stmt, Field::Fn)));
            }
            Op::Call => self.line(&format!("{}(log);", self.id(stmt, Field::Fn))),
            Op::Throw => self.line(&format!("throw {};", literal(stmt.word(Field::Value)))),
            Op::Try => self.try_statement(stmt),
            Op::Caught => self.observe(stmt, "error"),
            Op::Error => {
                let x = quoted(stmt.word(Field::Value));
                self.line(&format!("{bind}Object.assign(new Error({x}), {{ name: {x} }});"));
            }
            Op::Raise => self.line(&format!("throw {};", self.id(stmt, Field::Error))),
            Op::InCaught => {
                let tail = format!("}}); else log({});", quoted(NO_SNAPSHOT));
                self.block("if (error?.snapshot) error.snapshot.run(() => {", &tail, |e| e.frame_body(stmt.body()));
            }
            Op::Task => self.strand(&format!("{bind}(async () => {{"), stmt, "})();"),
            Op::Await => {
                let awaited = match &**stmt.word(Field::Target) {
                    "value" => "0".into(),
                    "tick" => "Promise.resolve()".into(),
                    "timer" => "sleep()".into(),
                    _ => self.promise(stmt, Field::Target),
                };
                self.line(&format!("await {awaited};"));
            }
            Op::Return => self.line(&format!("return {};", self.promise(stmt, Field::Target))),
            Op::Deferred => self.line(&format!("{bind}deferred();")),
            Op::Resolve | Op::Reject => self.settle(stmt),
            Op::Then if stmt.body.is_none() => {
                self.line(&format!("{bind}{}.then();", self.promise(stmt, Field::Promise)));
            }
            Op::Then | Op::Catch | Op::Finally => {
                let parameters = if stmt.op == Op::Catch && catches(stmt.body()) { "(error)" } else { "()" };
                let p = self.promise(stmt, Field::Promise);
                self.strand(&format!("{bind}{p}.{}({parameters} => {{", stmt.op.word()), stmt, "});");
            }
            Op::Thenable => {
                let name = stmt.word(Field::Name).clone();
                self.thenables.push(name.clone());
                let (resolve, reject) = self.settlers(&name);
                self.block(&format!("{bind}{{"), "};", |e| {
                    e.strand(&format!("then({resolve}, {reject}) {{"), stmt, "},");
                });
                self.thenables.pop();
            }
            Op::Microtask => self.strand(&format!("{bind}microtask(() => {{"), stmt, "});"),
            Op::Timer => self.strand(&format!("{bind}timer(() => {{"), stmt, "});"),
            Op::Interval => {
                let count = stmt.word(Field::Count);
                self.strand(&format!("{bind}interval({count}, () => {{"), stmt, "});");
            }
            Op::Immediate => self.strand(&format!("{bind}immediate(() => {{"), stmt, "});"),
            Op::NextTick => self.strand(&format!("{bind}nextTick(() => {{"), stmt, "});"),
            Op::Operation => {
                let kind = quoted(stmt.word(Field::Kind));
                self.strand(&format!("{bind}operation({kind}, () => {{"), stmt, "});");
            }
            Op::Generator => self.strand(&format!("{bind}(function* () {{"), stmt, "})();"),
            Op::AsyncGenerator => self.strand(&format!("{bind}(async function* () {{"), stmt, "})();"),
            Op::Iterator => {
                let count = stmt.word(Field::Count);
                self.strand(&format!("{bind}iterator({count}, () => {{"), stmt, "});");
            }
            Op::Next => self.line(&format!("{bind}{}.next();", self.id(stmt, Field::Gen))),
            Op::Close => self.line(&format!("{bind}{}.return();", self.id(stmt, Field::Gen))),
            Op::ThrowIn => {
                let x = literal(stmt.word(Field::Value));
                self.line(&format!("{bind}{}.throw({x});", self.id(stmt, Field::Gen)));
            }
            Op::Yield => self.line("yield;"),
            Op::YieldFrom => self.line(&format!("yield* {};", self.id(stmt, Field::Gen))),
            Op::ForOf | Op::ForAwait => {
                let word = if stmt.op == Op::ForOf { "for" } else { "for await" };
                let head = format!("{word} (const _ of {}) {{", self.id(stmt, Field::Gen));
                self.block(&head, "}", |e| e.body(stmt.body(), false));
            }
            Op::Break => self.line("break;"),
            Op::Emitter => self.line(&format!("{bind}new EventEmitter();")),
            Op::EventTarget => self.line(&format!("{bind}eventTarget();")),
            Op::AbortSignal => self.line(&format!("{bind}abortSignal();")),
            Op::Abort => self.line(&format!("{}.abort(log);", self.id(stmt, Field::Emitter))),
            Op::Channel => match stmt.kind() {
                None | Some(HostKind::Message) => self.line(&format!("{bind}new MessageChannel();")),
                Some(kind) => self.line(&format!("{bind}channel({});", quoted(kind.word()))),
            },
            Op::Listen => {
                let channel = self.id(stmt, Field::Channel);
                self.strand(&format!("{bind}listen({channel}, () => {{"), stmt, "});");
            }
            Op::Post => self.line(&format!("{}.post();", self.id(stmt, Field::Port))),
            Op::On => {
                let head = format!("{}.on(\"event\", ", self.id(stmt, Field::Emitter));
                self.function(&head, stmt, "});");
            }
            Op::Emit => self.line(&format!("{}.emit(\"event\", log);", self.id(stmt, Field::Emitter))),
            Op::Finalizer => self.strand(&format!("{bind}finalizer(() => {{"), stmt, "});"),
            Op::Drop => self.line(&format!("await drop({});", self.id(stmt, Field::Finalizer))),
            Op::Unhandled => self.strand("onUnhandled(() => {", stmt, "});"),
            Op::Uncaught => self.strand("onUncaught(() => {", stmt, "});"),
            Op::Module => {
                self.strand(&format!("{bind}importModule(async () => {{"), stmt, "});");
                self.line(&format!("await {};", self.id(stmt, Field::Name)));
            }
            Op::Thread => self.strand(&format!("{bind}thread(() => {{"), stmt, "});"),
            Op::Enter => {
                let scope = format!("{}.withScope({})", self.id(stmt, Field::Var), literal(stmt.word(Field::Value)));
                let name = self.id(stmt, Field::Name);
                if frame {
                    self.line(&format!("using {name} = {scope};"));
                } else {
                    self.line(&format!("{bind}guards.use({scope});"));
                }
            }
            Op::Leave => self.line(&format!("{}[Symbol.dispose]();", self.id(stmt, Field::Guard))),
            Op::Hide => self.line("throw new Error(\"JavaScript has nothing that hides a variable\");"),
            Op::Exit => {
                let head = format!("{}.exit(", self.id(stmt, Field::Var));
                self.callback(&head, stmt);
            }
            Op::EnterWith => {
                let x = literal(stmt.word(Field::Value));
                self.line(&format!("{}.enterWith({x});", self.id(stmt, Field::Var)));
            }
            Op::Disable => self.line(&format!("{}.disable();", self.id(stmt, Field::Var))),
            Op::Resource => self.line(&format!("{bind}new AsyncResource(\"litmus\");")),
            Op::InResource => {
                let head = format!("{}.runInAsyncScope(", self.id(stmt, Field::Resource));
                self.callback(&head, stmt);
            }
            Op::Diagnostics => self.line(&format!("{bind}diagnosticsChannel();")),
            Op::BindStore => {
                let (d, v) = (self.id(stmt, Field::Diagnostics), self.id(stmt, Field::Var));
                self.line(&format!("{d}.bindStore({v});"));
            }
            Op::RunStores => {
                let (d, x) = (self.id(stmt, Field::Diagnostics), literal(stmt.word(Field::Value)));
                self.callback(&format!("{d}.runStores({x}, "), stmt);
            }
        }
    }

    fn variable(&mut self, stmt: &Stmt, bind: &str) {
        let name = stmt.get(Field::Label).map(|name| format!("name: {}", quoted(name)));
        let default = stmt.get(Field::Default).map(|value| format!("defaultValue: {}", literal(value)));
        let options: Vec<_> = name.into_iter().chain(default).collect();
        let options = if options.is_empty() { String::new() } else { format!("{{ {} }}", options.join(", ")) };
        let class = if self.api == Api::Als { "AsyncLocalStorage" } else { "AsyncContext.Variable" };
        let new = format!("new {class}({options});");
        self.variables.push_str(&format!("const {} = {new}\n", self.id(stmt, Field::Name)));
        self.line(&format!("{bind}{new}"));
    }

    fn try_statement(&mut self, stmt: &Stmt) {
        self.line("try {");
        self.depth += 1;
        self.body(stmt.body(), false);
        self.depth -= 1;
        if let Some(block) = &stmt.catch {
            self.line(if catches(block) { "} catch (error) {" } else { "} catch {" });
            self.depth += 1;
            self.body(block, false);
            self.depth -= 1;
        }
        if let Some(block) = &stmt.finally {
            self.line("} finally {");
            self.depth += 1;
            self.body(block, false);
            self.depth -= 1;
        }
        self.line("}");
    }

    fn settle(&mut self, stmt: &Stmt) {
        let target = stmt.word(Field::Target);
        let argument = match stmt.op {
            Op::Reject => literal(stmt.word(Field::Value)),
            _ => stmt.get(Field::With).map_or(String::new(), |_| self.promise(stmt, Field::With)),
        };
        let function = if self.thenables.contains(target) {
            let (resolve, reject) = self.settlers(target);
            if stmt.op == Op::Resolve { resolve } else { reject }
        } else {
            format!("{}.{}", self.names.identifier(target), stmt.op.word())
        };
        self.line(&format!("{function}({argument});"));
    }
}

/// Returns a string literal.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns the expression of a value: `undefined` for `none`, otherwise a string.
fn literal(value: &str) -> String {
    if value == "none" { "undefined".into() } else { quoted(value) }
}

/// Whether the statements of a strand observe something, directly or in functions that they call.
fn observes(block: &[Stmt]) -> bool {
    block.iter().any(|stmt| match stmt.op {
        Op::Get | Op::Name | Op::Log | Op::Caught | Op::InCaught | Op::Call | Op::Emit | Op::Abort => true,
        Op::Fn | Op::On => false,
        _ => !stmt.op.row().strand && stmt.blocks().any(|block| observes(block)),
    })
}

/// Whether a catch body observes the caught value.
fn catches(block: &[Stmt]) -> bool {
    block.iter().any(|stmt| match stmt.op {
        Op::Caught | Op::InCaught => true,
        Op::Catch => false,
        Op::Try => [&stmt.body, &stmt.finally].into_iter().flatten().any(|block| catches(block)),
        _ => stmt.blocks().any(|block| catches(block)),
    })
}
