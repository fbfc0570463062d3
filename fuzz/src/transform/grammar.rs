//! Small programs generated from bytes: generators of every form in every position, and code that
//! calls and inspects them. All programs end, since each function limits the number of its calls.

use std::fmt::Write as _;

use arbitrary::{Result, Unstructured};

/// The maximum nesting of statements and expressions.
const DEPTH: u32 = 4;
const NAMES: [&str; 5] = ["a", "b", "c", "g", "x"];

pub(super) fn program(input: &mut Unstructured<'_>) -> Result<String> {
    let mut program = Program { input, text: String::new(), functions: Vec::new(), is_strict: false, names: 0 };
    if program.input.ratio(1, 5)? {
        program.is_strict = true;
        program.text.push_str("'use strict'; ");
    }
    program.text.push_str("let fuel = 40; var a = 1, b = [1, 2], c = { p: 3 }, g = function* () { yield 1 }, x;\n");
    while !program.input.is_empty() && program.text.len() < 2000 {
        let is_caught = program.input.ratio(7, 8)?;
        program.write(if is_caught { "try { " } else { "" });
        program.statement(DEPTH)?;
        program.write(if is_caught { " } catch (e) { see(e && e.name) }\n" } else { "\n" });
    }
    // A `var` initialized with a named wrapped function loses the value of the preceding statement,
    // so each program ends with an explicit value.
    program.text.push_str("a;\n");
    Ok(program.text)
}

/// The statements and expressions allowed in a function's body.
#[derive(Clone, Copy)]
struct Function {
    is_async: bool,
    is_generator: bool,
    has_arguments: bool,
}

impl Function {
    fn of(is_async: bool, is_generator: bool) -> Function {
        Function { is_async, is_generator, has_arguments: true }
    }
}

struct Program<'i, 'b> {
    input: &'i mut Unstructured<'b>,
    text: String,
    /// The functions around the current position, innermost last.
    functions: Vec<Function>,
    is_strict: bool,
    /// The number of uniquely named functions and labels.
    names: u32,
}

