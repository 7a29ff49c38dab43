import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { applied, changesFor, type Change } from "../../../extension/syntax";
import { findPythons, type Python } from "../../../scripts/pythons.mjs";
import { parsed } from "../../fixtures/python";

type Kind = "await" | "together" | "rounds";

/** The statements become the body of an async function; those to change are marked `§`. */
async function changes(
  kind: Kind,
  body: string,
  head = "import asyncio\n",
  python = "3.12.1",
): Promise<Record<string, string>> {
  const marked = `${head}async def main():\n${body.replace(/^(?=.)/gm, "    ")}`;
  return changesIn(kind, marked, python);
}

/** Every result is kept, to be parsed by every Python there is. */
const texts: { readonly text: string; readonly how: Change["how"] }[] = [];

async function changesIn(kind: Kind, marked: string, python = "3.12.1"): Promise<Record<string, string>> {
  const parts = marked.split("§");
  const text = parts.join("");
  const source = await parsed(text);
  let at = 0;
  const sites = parts.slice(0, -1).map((part) => {
    at += part.length;
    const type = kind === "await" ? "call" : "await";
    const node = source.all(type).find(({ start }) => start === at);
    assert.ok(node !== undefined, `no ${type} at a mark`);
    return source.range(node);
  });
  const result: Record<string, string> = {};
  for (const { how, edits } of changesFor(source, { kind, sites }, python)) {
    const changed = applied(text, edits);
    texts.push({ text: changed, how });
    const body = /async def main\(\):\r?\n([^]*)$/.exec(changed)?.[1] ?? changed;
    result[how] = body.replace(/^ {4}/gm, "");
  }
  return result;
}

const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join("");

describe("changes of awaits one after another", () => {
  it("make one gather, or a TaskGroup with a task each", async () => {
    assert.deepEqual(await changes("together", lines("a = §await f(1)", "b = §await g(2)", "return a, b")), {
      gather: lines("a, b = await asyncio.gather(f(1), g(2))", "return a, b"),
      TaskGroup: lines(
        "async with asyncio.TaskGroup() as group:",
        "    a_task = group.create_task(f(1))",
        "    b_task = group.create_task(g(2))",
        "a = a_task.result()",
        "b = b_task.result()",
        "return a, b",
      ),
    });
  });

  it("keep comments, and break lines that get too long", async () => {
    const body = lines("a = §await f(1)  # one", "# before two", "b = §await g(", "    2,", ")", "return a, b");
    const { gather, TaskGroup } = await changes("together", body);
    const broken = [
      "a, b = await asyncio.gather(",
      "    f(1),  # one",
      "    # before two",
      "    g(",
      "        2,",
      "    ),",
      ")",
    ];
    assert.equal(gather, lines(...broken, "return a, b"));
    assert.equal(
      TaskGroup,
      lines(
        "async with asyncio.TaskGroup() as group:",
        "    a_task = group.create_task(f(1))  # one",
        "    # before two",
        "    b_task = group.create_task(g(",
        "        2,",
        "    ))",
        ...["a = a_task.result()", "b = b_task.result()", "return a, b"],
      ),
    );
  });

  it("keep tabs and the line ends of Windows", async () => {
    const text =
      "import asyncio\r\nasync def main():\r\n\tif 1:\r\n\t\ta = §await f(1)\r\n\t\tb = §await g(2)\r\n\t\treturn a, b\r\n";
    const { gather, TaskGroup } = await changesIn("together", text);
    assert.equal(gather, "\tif 1:\r\n\t\ta, b = await asyncio.gather(f(1), g(2))\r\n\t\treturn a, b\r\n");
    assert.match(
      TaskGroup ?? "",
      /^\tif 1:\r\n\t\tasync with asyncio\.TaskGroup\(\) as group:\r\n\t\t\ta_task = .*\r\n\t\t\tb_task = /,
    );
  });

  it("bind what was bound: pairs, types, nothing", async () => {
    const pairs = await changes("together", lines("a, b = §await f(1)", "c = §await g(2)"));
    assert.equal(pairs["gather"], lines("(a, b), c = await asyncio.gather(f(1), g(2))"));
    const typed = await changes("together", lines("a: int = §await f(1)", "c = §await g(2)"));
    assert.deepEqual(Object.keys(typed), ["TaskGroup"]);
    assert.match(typed["TaskGroup"] ?? "", /\na: int = a_task\.result\(\)\nc = c_task\.result\(\)\n$/);
    const none = await changes("together", lines("§await f(1)", "§await f(2)"));
    assert.equal(none["gather"], lines("await asyncio.gather(f(1), f(2))"));
    assert.doesNotMatch(none["TaskGroup"] ?? "", /result/);
  });

  it("take names that are free, and asyncio by the name it has here", async () => {
    const body = lines("group = 1", "a = §await f(group)", "b = §await g(2)");
    const head = "from asyncio import TaskGroup, gather as together\n";
    const { gather, TaskGroup } = await changes("together", body, head);
    assert.match(gather ?? "", /a, b = await together\(f\(group\), g\(2\)\)/);
    assert.match(TaskGroup ?? "", /async with TaskGroup\(\) as task_group:/);
  });

  it("are not offered where they would need an import, another statement stands between, or lines are shared", async () => {
    assert.deepEqual(await changes("together", lines("a = §await f(1)", "b = §await g(2)"), ""), {});
    assert.deepEqual(await changes("together", lines("a = §await f(1)", "x = 1", "b = §await g(2)")), {});
    assert.deepEqual(await changes("together", lines("a = §await f(1); b = §await g(2)")), {});
    const old = await changes("together", lines("a = §await f(1)", "b = §await g(2)"), undefined, "3.10.13");
    assert.deepEqual(Object.keys(old), ["gather"]);
  });
});

