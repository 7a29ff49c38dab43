"""Random asyncio programs from a seed: the same seed, the same program (on the same version of Python).

A program is a tree of statements, so that a failing one can be made smaller by leaving statements out. Functions call
only those after them, so that every program ends.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

FUNCTIONS = 6
MOST_TASKS = 60
"""About how many coroutines a program may run; functions near the end of the file are called from many places."""
CATCHABLE = "(ValueError, KeyError, asyncio.TimeoutError, asyncio.CancelledError)"


@dataclass
class Statement:
    """A line, the lines below it, and what follows those at the same depth (``except``, ``else``, ...)."""

    head: str
    body: list[Statement] | None = None
    tails: list[Statement] = field(default_factory=list)

    def lines(self, depth: int = 0) -> Iterator[str]:
        yield "    " * depth + self.head
        if self.body is not None:
            for statement in self.body:
                yield from statement.lines(depth + 1)
            if not self.body:
                yield "    " * (depth + 1) + "pass"
        for tail in self.tails:
            yield from tail.lines(depth)


class Program:
    def __init__(self, head: list[str], functions: list[Statement], end: list[str]) -> None:
        self.head = head
        self.functions = functions
        self.end = end

    def text(self) -> str:
        lines = list(self.head)
        for function in self.functions:
            lines += ["", "", *function.lines()]
        return "\n".join([*lines, "", "", *self.end]) + "\n"

    def smaller(self, fails: Callable[[str], bool]) -> str:
        """The program without whatever statements it fails without, too."""
        bodies = list(self._bodies(self.functions))
        changed = True
        while changed:
            changed = False
            for body in bodies:
                for at in reversed(range(len(body))):
                    left_out = body.pop(at)
                    if fails(self.text()):
                        changed = True
                    else:
                        body.insert(at, left_out)
            bodies = list(self._bodies(self.functions))
        return self.text()

    def _bodies(self, statements: list[Statement]) -> Iterator[list[Statement]]:
        for statement in statements:
            if statement.body is not None:
                yield statement.body
                yield from self._bodies(statement.body)
            yield from self._bodies(statement.tails)


def program(seed: int) -> Program:
    return _Generator(seed).program()


class _Generator:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.costs: list[int] = [0] * FUNCTIONS
        self.is_generator = [False] * FUNCTIONS
        self.names = 0

    def program(self) -> Program:
        flip = self.random.random
        for at in range(1, FUNCTIONS):
            self.is_generator[at] = flip() < 0.2
        functions = [self.function(at) for at in reversed(range(FUNCTIONS))][::-1]
        options = []
        if sys.version_info[:2] == (3, 13) and sys.version_info < (3, 13, 4):
            pass  # names every task of a factory "None", so that they cannot be put in order
        elif flip() < 0.15:
            options.append("factory=lambda loop, coro, **kwargs: asyncio.Task(coro, loop=loop, **kwargs)")
        elif flip() < 0.2 and sys.version_info >= (3, 12):
            options.append("factory=asyncio.create_eager_task_factory(asyncio.Task)")
        if flip() < 0.15:
            options.append("debug=True")
        head = [
            f"# seed {self.seed}",
            "import asyncio",
            "import gc",
            "",
            "import world",
            "from world import Thing, asked, say",
            "",
            "lock, event, condition = asyncio.Lock(), asyncio.Event(), asyncio.Condition()",
            "semaphore, queue = asyncio.Semaphore(2), asyncio.Queue(1)",
        ]
        return Program(head, functions, [f"world.run({', '.join(['f0(0)', *options])})"])

    def function(self, at: int) -> Statement:
        self.at = at
        self.cost = 1
        self.tasks: list[str] = []
        body = [Statement(f'say("f{at}", n)'), Statement("loop = asyncio.get_running_loop()")]
        body += self.first() if at == 0 else self.block(self.random.randint(1, 4), 0)
        if self.is_generator[at]:
            body.append(Statement("yield n"))
        else:
            body.append(Statement(f'return f"f{at}:{{n}}"'))
        self.costs[at] = self.cost
        return Statement(f"async def f{at}(n, thing=None):", body)

    def first(self) -> list[Statement]:
        """The main task starts some others, and does not let an exception end the program early."""
        found: list[Statement] = []
        for _ in range(self.random.randint(1, 3)):
            found += self.spawn(0)
        for _ in range(self.random.randint(2, 5)):
            handler = self.lines("say(type(error).__name__)")
            found.append(Statement("try:", self.statement(1), [Statement("except BaseException as error:", handler)]))
        return found

    def block(self, size: int, depth: int) -> list[Statement]:
        before = list(self.tasks)
        found = []
        for _ in range(size):
            found += self.statement(depth)
        self.tasks = before  # what is bound in a branch may not be, after it
        return found

    # ------------------------------------------------------------------ statements

    def statement(self, depth: int) -> list[Statement]:
        simple = [
            (6, self.sleep), (4, self.call), (7, self.spawn), (4, self.await_task), (3, self.cancel), (2, self.throw),
            (1, self.leave), (2, self.thing), (2, self.job), (2, self.future), (2, self.callback), (2, self.put_get),
            (2, self.event), (1, self.awaitable), (1, self.collect), (1, self.cancel_asked), (1, self.comprehension),
            (2, self.gather), (1, self.rename), (1, self.one_yield),
        ]  # fmt: skip
        nested = [
            (3, self.catch), (2, self.finish), (2, self.lock), (1, self.condition), (2, self.repeat), (2, self.group),
            (2, self.timeout), (2, self.wait_for), (2, self.wait), (2, self.as_completed), (2, self.shield),
            (2, self.async_for), (1, self.around),
        ]  # fmt: skip
        choices = simple + nested if depth < 3 else simple
        weights = [weight for weight, _ in choices]
        make = self.random.choices([maker for _, maker in choices], weights)[0]
        return make(depth)

    def n(self) -> int:
        return self.random.randrange(10)

    def new(self, kind: str) -> str:
        self.names += 1
        return f"{kind}{self.names}"

    def delay(self) -> str:
        return self.random.choice(["0", "1", "1", "2", "3", "0.5"])

    def coroutine(self) -> str:
        """A call of a function further down; of ``sleep`` when that would be too much."""
        able = [at for at in range(self.at + 1, FUNCTIONS) if not self.is_generator[at]]
        if not able or self.random.random() < 0.1:
            return f"asyncio.sleep({self.delay()}, {self.n()})"
        chosen = self.random.choice(able)
        if self.cost + self.costs[chosen] > MOST_TASKS:
            return f"asyncio.sleep({self.delay()})"
        self.cost += self.costs[chosen]
        thing = f', Thing("thing {self.n()} of f{self.at}")' if self.random.random() < 0.2 else ""
        return f"f{chosen}({self.n()}{thing})"

    def generator(self) -> str | None:
        able = [at for at in range(self.at + 1, FUNCTIONS) if self.is_generator[at]]
        able = [at for at in able if self.cost + self.costs[at] <= MOST_TASKS]
        if not able:
            return None
        chosen = self.random.choice(able)
        self.cost += self.costs[chosen]
        return f"f{chosen}({self.n()})"

    def awaitables(self) -> list[str]:
        found = [self.coroutine() for _ in range(self.random.randint(1, 3))]
        if self.tasks and self.random.random() < 0.4:
            found.append(self.random.choice(self.tasks))
        return found

    def lines(self, *lines: str) -> list[Statement]:
        return [Statement(line) for line in lines]

    def sleep(self, depth: int) -> list[Statement]:
        return self.lines(f"await asyncio.sleep({self.delay()})")

    def one_yield(self, depth: int) -> list[Statement]:
        return self.lines("await asyncio.sleep(0)")

    def call(self, depth: int) -> list[Statement]:
        return self.lines(f"say(await {self.coroutine()})")

    def spawn(self, depth: int) -> list[Statement]:
        name = self.new("t")
        self.tasks.append(name)
        makers = ["asyncio.create_task", "asyncio.create_task", "loop.create_task", "asyncio.ensure_future"]
        if sys.version_info >= (3, 12):
            makers.append("asyncio.Task")
        maker = self.random.choice(makers)
        options = ", name=world.new_name()" if self.random.random() < 0.2 and "ensure" not in maker else ""
        if maker == "asyncio.Task":
            options += ", loop=loop, eager_start=True"
        return self.lines(f"{name} = {maker}({self.coroutine()}{options})", f"asked.append({name})")

    def await_task(self, depth: int) -> list[Statement]:
        return self.lines(f"say(await {self.random.choice(self.tasks)})") if self.tasks else self.sleep(depth)

    def cancel(self, depth: int) -> list[Statement]:
        message = self.random.choice(["", '"enough"'])
        if not self.tasks:
            return self.lines(f"asyncio.current_task().cancel({message})")
        return self.lines(f"say({self.random.choice(self.tasks)}.cancel({message}))")

    def cancel_asked(self, depth: int) -> list[Statement]:
        return self.lines(f"say(asked[{self.n()} % len(asked)].cancel() if asked else None)")

    def rename(self, depth: int) -> list[Statement]:
        return self.lines("asyncio.current_task().set_name(world.new_name())")

    def throw(self, depth: int) -> list[Statement]:
        error = self.random.choices(
            [
                f'ValueError(f"f{self.at} {{n}}")',
                "KeyError(n)",
                "asyncio.CancelledError()",
                "KeyboardInterrupt()",
                "SystemExit(3)",
            ],
            [20, 10, 4, 1, 1],
        )[0]
        return [Statement(f"if n > {self.n()}:", self.lines(f"raise {error}"))]

    def leave(self, depth: int) -> list[Statement]:
        value = "" if self.is_generator[self.at] else " n"
        return [Statement(f"if n == {self.n()}:", self.lines(f"return{value}"))]

    def thing(self, depth: int) -> list[Statement]:
        name = self.new("x")
        return self.lines(f'{name} = Thing("{name}")', f"await asyncio.sleep({self.delay()})", f"del {name}")

    def collect(self, depth: int) -> list[Statement]:
        return self.lines("gc.collect()")

    def job(self, depth: int) -> list[Statement]:
        return self.lines(
            self.random.choice(
                [
                    f"say(await loop.run_in_executor(None, world.job, {self.n()}))",
                    f"say(await asyncio.to_thread(world.job, {self.n()}))",
                    f"asked.append(loop.run_in_executor(world.executor, world.job, {self.n()}))",
                ]
            )
        )

    def future(self, depth: int) -> list[Statement]:
        name = self.new("future")
        return [*self.bare_future(name), *self.lines(f"say(await {name})")]

    def bare_future(self, name: str) -> list[Statement]:
        wake = self.random.choice(
            [
                f"loop.call_later({self.delay()}, world.wake, loop, {name}, {self.n()})",
                f"loop.run_in_executor(None, world.wake, loop, {name}, {self.n()})",
                f"{name}.set_exception(ValueError(n))",
                f"loop.call_soon({name}.cancel)",
            ]
        )
        return self.lines(f"{name} = loop.create_future()", wake)

    def callback(self, depth: int) -> list[Statement]:
        return self.lines(
            self.random.choice(
                [
                    f'loop.call_soon(say, "soon", {self.n()})',
                    f'loop.call_later({self.delay()}, say, "later", {self.n()})',
                    f'loop.call_later({self.delay()}, say, "never").cancel()',
                    f'loop.call_at(world.now + {self.delay()}, say, "at", {self.n()})',
                    'asyncio.current_task().add_done_callback(lambda task: say("done", task.get_name()))',
                    "loop.call_soon(lambda: {}[1])",
                    "loop.call_soon(lambda: asked.append(loop.create_task(asyncio.sleep(1))))",
                ]
            )
        )

    def put_get(self, depth: int) -> list[Statement]:
        return self.lines(
            self.random.choice(
                [
                    f"await queue.put({self.n()})",
                    "say(await queue.get())",
                    "say(await queue.get())",
                    "say(queue.empty() or queue.get_nowait())",
                    "say(queue.full() or queue.put_nowait(n))",
                ]
            )
        )

    def event(self, depth: int) -> list[Statement]:
        return self.lines(self.random.choice(["event.set()", "event.clear()", "say(await event.wait())"]))

    def awaitable(self, depth: int) -> list[Statement]:
        return self.lines(f"say(await world.{self.random.choice(['Awaitable', 'passed_on'])}({self.coroutine()}))")

    def comprehension(self, depth: int) -> list[Statement]:
        generator = self.generator()
        if generator is None:
            return self.lines(f"say([await asyncio.sleep({self.delay()}, each) for each in range(1)])")
        return self.lines(f"say([each async for each in {generator}])")

    def gather(self, depth: int) -> list[Statement]:
        members = self.awaitables()
        made = []
        if self.random.random() < 0.3:
            members.append(self.new("future"))
            made = self.bare_future(members[-1])
        gathered = f"asyncio.gather({', '.join(members)}{self.random.choice(['', ', return_exceptions=True'])})"
        if self.random.random() < 0.2:
            name = self.new("g")
            last = self.random.choice([f"say({name}.cancel())", f"say({name}.cancel(), len(await {name}))"])
            return [*made, *self.lines(f"{name} = {gathered}", f"await asyncio.sleep({self.delay()})", last)]
        return [*made, *self.lines(f"say(len(await {gathered}))")]

    # ------------------------------------------------------------------ blocks

    def inner(self, depth: int) -> list[Statement]:
        return self.block(self.random.randint(1, 3), depth + 1)

    def catch(self, depth: int) -> list[Statement]:
        kind = self.random.choice([CATCHABLE, "ValueError", "asyncio.CancelledError", "Exception"])
        name = self.random.choice(["error", "failure"])
        handler = self.lines(f"say(type({name}).__name__)", *(["raise"] if self.random.random() < 0.3 else []))
        if self.random.random() < 0.3:
            handler += self.inner(depth)
        return [Statement("try:", self.inner(depth), [Statement(f"except {kind} as {name}:", handler)])]

    def finish(self, depth: int) -> list[Statement]:
        last = [*self.lines('say("finally")'), *(self.inner(depth) if self.random.random() < 0.5 else [])]
        return [Statement("try:", self.inner(depth), [Statement("finally:", last)])]

    def lock(self, depth: int) -> list[Statement]:
        return [Statement(f"async with {self.random.choice(['lock', 'semaphore'])}:", self.inner(depth))]

    def condition(self, depth: int) -> list[Statement]:
        body = self.lines(
            self.random.choice(["condition.notify_all()", "condition.notify()", "await condition.wait()"])
        )
        return [Statement("async with condition:", body + (self.inner(depth) if self.random.random() < 0.3 else []))]

    def repeat(self, depth: int) -> list[Statement]:
        before, self.cost = self.cost, self.cost + MOST_TASKS // 3
        body = self.inner(depth)
        self.cost = before + (self.cost - before - MOST_TASKS // 3) * 2
        name = self.new("i")
        return [Statement(f"for {name} in range(2):", body)]

    def group(self, depth: int) -> list[Statement]:
        if sys.version_info < (3, 11):
            return self.gather(depth)
        name = self.new("group")
        body = []
        for _ in range(self.random.randint(1, 3)):
            task = self.new("t")
            body += self.lines(f"{task} = {name}.create_task({self.coroutine()})")
            if self.random.random() < 0.3:
                body += self.statement(depth + 1)
        block = [Statement(f"async with world.TaskGroup() as {name}:", body)]
        if self.random.random() < 0.7:
            handler = self.lines('say("group", [type(each).__name__ for each in error.exceptions])')
            return [Statement("try:", block, [Statement("except BaseExceptionGroup as error:", handler)])]
        return block

    def timeout(self, depth: int) -> list[Statement]:
        if sys.version_info < (3, 11):
            return self.wait_for(depth)
        name = self.new("limit")
        body = self.inner(depth)
        if self.random.random() < 0.2:
            body.insert(1, Statement(f"{name}.reschedule(loop.time() + {self.delay()})"))
        block = [Statement(f"async with asyncio.timeout({self.delay()}) as {name}:", body)]
        return [Statement("try:", block, [Statement("except TimeoutError:", self.lines('say("timed out")'))])]

    def wait_for(self, depth: int) -> list[Statement]:
        waited = self.random.choice(self.tasks) if self.tasks and self.random.random() < 0.3 else self.coroutine()
        body = self.lines(f"say(await asyncio.wait_for({waited}, {self.delay()}))")
        return [Statement("try:", body, [Statement("except asyncio.TimeoutError:", self.lines('say("timed out")'))])]

    def wait(self, depth: int) -> list[Statement]:
        made = []
        names = []
        for _ in range(self.random.randint(1, 3)):
            names.append(self.new("t"))
            made += self.lines(f"{names[-1]} = asyncio.create_task({self.coroutine()})")
        options = self.random.choice(
            ["", ", timeout=1", ", return_when=asyncio.FIRST_COMPLETED", ", return_when=asyncio.FIRST_EXCEPTION"]
        )
        done, pending = self.new("done"), self.new("pending")
        made += self.lines(f"{done}, {pending} = await asyncio.wait([{', '.join(names)}]{options})",
                           f"say(len({done}), len({pending}))")  # fmt: skip
        self.tasks += names
        each = self.new("each")
        return [*made, Statement(f"for {each} in world.in_order({pending}):", self.lines(f"{each}.cancel()"))]

    def as_completed(self, depth: int) -> list[Statement]:
        made = []
        names = []
        for _ in range(self.random.randint(1, 3)):
            names.append(self.new("t"))
            made += self.lines(f"{names[-1]} = asyncio.create_task({self.coroutine()})")
        limit = self.random.choice(["", ", timeout=2"])
        each = self.new("each")
        body = self.lines(f"say(await {each})", *(["break"] if self.random.random() < 0.2 else []))
        loop = Statement(f"for {each} in asyncio.as_completed([{', '.join(names)}]{limit}):", body)
        self.tasks += names
        return [
            *made,
            Statement(
                "try:", [loop], [Statement("except Exception as error:", self.lines("say(type(error).__name__)"))]
            ),
        ]

    def shield(self, depth: int) -> list[Statement]:
        inner = self.random.choice(self.tasks) if self.tasks and self.random.random() < 0.5 else self.coroutine()
        body = self.lines(f"say(await asyncio.shield({inner}))")
        return [
            Statement(
                "try:", body, [Statement("except asyncio.CancelledError:", self.lines('say("cancelled")', "raise"))]
            )
        ]

    def async_for(self, depth: int) -> list[Statement]:
        generator = self.generator()
        if generator is None:
            return self.sleep(depth)
        each = self.new("each")
        body = [*self.lines(f"say({each})"), *(self.inner(depth) if self.random.random() < 0.4 else [])]
        if self.random.random() < 0.3:
            body += self.lines("break")
        return [Statement(f"async for {each} in {generator}:", body)]

    def around(self, depth: int) -> list[Statement]:
        return [Statement(f'async with world.around("{self.new("around")}"):', self.inner(depth))]
