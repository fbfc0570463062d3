"""contextvars: the cost of reads, bindings and copies of the context.

Prints a JSON object: the runtime's name, and the nanoseconds of each round by operation.
"""

import asyncio
import contextvars
import json
import platform
import time

ROUNDS = 15
variable = contextvars.ContextVar("request", default=0)


def nothing():
    pass


def calls(n):
    for _ in range(n):
        nothing()


def reads(n):
    token = variable.set(7)
    for _ in range(n):
        variable.get()
    variable.reset(token)


def misses(n):
    for _ in range(n):
        variable.get()


def runs(n):
    for _ in range(n):
        token = variable.set(7)
        nothing()
        variable.reset(token)


def captures(n):
    for _ in range(n):
        contextvars.copy_context()


def enters(n):
    context = contextvars.copy_context()
    for _ in range(n):
        context.run(nothing)


def steps(n):
    async def turns():
        for _ in range(n):
            await asyncio.sleep(0)

    asyncio.run(turns())


OPERATIONS = {
    "a call, for comparison": (calls, 100_000),
    "get": (reads, 100_000),
    "get, not bound": (misses, 100_000),
    "run": (runs, 50_000),
    "capture": (captures, 50_000),
    "enter a snapshot": (enters, 50_000),
    "await": (steps, 5_000),
}

rounds = {name: [] for name in OPERATIONS}
for turn in range(-2, ROUNDS):
    for name, (operation, n) in OPERATIONS.items():
        start = time.perf_counter_ns()
        operation(n)
        took = (time.perf_counter_ns() - start) / n
        if turn >= 0:  # the first two warm up
            rounds[name].append(took)

print(json.dumps({"name": f"Python {platform.python_version()}", "rounds": rounds}))