describe("changes of awaits in a loop", () => {
  it("gather what is appended to a list of one's own", async () => {
    const body = lines(
      "pages = []",
      "for url in urls:",
      "    # each page",
      "    pages.append(§await fetch(url))  # slow",
      "return pages",
    );
    assert.deepEqual(await changes("rounds", body), {
      gather: lines(
        ...["pages = []", "# each page", "# slow", "pages.extend(await asyncio.gather(*(fetch(url) for url in urls)))"],
        "return pages",
      ),
      TaskGroup: lines(
        ...["pages = []", "# each page", "# slow", "async with asyncio.TaskGroup() as group:"],
        "    tasks = [group.create_task(fetch(url)) for url in urls]",
        ...["pages.extend(task.result() for task in tasks)", "return pages"],
      ),
    });
  });

  it("start all calls whose results nobody wants", async () => {
    assert.deepEqual(await changes("rounds", lines("for url in a if b else c:", "    §await fetch(url)")), {
      gather: lines("await asyncio.gather(*(fetch(url) for url in (a if b else c)))"),
      TaskGroup: lines(
        "async with asyncio.TaskGroup() as group:",
        "    for url in (a if b else c):",
        "        group.create_task(fetch(url))",
      ),
    });
  });

  it("keep a loop over the results where there is more to do with them", async () => {
    const body = lines(
      "sizes = {}",
      "for n, url in enumerate(URLS):",
      "    # the page",
      "    page = §await fetch(url)",
      "    sizes[n] = len(page)",
    );
    assert.deepEqual(await changes("rounds", body), {
      gather: lines(
        "sizes = {}",
        "for (n, url), result in zip(enumerate(URLS), await asyncio.gather(*(fetch(url) for n, url in enumerate(URLS)))):",
        ...["    # the page", "    page = result", "    sizes[n] = len(page)"],
      ),
      TaskGroup: lines(
        ...["sizes = {}", "async with asyncio.TaskGroup() as group:"],
        "    tasks = [group.create_task(fetch(url)) for n, url in enumerate(URLS)]",
        "for (n, url), task in zip(enumerate(URLS), tasks):",
        ...["    # the page", "    page = task.result()", "    sizes[n] = len(page)"],
      ),
    });
  });

  it("leave what is between the brackets of a comprehension as it is", async () => {
    const body = lines("return [§await fetch(url) for url in urls if url]");
    assert.deepEqual(await changes("rounds", body), {
      gather: lines("return await asyncio.gather(*(fetch(url) for url in urls if url))"),
      TaskGroup: lines(
        "async with asyncio.TaskGroup() as group:",
        "    tasks = [group.create_task(fetch(url)) for url in urls if url]",
        "return [task.result() for task in tasks]",
      ),
    });
    const inside = await changes("rounds", lines("return [§await fetch(url) for url in urls][0]"));
    assert.deepEqual(inside, { gather: lines("return (await asyncio.gather(*(fetch(url) for url in urls)))[0]") });
  });

  it("are not offered where the loop's name is used later, or its values come only once", async () => {
    assert.deepEqual(await changes("rounds", lines("for url in urls:", "    §await fetch(url)", "return url")), {});
    const once = lines("for url in pages():", "    x = §await fetch(url)", "    seen[url] = x");
    assert.deepEqual(await changes("rounds", once), {});
    const foreign = lines("for url in urls:", "    inbox.append(§await fetch(url))");
    assert.deepEqual(await changes("rounds", foreign), {});
  });
});

