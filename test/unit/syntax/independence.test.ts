import assert from "node:assert/strict";
import { calleeOf, definitionOf, roundsOf, serialRun, type CalleeOf, type Source } from "../../../extension/syntax";
import { parsed } from "../../fixtures/python";

const HEAD = `
import asyncio, api
TOTAL = []
async def get(key):
    return await api.ask(f"/{key}")
async def peek(db, key):
    return db.rows[key]
async def query(db, key):
    return await db.execute(key)
async def count(key):
    TOTAL.append(key)
    return await api.ask(key)
async def tell(key):
    print(await api.ask(key))
async def rest():
    await asyncio.sleep(1)
async def pages(key):
    for n in range(9):
        await api.ask(key, n)
    return key
`;

async function sourceOf(body: string, def = "async def main(self, db, url, urls, n: int):"): Promise<Source> {
  return parsed(`${HEAD}${def}\n${body.replace(/^(?=.)/gm, "    ")}\n`);
}

function staticCallees(source: Source): CalleeOf {
  return (node) => {
    const called = node.children[0]?.children[0];
    const found = called?.type === "identifier" ? definitionOf(source, source.textOf(called), node) : undefined;
    return found && calleeOf(source, found);
  };
}

const mainLine = HEAD.split("\n").length;

/** The texts of the calls that could run together with the first await. */
async function together(body: string, def?: string): Promise<readonly string[]> {
  const source = await sourceOf(body, def);
  const first = source.all("await").find((node) => source.range(node).line >= mainLine);
  assert.ok(first !== undefined);
  return serialRun(source, first, staticCallees(source)).map(({ call }) => source.textOf(call));
}

async function areRounds(body: string): Promise<boolean> {
  const source = await sourceOf(body);
  const first = source.all("await").find((node) => source.range(node).line >= mainLine);
  assert.ok(first !== undefined);
  return roundsOf(source, first, staticCallees(source)) !== undefined;
}

const lines = (...all: readonly string[]): string => all.join("\n");

describe("awaits that could run together", () => {
  const free: Readonly<Record<string, string>> = {
    "of different arguments": lines("a = await get(1)", "b = await get(2)"),
    "of the same number": lines("a = await get(n)", "b = await get(n)"),
    "of a thing that both only look at": lines("a = await get(url)", "b = await get(url)"),
    "with a comment and a plain value between": lines("a = await get(1)", "# then", "x = 'y'", "b = await get(2)"),
    "of a module's functions": lines("a = await api.ask(1)", "b = await api.ask(2)"),
    "of different objects": lines("a = await self.left.ask(1)", "b = await self.right.ask(2)"),
    "without results, of one function": lines("await get(1)", "await get(2)"),
    "in a client's block": lines(
      "async with aiohttp.ClientSession() as http:",
      "    a = await query(http, 1)",
      "    b = await query(http, 2)",
    ),
  };
  for (const [what, body] of Object.entries(free))
    it(`are those ${what}`, async () => assert.equal((await together(body)).length, 2));

  const bound: Readonly<Record<string, string>> = {
    "one of which uses the other's result": lines("a = await get(1)", "b = await get(a)"),
    "with something derived from a result": lines("a = await get(1)", "x = a + 1", "b = await get(x)"),
    "with a condition between": lines("a = await get(1)", "if a:", "    pass", "b = await get(2)"),
    "with a print between": lines("a = await get(1)", "print(a)", "b = await get(2)"),
    "of one connection": lines("a = await db.execute(1)", "b = await db.execute(2)"),
    "given one connection": lines("a = await query(db, 1)", "b = await query(db, 2)"),
    "given one connection that they only seem to read": lines("a = await peek(db, 1)", "b = await peek(db, 2)"),
    "of one object's methods, whose text is not known": lines("a = await self.ask(1)", "b = await self.tell(2)"),
    "that change something shared": lines("a = await count(1)", "b = await count(2)"),
    "of functions not known, given the same thing": lines("a = await api.ask(url)", "b = await api.ask(url)"),
    "without results, of different functions": lines("await get(1)", "await tell(2)"),
    "without results, that print": lines("await tell(1)", "await tell(2)"),
    "that only let time pass": lines("await rest()", "await rest()"),
    "that sleep": lines("a = await get(1)", "await asyncio.sleep(1)", "b = await get(2)"),
    "in a try": lines("try:", "    a = await get(1)", "    b = await get(2)", "except OSError:", "    pass"),
    "under a lock": lines("async with self.lock:", "    a = await get(1)", "    b = await get(2)"),
    "whose arguments do something": lines("a = await get(next(urls))", "b = await get(next(urls))"),
    "in different blocks": lines("if n:", "    a = await get(1)", "b = await get(2)"),
    "in an async generator": lines("a = await get(1)", "b = await get(2)", "yield a, b"),
  };
  for (const [what, body] of Object.entries(bound))
    it(`are not those ${what}`, async () => assert.ok((await together(body)).length < 2));

  it("are found around one that needs another", async () => {
    const body = lines("a = await get(1)", "b = await get(2)", "c = await get(b)", "d = await get(4)");
    assert.deepEqual(await together(body), ["get(1)", "get(2)"]);
  });

  it("know a text or number by its type, and anything else not", async () => {
    const body = lines("a = await api.ask(key)", "b = await api.ask(key)");
    assert.equal((await together(body, "async def main(key: str | None):")).length, 2);
    assert.equal((await together(body, "async def main(key: Thing):")).length, 0);
  });
});

