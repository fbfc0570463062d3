"""Answers litmus programs with Python's contextvars and asyncio.

Reads cases in the JSON form, one on a line, from standard input, and prints the answer to each as a line. Each program
becomes the source of Python functions: a generator is a generator, an async function a coroutine that a task runs. Names
of the program are keys of the dictionary `n`.
"""

import asyncio
import contextlib
import contextvars
import json
import sys
import threading
import weakref


class Unsupported(Exception):
    """Python has nothing that the statement means."""


class Thrown(Exception):
    """An exception of the program: its text is the value."""


class Variable:
    """A context variable. `None` is the value of an unbound one."""

    def __init__(self, label, default):
        self.name = label
        self.var = contextvars.ContextVar(label or "variable", default=default)
        self.get = self.var.get

    @contextlib.contextmanager
    def bound(self, value):
        token = self.var.set(value)
        try:
            yield
        finally:
            self.var.reset(token)


class Guard:
    """A binding until it is left, or until its frame ends."""

    def __init__(self, variable, value):
        self.variable, self.token = variable.var, variable.var.set(value)

    def leave(self):
        token, self.token = self.token, None
        if token is not None:
            self.variable.reset(token)


class Thenable:
    """An awaitable whose function `then` a job of the event loop calls."""

    def __init__(self, then):
        self.then, self.future = then, None

    def adopt(self):
        self.future = asyncio.get_running_loop().create_future()

        def call():
            try:
                self.then()
            except Exception as error:
                reject(self, error)

        asyncio.get_running_loop().call_soon(call)
        return self.future

    def __await__(self):
        return self.adopt().__await__()


class Requests:
    """An async generator whose requests wait for each other, which Python leaves to its callers."""

    def __init__(self, generator):
        self.generator, self.last = generator, None

    def ask(self, step):
        previous = self.last

        async def serve():
            if previous is not None:
                await asyncio.wait([previous])
            with contextlib.suppress(StopAsyncIteration):
                await step()

        self.last = asyncio.create_task(serve())
        return self.last

    def __aiter__(self):
        return self.generator

    async def aclose(self):
        await self.generator.aclose()


def future_of(target):
    return target.future if isinstance(target, Thenable) else target


def resolve(target, value=None):
    future = future_of(target)
    if value is None:
        if not future.done():
            future.set_result(None)
        return
    source = value.adopt() if isinstance(value, Thenable) else value
    source.add_done_callback(lambda source: settle_as(future, source))


def reject(target, error):
    future = future_of(target)
    if not future.done():
        future.set_exception(error)


def settle_as(future, source):
    if source.exception() is not None:
        reject(future, source.exception())
    else:
        resolve(future)


def react(promise, on_value, on_error, always):
    """Registers a callback, as `then`, `catch` or `finally`: asyncio calls it in the context of the registration."""
    result = asyncio.get_running_loop().create_future()

    def callback(promise):
        error = promise.exception()
        handler = on_value if error is None else on_error
        value = None
        try:
            if handler is not None:
                value = handler(error)
        except Exception as thrown:
            return reject(result, thrown)
        if error is not None and (on_error is None or always):
            reject(result, error)
        else:
            resolve(result, value)

    promise.add_done_callback(callback)
    return result


class Run:
    """One run of one program."""

    def __init__(self):
        self.strands, self.pending, self.loop = {}, 0, asyncio.get_running_loop()

    def strand(self, name):
        def log(value, label=None):
            text = "none" if value is None else str(value)
            self.strands.setdefault(name, []).append([text] if label is None else [text, label])

        return log

    def later(self, delay, callback, times=1):
        """Calls a function by the event loop, in the context of this call."""
        done, context = self.loop.create_future(), contextvars.copy_context()
        self.pending += 1

        def call(left=times):
            if left == 1:
                self.pending -= 1
            callback()
            if left == 1:
                resolve(done)
            else:
                self.loop.call_later(delay, call, left - 1, context=context)

        if delay:
            self.loop.call_later(delay, call, context=context)
        else:
            self.loop.call_soon(call, context=context)
        return done

    def thread(self, body):
        done = self.loop.create_future()
        self.pending += 1

        def end(error):
            self.pending -= 1
            resolve(done) if error is None else reject(done, error)

        def work():
            error = None
            try:
                body()
            except Exception as thrown:
                error = thrown
            self.loop.call_soon_threadsafe(end, error)

        threading.Thread(target=work, daemon=True).start()
        return done


def in_snapshot(context, function, *arguments):
    # A context can be entered once at a time, so each entry is into a copy.
    return context.copy().run(function, *arguments)


def wrapped(function):
    context = contextvars.copy_context()
    return lambda log: in_snapshot(context, function, log)


def finalizer(callback):
    class Target:
        pass

    target = Target()
    weakref.finalize(target, callback).atexit = False
    return target


def step(function, *arguments):
    """Resumes a generator."""
    with contextlib.suppress(StopIteration):
        function(*arguments)