impl Program<'_, '_> {
    fn write(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn one_of(&mut self, choices: &[&'static str]) -> Result<&'static str> {
        Ok(self.input.choose(choices)?)
    }

    fn pick(&mut self, choices: &[&'static str]) -> Result<()> {
        let text = self.one_of(choices)?;
        self.write(text);
        Ok(())
    }

    fn name(&mut self) -> Result<()> {
        self.pick(&NAMES)
    }

    fn block(&mut self, depth: u32) -> Result<()> {
        self.write("{ ");
        for _ in 0..self.input.int_in_range(0..=2)? {
            self.statement(depth)?;
            self.write(" ");
        }
        self.write("}");
        Ok(())
    }

    fn statement(&mut self, depth: u32) -> Result<()> {
        let Some(depth) = depth.checked_sub(1) else { return self.expression_statement(0) };
        match self.input.int_in_range(0..=13)? {
            0 => self.function(depth, true)?,
            1 => {
                self.write("var ");
                self.name()?;
                self.write(" = ");
                self.expression(depth)?;
                self.write(";");
            }
            2 => self.block(depth)?,
            3 => {
                self.write("if (");
                self.expression(depth)?;
                self.write(") ");
                self.block(depth)?;
                self.write(" else ");
                self.block(depth)?;
            }
            4 => {
                self.write("try ");
                self.block(depth)?;
                self.write(" catch (e) { see(e && e.name); ");
                self.statement(depth)?;
                self.write("} ");
                if self.input.arbitrary()? {
                    self.write("finally ");
                    self.block(depth)?;
                }
            }
            5 => {
                self.names += 1;
                let _ = write!(self.text, "label{}: ", self.names);
                self.pick(&["for (let i = 0; i < 2; i++) ", "for (const k in c) ", "for (const i of [1, 2]) "])?;
                self.block(depth)?;
            }
            6 => {
                self.write("{ let n = 3; for (const i of ");
                self.expression(depth)?;
                self.write(") { see(i); if (!n--) break; ");
                self.statement(depth)?;
                self.write("} }");
            }
            7 => self.class(depth)?,
            8 if !self.functions.is_empty() => {
                self.write("return ");
                self.expression(depth)?;
                self.write(";");
            }
            9 => {
                self.write("throw ");
                self.expression(depth)?;
                self.write(";");
            }
            10 => {
                self.write("switch (a) { case 1: ");
                self.statement(depth)?;
                self.write(" default: ");
                self.function(depth, true)?;
                self.write(" }");
            }
            11 => {
                self.pick(&["var [a, ...b] = ", "var { p, ...c } = ", "[a = 5, b] = ", "({ p: a = 5 } = "])?;
                let is_open = self.text.ends_with("({ p: a = 5 } = ");
                self.expression(depth)?;
                self.write(if is_open { ");" } else { ";" });
            }
            _ => self.expression_statement(depth)?,
        }
        Ok(())
    }

    fn expression_statement(&mut self, depth: u32) -> Result<()> {
        self.pick(&["see(", "(", "see(", "void ("])?;
        self.expression(depth)?;
        self.write(");");
        Ok(())
    }

    fn expression(&mut self, depth: u32) -> Result<()> {
        let Some(depth) = depth.checked_sub(1) else { return self.leaf() };
        match self.input.int_in_range(0..=17)? {
            0 | 1 => {
                self.write("(");
                self.function(depth, false)?;
                self.write(")");
            }
            2 => self.object(depth)?,
            3 => {
                self.name()?;
                self.write("(");
                self.expression(depth)?;
                self.pick(&[")", ", 2)", ", ...b)"])?;
                self.pick(&["", ".next()", ".next(1).value", ".return(4)", ".next().done"])?;
            }
            4 => {
                self.write("(");
                self.function(depth, false)?;
                self.pick(&[")(1, 2).next(", ")().next(", ")(", ").call(5, 6)(", ")(...b).return("])?;
                self.expression(depth)?;
                self.write(")");
            }
            5 => self.look(depth)?,
            6 => self.evaluated(depth)?,
            7 => {
                self.pick(&["[...", "[", "[0, "])?;
                self.expression(depth)?;
                self.write("]");
            }
            8 => {
                self.pick(&["typeof ", "!", "-", "delete c.p, ", "`t${1}`, ", "new "])?;
                self.write("(");
                self.expression(depth)?;
                self.write(")");
            }
            9 => {
                self.pick(&["Promise.resolve(", "Promise.reject(", "Promise.all("])?;
                self.expression(depth)?;
                self.pick(&[").then(see, see)", ").then(g).catch(e => see(e.name))", ").finally(() => see('f'))"])?;
            }
            10 => {
                self.write("(");
                self.name()?;
                self.write(" = ");
                self.expression(depth)?;
                self.write(")");
            }
            11 if self.functions.last().is_some_and(|function| function.is_generator) => {
                self.pick(&["(yield ", "(yield* ", "(yield ", "(yield, "])?;
                self.expression(depth)?;
                self.write(")");
            }
            12 if self.functions.last().is_some_and(|function| function.is_async) => {
                self.write("(await ");
                self.expression(depth)?;
                self.write(")");
            }
            13 => {
                self.write("((");
                self.expression(depth)?;
                self.pick(&[") + (", ") === (", ") && (", ") ?? (", "), (", ") in (", ") instanceof (", ") ? 1 : ("])?;
                self.expression(depth)?;
                self.write("))");
            }
            14 => {
                self.write("(");
                self.expression(depth)?;
                self.write(")");
                self.pick(&[".p", "?.p", "[0]", ".m", "?.[0]", ".m()", "?.m?.(1)", ".next", ".length", ".name"])?;
            }
            15 => {
                let arrow = self.one_of(&["(() => ", "((x, ...y) => ", "(async () => "])?;
                self.write(arrow);
                let has_arguments = self.functions.last().is_some_and(|function| function.has_arguments);
                let is_async = arrow.contains("async");
                self.functions.push(Function { is_async, is_generator: false, has_arguments });
                let written = self.expression(depth);
                self.functions.pop();
                written?;
                self.pick(&[")", ")(1, 2)", ").name"])?;
            }
            _ => self.leaf()?,
        }
        Ok(())
    }

    fn leaf(&mut self) -> Result<()> {
        if self.functions.last().is_some_and(|function| function.has_arguments) && self.input.ratio(1, 5)? {
            let own = [
                "arguments",
                "arguments[0]",
                "arguments.length",
                "new.target",
                "(arguments[0] = 7)",
                "(a = 8, arguments[0])",
                "(x = 9, arguments[0])",
            ];
            return self.pick(&own);
        }
        self.pick(&[
            "0",
            "1",
            "'s'",
            "a",
            "b",
            "c",
            "g",
            "x",
            "undefined",
            "null",
            "this",
            "(this === undefined)",
            "/[*]/g",
            "1n",
            "true",
            "g()",
            "[...g()]",
            "(x => x)",
            "see",
            "eval",
            "typeof g",
            "eval('a')",
            "eval('var a = 9; a')",
            "eval('(function* () { yield a })().next().value')",
            "`*${a}*`",
            "'eval('",
            "/* * */ 2",
        ])
    }

    /// A function of any of the four kinds, with any kind of parameters. A declaration has a unique
    /// name, and is used before and after.
    fn function(&mut self, depth: u32, is_declaration: bool) -> Result<()> {
        let kind = Function::of(self.input.ratio(1, 3)?, self.input.ratio(3, 4)?);
        self.names += 1;
        let own = format!("f{}", self.names);
        if is_declaration {
            let before = self.one_of(&["", "x = NAME(4, 5); ", "see(NAME); ", "see([...NAME(6)][0]); "])?;
            self.write(&before.replace("NAME", &own));
        }
        self.write(if kind.is_async { "async function" } else { "function" });
        self.write(if kind.is_generator { "* " } else { " " });
        if is_declaration {
            self.write(&own);
        } else if self.input.arbitrary()? {
            self.name()?;
        }
        self.parameters_and_body(kind, depth)?;
        if is_declaration {
            let after =
                self.one_of(&["", " g = NAME;", " see(NAME(7)?.next?.().value);", " c.m = NAME;", " b = NAME(8);"])?;
            self.write(&after.replace("NAME", &own));
        }
        Ok(())
    }

    fn parameters_and_body(&mut self, kind: Function, depth: u32) -> Result<()> {
        let directives =
            ["", "", "", " 'use strict';", " 'other'", " 'other'; \"use strict\"", " 'use\\x20strict';", "/**/"];
        let directive = self.one_of(&directives)?;
        let was_strict = self.is_strict;
        self.is_strict |= directive.contains("use strict");
        self.parameters(directive.contains("use strict"))?;
        let written = self.body(kind, directive, depth);
        self.is_strict = was_strict;
        written
    }

    fn parameters(&mut self, has_directive: bool) -> Result<()> {
        const SIMPLE: &[&str] = &["()", "(x)", "(x, y)", "(x,)", "(x /*,*/)", "( // )\n)", "(x // ,\n, )"];
        const SLOPPY: &[&str] = &["(x, x)", "(arguments)", "(arguments, ...r)", "(eval)", "(x, y, ...arguments)"];
        const OTHERS: &[&str] = &[
            "(x = 1)",
            "(x, y = x)",
            "(...r)",
            "(x, ...r)",
            "(x, ...[y, z])",
            "(x, ...{ length })",
            "({ p } = { p: 1 })",
            "({ p } = { p: 1 }, q)",
            "(x = arguments[0])",
            "(x = eval('1'))",
            "(x = function* () { yield 1 })",
            "([a, b] = [])",
        ];
        let kinds: &[&[&'static str]] = match (has_directive, self.is_strict) {
            (true, _) => &[SIMPLE],
            (false, true) => &[SIMPLE, OTHERS],
            (false, false) => &[SIMPLE, OTHERS, SLOPPY],
        };
        let kind = *self.input.choose(kinds)?;
        self.pick(kind)
    }

    fn body(&mut self, kind: Function, directive: &str, depth: u32) -> Result<()> {
        self.write(" {");
        self.write(directive);
        self.write("\nif (fuel-- < 0) return; ");
        self.functions.push(kind);
        let written = self.statements(depth);
        self.functions.pop();
        self.write("}");
        written
    }

    fn statements(&mut self, depth: u32) -> Result<()> {
        for _ in 0..self.input.int_in_range(0..=3)? {
            self.statement(depth)?;
            self.write(" ");
        }
        Ok(())
    }

    fn object(&mut self, depth: u32) -> Result<()> {
        self.write("({ ");
        for _ in 0..self.input.int_in_range(1..=2)? {
            match self.input.int_in_range(0..=5)? {
                0 | 1 => {
                    let is_async = self.input.ratio(1, 4)?;
                    self.write(if is_async { "async *" } else { "*" });
                    self.key()?;
                    self.parameters_and_body(Function::of(is_async, true), depth)?;
                }
                2 => {
                    self.key()?;
                    self.write(": ");
                    self.function(depth, false)?;
                }
                3 => {
                    self.write("get ");
                    self.key()?;
                    self.write("()");
                    self.body(Function::of(false, false), "", depth)?;
                }
                4 => {
                    self.write("...");
                    self.expression(depth)?;
                }
                _ => {
                    self.key()?;
                    self.write(": ");
                    self.expression(depth)?;
                }
            }
            self.write(", ");
        }
        self.pick(&["})", "}).m", "}).p", "}).m()", "}).m(1).next()", "}).m?.(3, 4)?.next?.().value"])
    }

    /// Not `Symbol.iterator`: an async generator with it iterates forever, which no limit stops.
    fn key(&mut self) -> Result<()> {
        self.pick(&[
            "m",
            "p",
            "'m'",
            "['m']",
            "1",
            "[Symbol.toStringTag]",
            "async",
            "get",
            "'a b'",
            "[see('key')]",
            "0x10",
        ])
    }

    fn class(&mut self, depth: u32) -> Result<()> {
        let was_strict = std::mem::replace(&mut self.is_strict, true);
        self.write("{ class K ");
        self.pick(&["", "extends Object ", "extends null ", "extends g "])?;
        self.write("{ ");
        for member in 0..self.input.int_in_range(1..=2)? {
            self.pick(&["", "static "])?;
            match self.input.int_in_range(0..=3)? {
                0 | 1 => {
                    let is_async = self.input.ratio(1, 4)?;
                    self.write(if is_async { "async *" } else { "*" });
                    self.pick(&["m", if member == 0 { "#m" } else { "#n" }, "['m']", "p", "'q'"])?;
                    self.parameters_and_body(Function::of(is_async, true), depth)?;
                }
                2 => {
                    self.pick(&["p = ", "['f'] = ", if member == 0 { "#f = " } else { "f = " }])?;
                    let around = std::mem::take(&mut self.functions);
                    let written = self.expression(depth);
                    self.functions = around;
                    written?;
                    self.write(";");
                }
                _ => {
                    self.write("m");
                    self.parameters_and_body(Function::of(false, false), depth)?;
                }
            }
            self.write(" ");
        }
        self.pick(&[
            "}",
            "} see(K.m); see(K.toString());",
            "} see([...K.m()]);",
            "} see(new K().m?.().next?.().value);",
        ])?;
        self.write(" }");
        self.is_strict = was_strict;
        Ok(())
    }

    /// The properties of a function that a program can inspect.
    fn look(&mut self, depth: u32) -> Result<()> {
        let ask = self.one_of(&[
            "String(",
            "Object.getOwnPropertyNames(",
            "(f => [f.name, f.length].join())(",
            "Object.getPrototypeOf(",
            "(f => f.prototype)(",
            "(f => JSON.stringify(Object.getOwnPropertyDescriptors(f)))(",
            "Object.keys(",
            "(f => Object.prototype.toString.call(f))(",
            "(f => new f())(",
            "(f => f() instanceof f)(",
            "Reflect.ownKeys(",
            "(f => Object.getPrototypeOf(f()) === f.prototype)(",
            "(f => (f.prototype = { q: 6 }, f().q))(",
            "(f => f.bind(null, 1).name)(",
            "(f => (f.name = 1, f.name))(",
            "(f => delete f.name && f.name)(",
        ])?;
        self.write(ask);
        self.expression(depth)?;
        self.pick(&[")", ")?.toString()", ") + ''"])
    }

    /// Text that is compiled while the program runs.
    fn evaluated(&mut self, depth: u32) -> Result<()> {
        let start = self.text.len();
        // The plain engine does not find `arguments` that only evaluated text uses.
        let around = std::mem::take(&mut self.functions);
        let written = if self.input.arbitrary()? { self.statement(depth) } else { self.expression(depth) };
        self.functions = around;
        written?;
        let inner = self.text.split_off(start);
        let (before, after) = *self.input.choose(&[
            ("eval(", ")"),
            ("(0, eval)(", ")"),
            ("eval(...[", "])"),
            ("eval?.(", ")"),
            ("Function(", ")()"),
            ("new Function('x', ", ")(1)"),
            ("Object.getPrototypeOf(function* () {}).constructor('x, y', ", ")(1).next().value"),
            ("String(Object.getPrototypeOf(function* () {}).constructor('...x', ", "))"),
            ("Object.getPrototypeOf(async function* () {}).constructor(", ")().next()"),
        ])?;
        let quoted = inner.replace('\\', "\\\\").replace('`', "\\`").replace("${", "\\${");
        let _ = write!(self.text, "{before}`{quoted}`{after}");
        Ok(())
    }
}