describe("rounds that could run together", () => {
  const free: Readonly<Record<string, string>> = {
    "append results": lines("got = []", "for u in urls:", "    got.append(await get(u))"),
    "store results": lines("got = {}", "for u in urls:", "    got[u] = await get(u)"),
    "work on the result after it": lines(
      "for u in urls:",
      "    page = await get(u)",
      "    size = measure(page)",
      "    got.append(size)",
    ),
    "make an address first": lines("for u in urls:", "    x = f'{u}/'", "    got.append(await get(x))"),
    "await twice in a round": lines("for u in urls:", "    a = await get(u)", "    got.append(await get(a))"),
    "are a comprehension's": "return [await get(u) for u in urls if u]",
  };
  for (const [what, body] of Object.entries(free))
    it(`are those that ${what}`, async () => assert.ok(await areRounds(body)));

  const bound: Readonly<Record<string, string>> = {
    "need the round before": lines("for u in urls:", "    n = await get(n + u)"),
    "need it by a detour": lines("for u in urls:", "    x = f'{u}{n}'", "    page = await get(x)", "    n = page.next"),
    "need it by what they change": lines("for u in urls:", "    seen.append(await peek(seen, u))"),
    "may end early": lines("for u in urls:", "    page = await get(u)", "    if page:", "        break"),
    skip: lines("for u in urls:", "    if u in seen:", "        continue", "    got.append(await get(u))"),
    sleep: lines("for u in urls:", "    got.append(await get(u))", "    await asyncio.sleep(1)"),
    "say what they do": lines("for u in urls:", "    print(u)", "    got.append(await get(u))"),
    "do the same again": lines("for _ in range(9):", "    got.append(await get(1))"),
    "use one connection": lines("for u in urls:", "    got.append(await query(db, u))"),
    "use one object's method": lines("for u in urls:", "    got.append(await db.execute(u))"),
    "change something shared": lines("for u in urls:", "    got.append(await count(u))"),
    "catch errors": lines(
      "for u in urls:",
      "    try:",
      "        got.append(await get(u))",
      "    except OSError:",
      "        pass",
    ),
    "come from outside": lines("async for u in urls:", "    got.append(await get(u))"),
    "go on while something holds": lines("while urls:", "    got.append(await get(urls.pop()))"),
    "are a generator's": "return [x async for x in (await get(u) for u in urls)]",
  };
  for (const [what, body] of Object.entries(bound))
    it(`are not those that ${what}`, async () => assert.equal(await areRounds(body), false));
});

describe("a function that is awaited", () => {
  it("is known by what its text says it does", async () => {
    const source = await sourceOf("pass");
    const of = (name: string) => {
      const definition = definitionOf(source, name, source.root);
      assert.ok(definition !== undefined);
      return calleeOf(source, definition);
    };
    assert.deepEqual([...of("query").acted], ["db"]);
    assert.deepEqual([...of("peek").acted], []);
    assert.deepEqual([...of("count").shared], ["TOTAL"]);
    assert.deepEqual([of("tell").isSeen, of("get").isSeen], [true, false]);
    assert.deepEqual([of("rest").onlyPaces, of("get").onlyPaces], [true, false]);
    assert.deepEqual([of("pages").hasLoop, of("get").hasLoop], [true, false]);
  });
});