class Source:
    """The Python source of a program."""

    def __init__(self):
        self.lines, self.depth, self.count = [], 0, 0

    def line(self, text):
        self.lines.append("    " * self.depth + text)

    def block(self, head, body):
        self.line(head)
        self.depth += 1
        body()
        self.line("pass")
        self.depth -= 1

    def function(self, parameters, statements, kind="def", strand=None, generator=False):
        """Defines a function whose body is a frame, and returns its name."""
        self.count += 1
        name = f"f{self.count}"

        def body():
            if strand is not None:
                self.line(f"log = run.strand({strand!r})")
            if generator:
                self.line("if False: yield")
            if has_guard(statements):
                self.block("with contextlib.ExitStack() as guards:", lambda: self.statements(statements, kind))
            else:
                self.statements(statements, kind)

        self.block(f"{kind} {name}({parameters}):", body)
        return name

    def statements(self, statements, kind):
        for statement in statements:
            word = statement["op"].replace("-", "_")
            translate = getattr(self, f"op_{word}", None)
            if translate is None:
                raise Unsupported(f"`{statement['op']}` has no counterpart in Python")
            translate(statement, kind)

    def bind(self, statement):
        return f"n[{statement['name']!r}] = " if "name" in statement else ""

    def strand(self, statement, parameters="", kind="def", generator=False):
        return self.function(parameters, statement["body"], kind, statement["name"], generator)

    def observe(self, statement, value):
        self.line(f"log({value}, {statement.get('as')!r})")

    def op_var(self, s, _):
        self.line(f"{self.bind(s)}Variable({s.get('label', '')!r}, {value(s.get('default'))})")

    def op_get(self, s, _):
        self.observe(s, f"n[{s['var']!r}].get()")

    def op_name(self, s, _):
        self.observe(s, f"n[{s['var']!r}].name")

    def op_log(self, s, _):
        self.observe(s, value(s["value"]))

    def op_run(self, s, kind):
        # A body is a function, as everywhere, so that its guards end with it.
        name = self.function("", s["body"])
        self.block(f"with n[{s['var']!r}].bound({value(s['value'])}):", lambda: self.line(f"{name}()"))

    def op_run_async(self, s, kind):
        name = self.function("", s["body"], "async def")
        self.block(f"with n[{s['var']!r}].bound({value(s['value'])}):", lambda: self.line(f"await {name}()"))

    def op_snapshot(self, s, _):
        self.line(f"{self.bind(s)}contextvars.copy_context()")

    def op_in(self, s, _):
        self.line(f"in_snapshot(n[{s['snapshot']!r}], {self.function('', s['body'])})")

    def op_in_async(self, s, _):
        name = self.function("", s["body"], "async def")
        self.line(f"await asyncio.create_task({name}(), context=n[{s['snapshot']!r}].copy())")

    def op_fn(self, s, _):
        self.line(f"{self.bind(s)}{self.function('log', s['body'])}")

    def op_wrap(self, s, _):
        self.line(f"{self.bind(s)}wrapped(n[{s['fn']!r}])")

    def op_call(self, s, _):
        self.line(f"n[{s['fn']!r}](log)")

    def op_throw(self, s, _):
        self.line(f"raise Thrown({s['value']!r})")

    def op_try(self, s, kind):
        self.block("try:", lambda: self.statements(s["body"], kind))
        if "catch" in s:
            self.block("except Exception as error:", lambda: self.statements(s["catch"], kind))
        if "finally" in s:
            self.block("finally:", lambda: self.statements(s["finally"], kind))

    def op_caught(self, s, _):
        self.observe(s, "error")

    def op_error(self, s, _):
        self.line(f"{self.bind(s)}Thrown({s['value']!r})")

    def op_raise(self, s, _):
        self.line(f"raise n[{s['error']!r}]")

    def op_in_caught(self, s, _):
        # An exception has no context.
        self.line("log('no-snapshot')")

    def op_task(self, s, _):
        self.line(f"{self.bind(s)}asyncio.create_task({self.strand(s, kind='async def')}())")

    def op_await(self, s, _):
        waits = {"value": "asyncio.sleep(0)", "tick": "asyncio.sleep(0)", "timer": "asyncio.sleep(0.001)"}
        self.line(f"await {waits.get(s['target']) or self.promise(s['target'])}")

    def promise(self, name):
        return f"n[{name!r}]"

    def op_return(self, s, kind):
        self.line(f"return {'await ' if kind == 'async def' else ''}{self.promise(s['target'])}")

    def op_deferred(self, s, _):
        self.line(f"{self.bind(s)}run.loop.create_future()")

    def op_resolve(self, s, _):
        with_ = f", n[{s['with']!r}]" if "with" in s else ""
        self.line(f"resolve(n[{s['target']!r}]{with_})")

    def op_reject(self, s, _):
        self.line(f"reject(n[{s['target']!r}], Thrown({s['value']!r}))")

    def op_then(self, s, _):
        handler = self.strand(s, "error") if "body" in s else None
        self.line(f"{self.bind(s)}react({self.promise(s['promise'])}, {handler}, None, False)")

    def op_catch(self, s, _):
        self.line(f"{self.bind(s)}react({self.promise(s['promise'])}, None, {self.strand(s, 'error')}, False)")

    def op_finally(self, s, _):
        handler = self.strand(s, "error")
        self.line(f"{self.bind(s)}react({self.promise(s['promise'])}, {handler}, {handler}, True)")

    def op_thenable(self, s, _):
        self.line(f"{self.bind(s)}Thenable({self.strand(s)})")

    def op_microtask(self, s, _):
        self.line(f"{self.bind(s)}run.later(0, {self.strand(s)})")

    def op_timer(self, s, _):
        self.line(f"{self.bind(s)}run.later(0.001, {self.strand(s)})")

    def op_interval(self, s, _):
        self.line(f"{self.bind(s)}run.later(0.001, {self.strand(s)}, {int(s['count'])})")

    def op_generator(self, s, _):
        self.line(f"{self.bind(s)}{self.strand(s, generator=True)}()")

    def op_async_generator(self, s, _):
        name = self.strand(s, kind="async def", generator=True)
        self.line(f"{self.bind(s)}Requests({name}())")

    def resume(self, s, method, argument=""):
        gen = f"n[{s['gen']!r}]"
        self.block(f"if isinstance({gen}, Requests):", lambda: self.line(
            f"{self.bind(s)}{gen}.ask(lambda g={gen}: g.generator.{method[1]}({argument}))"))
        self.block("else:", lambda: self.line(f"step({gen}.{method[0]}, {argument})"))

    def op_next(self, s, _):
        self.resume(s, ("__next__", "__anext__"))

    def op_close(self, s, _):
        self.resume(s, ("close", "aclose"))

    def op_throw_in(self, s, _):
        self.resume(s, ("throw", "athrow"), f"Thrown({s['value']!r})")

    def op_yield(self, s, _):
        self.line("yield")

    def op_yield_from(self, s, kind):
        if kind == "async def":
            raise Unsupported("Python has no `yield from` in async generators")
        self.line(f"yield from n[{s['gen']!r}]")

    def op_for_of(self, s, kind):
        gen = f"n[{s['gen']!r}]"
        self.block(f"with contextlib.closing({gen}):", lambda: self.block(
            f"for _ in {gen}:", lambda: self.statements(s["body"], kind)))

    def op_for_await(self, s, kind):
        gen = f"n[{s['gen']!r}]"
        self.block(f"async with contextlib.aclosing({gen}):", lambda: self.block(
            f"async for _ in {gen}:", lambda: self.statements(s["body"], kind)))

    def op_break(self, s, _):
        self.line("break")

    def op_emitter(self, s, _):
        self.line(f"{self.bind(s)}[]")

    def op_on(self, s, _):
        self.line(f"n[{s['emitter']!r}].append({self.function('log', s['body'])})")

    def op_emit(self, s, _):
        self.block(f"for listener in list(n[{s['emitter']!r}]):", lambda: self.line("listener(log)"))

    def op_finalizer(self, s, _):
        self.line(f"{self.bind(s)}finalizer({self.strand(s)})")

    def op_drop(self, s, _):
        self.line(f"del n[{s['finalizer']!r}]")

    def op_thread(self, s, _):
        self.line(f"{self.bind(s)}run.thread({self.strand(s)})")

    def op_enter(self, s, _):
        self.line(f"{self.bind(s)}Guard(n[{s['var']!r}], {value(s['value'])})")
        self.line(f"guards.callback(n[{s['name']!r}].leave)")

    def op_leave(self, s, _):
        self.line(f"n[{s['guard']!r}].leave()")

    def op_enter_with(self, s, _):
        self.line(f"n[{s['var']!r}].var.set({value(s['value'])})")