describe("a change of a call that was never awaited", () => {
  it("writes await before it", async () => {
    assert.deepEqual(await changes("await", lines("§save()  # now")), { await: lines("await save()  # now") });
  });

  it("is not offered outside of an async function, or where the coroutine is used", async () => {
    assert.deepEqual(await changesIn("await", "def main():\n    §save()\n"), {});
    assert.deepEqual(await changes("await", lines("x = §save()")), {});
    assert.deepEqual(await changes("await", lines("def inner():", "    §save()")), {});
    assert.deepEqual(await changes("await", lines("run(lambda: §save())")), {});
  });
});

describe("what changes make", function () {
  this.timeout(120_000);

  it("is what every Python takes for Python", async () => {
    // Whichever order the tests ran in, there is something to look at.
    await changes("together", lines("a = §await f(1)", "b = §await g(2)"));
    await changes("rounds", lines("xs = []", "for x in range(3):", "    xs.append(§await f(x))"));
    const program = "import ast, json, sys\nfor text in json.load(sys.stdin): ast.parse(text)\nprint('fine')";
    for (const python of await findPythons()) {
      const input = JSON.stringify(texts.map(({ text }) => text));
      const { stdout, stderr } = spawnSync(python.path, ["-c", program], { input, encoding: "utf8" });
      assert.equal(stdout.trim(), "fine", `${python.version}: ${stderr}`);
    }
  });

  // Counted and not timed: on a busy machine what is quicker may take longer.
  const head = `import asyncio, sys
going, most = set(), 0
async def fetch(n):
    global most
    going.add(n)
    most = max(most, len(going))
    await asyncio.sleep(n / 100)
    going.remove(n)
    return f"page {n}"
async def main():
    NUMBERS = [3, 1, 2]
`;
  const tail = `
asyncio.run(main())
print(most, file=sys.stderr)
`;
  const programs: readonly (readonly [name: string, atOnce: number, kind: Kind, body: string])[] = [
    ["two awaits", 2, "together", "    a = §await fetch(1)\n    b = §await fetch(2)\n    print(a, b)\n"],
    [
      "what is appended",
      3,
      "rounds",
      "    got = []\n    for n in NUMBERS:\n        got.append(§await fetch(n))\n    print(got)\n",
    ],
    [
      "what is stored",
      3,
      "rounds",
      "    got = {}\n    for n in NUMBERS:\n        got[n] = §await fetch(n)\n    print(got)\n",
    ],
    [
      "what is added up",
      3,
      "rounds",
      "    got = ''\n    for n in NUMBERS:\n        got += §await fetch(n)\n    print(got)\n",
    ],
    [
      "what is done with",
      3,
      "rounds",
      "    got = []\n    for n in NUMBERS:\n        page = §await fetch(n)\n        got.append((n, page))\n    print(got)\n",
    ],
    ["a comprehension", 2, "rounds", "    got = [§await fetch(n) for n in NUMBERS if n > 1]\n    print(got)\n"],
    [
      "nothing at all",
      0,
      "rounds",
      "    got = []\n    for n in []:\n        got.append(§await fetch(n))\n    print(got)\n",
    ],
  ];
  for (const [name, atOnce, kind, body] of programs)
    it(`says the same as before, with all awaits at once: ${name}`, async () => {
      const marked = head + body + tail;
      const text = marked.replaceAll("§", "");
      const known = texts.length;
      await changesIn(kind, marked);
      const made = texts.slice(known);
      assert.deepEqual(
        made.map(({ how }) => how),
        ["gather", "TaskGroup"],
      );
      const pythons = await findPythons();
      const [oldest, newest] = [pythons[0], pythons.at(-1)];
      assert.ok(oldest !== undefined && newest !== undefined);
      const before = run(newest, text);
      for (const { text: changed, how } of made) {
        const after = run(how === "gather" ? oldest : newest, changed);
        assert.equal(after.said, before.said, changed);
        assert.deepEqual([before.most, after.most], [Math.min(1, atOnce), atOnce], changed);
      }
    });
});

function run(python: Python, text: string): { readonly said: string; readonly most: number } {
  const { stdout, stderr, status } = spawnSync(python.path, ["-c", text], { encoding: "utf8" });
  assert.equal(status, 0, `${stderr}\n${text}`);
  return { said: stdout, most: Number(stderr) };
}