FRAMES = {
    "run", "run-async", "in", "in-async", "fn", "task", "then", "catch", "finally", "thenable", "microtask", "timer",
    "interval", "generator", "async-generator", "on", "finalizer", "thread",
}


def has_guard(statements):
    """Whether a frame of these statements has guards."""
    return any(
        s["op"] == "enter"
        or s["op"] not in FRAMES and any(has_guard(s.get(part, [])) for part in ("body", "catch", "finally"))
        for s in statements
    )


def value(word):
    return "None" if word in (None, "none") else repr(word)


async def play(source):
    run = Run()
    names = {**globals(), "run": run, "n": {}}
    exec(source, names)
    await names["f1"]()
    # Until nothing is left: tasks, timers, threads, and the callbacks of what they settled.
    quiet = 0
    while quiet < 100:
        await asyncio.sleep(0 if quiet else 0.0005)
        idle = run.pending == 0 and len(asyncio.all_tasks()) == 1
        quiet = quiet + 1 if idle else 0
    return run.strands


def answer(case):
    source = Source()
    try:
        source.function("", case["program"], "async def", "main")
        return {"id": case["id"], "strands": asyncio.run(play("\n".join(source.lines)))}
    except Unsupported as why:
        return {"id": case["id"], "unsupported": str(why)}
    except Exception as error:
        return {"id": case["id"], "failed": f"{type(error).__name__}: {error}"}


def main():
    if sys.version_info < (3, 11):
        sys.exit(f"Python {sys.version.split()[0]} is too old: tasks take a context since 3.11")
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
