import assert from "node:assert/strict";
import { jobsOf, readTrace, TraceReader, type Trace } from "../../../extension/trace";
import { Lane } from "../../../media/timeline/lane";
import {
  fullName,
  isHousekeeping,
  isHousekeepingGroup,
  shortName,
  taskSubtitle,
  taskTitle,
} from "../../../media/timeline/names";
import { blockLabels } from "../../../media/timeline/runStory";
import { plain } from "../../../media/timeline/sentence";
import { sliceAt } from "../../../media/timeline/slices";
import {
  createdStory,
  endStory,
  groupStory,
  jobStory,
  lossStory,
  namesStory,
  outcomeWords,
  sliceSite,
  sliceStory,
} from "../../../media/timeline/story";
import { MS, traceFromText } from "../../fixtures/notation";
import { draw, taskNamed } from "../../fixtures/reading";
import { rows, TraceWriter, WAKER } from "../../fixtures/writer";

function tell(trace: Trace, name: string, column: number): string {
  const task = taskNamed(trace, name);
  const lane = Lane.ofTask(trace, task.id);
  lane.update();
  const slice = sliceAt(trace, lane, task, (column + 0.5) * MS);
  assert.ok(slice !== undefined);
  return plain(sliceStory(trace, lane, task, slice));
}

function place(trace: Trace, name: string, column: number): string | undefined {
  const task = taskNamed(trace, name);
  const lane = Lane.ofTask(trace, task.id);
  lane.update();
  const slice = sliceAt(trace, lane, task, (column + 0.5) * MS);
  const site = slice && sliceSite(trace, lane, task, slice);
  return site && `${site.file}:${String(site.line)}`;
}

describe("The story of a slice", () => {
  const trace = draw(`
    main:   ###...............##x
    Alice:    ++#......+++#x
    Bob:      +#.......###x
    Alice < main @hello.py:12
    Bob < main @hello.py:12
    Alice = greet
    Bob = greet
    Alice awaits sleep @hello.py:7:4-20
    Bob awaits sleep @hello.py:8:4-20
    gather main: Alice Bob @hello.py:11:4-30
  `);

  it("of a wait says for what, how long and where", () => {
    assert.equal(tell(trace, "Alice", 8), "Waited 6.00 ms in sleep at hello.py:7");
    assert.equal(tell(trace, "main", 8), "Waited 15.0 ms for gather of 2 tasks at hello.py:11");
  });

  it("of a wait for the loop names what the loop was running", () => {
    assert.equal(tell(trace, "Alice", 12), "Ready 3.00 ms: the loop was running greet, hello.py:8; woken by a timer");
  });

  it("of a run says from where to where", () => {
    assert.match(tell(trace, "Alice", 4), /^Ran 1\.00 ms from app\.py:\d+; then waited in sleep at hello\.py:7$/);
    assert.equal(tell(trace, "Bob", 11), "Ran 3.00 ms from hello.py:8; then it returned");
  });

  it("leads to the await that is meant", () => {
    assert.equal(place(trace, "Alice", 8), "/project/hello.py:7");
    assert.equal(place(trace, "Alice", 12), "/project/hello.py:7");
    assert.equal(place(trace, "main", 18), "/project/hello.py:11");
  });

  it("of a group names the member that decided", () => {
    const [group] = trace.groups;
    assert.ok(group !== undefined);
    assert.equal(
      plain(groupStory(trace, group)),
      "gather of 2 tasks at hello.py:11, awaited by main; it took 13.0 ms, 1.5 of 2 at once on average; one after another they would have taken 19.0 ms; Alice (greet) ended last and so decided when it ended",
    );
  });

  it("of a creation says by whom and where", () => {
    assert.equal(plain(createdStory(trace, taskNamed(trace, "Bob"))), "Created by main at hello.py:12");
    assert.equal(plain(createdStory(trace, taskNamed(trace, "main"))), "Started from outside of any task");
  });
});

describe("The story of a creation", () => {
  it("names the thread that handed its coroutine to the loop", () => {
    const trace = draw(`
      main:  ####x
      Alice:     ##x
      Bob:         ##x
      Bob < main @hello.py:12
      loop 2: Alice Bob
      {"k": "thread", "id": 3, "name": "worker-1"}
      {"k": "created_by", "task": "Alice", "thread": 3}
      {"k": "created_by", "task": "Bob", "thread": 3}
    `);
    assert.equal(plain(createdStory(trace, taskNamed(trace, "Alice"))), "Created by thread worker-1");
    assert.equal(
      plain(createdStory(trace, taskNamed(trace, "Bob"))),
      "Created by main in thread worker-1 at hello.py:12",
    );
  });

  it("of a task that closes a dropped generator says so", () => {
    const trace = draw(`
      main: ###x
      Bob:      ##x
      Bob < main @hello.py:12
      {"k": "created_by", "task": "Bob", "dropped": true}
    `);
    assert.equal(
      plain(createdStory(trace, taskNamed(trace, "Bob"))),
      "Created to close an async generator that was dropped by main at hello.py:12",
    );
  });

  it("names the callback that made it, where that was no task", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .define(
          { k: "code", id: 1, file: 0, name: "create_task", line: 1 },
          { k: "node", id: 1, parent: 0, code: 1, line: 1 },
        )
        .tasks({ task: 1, t: 50 })
        .steps(1, 1, 0, [rows.callback(100, 0, WAKER.timer, 1), rows.step(1, 100, 0, 1)])
        .bytes(),
    );
    const [task] = trace.tasks;
    assert.ok(task !== undefined);
    assert.equal(plain(createdStory(trace, task)), "Created by callback create_task, woken by a timer");
  });
});

describe("The story of a task's names", () => {
  it("says from which it was renamed, and by when that was seen", () => {
    const trace = readTrace(
      new TraceWriter()
        .header()
        .tasks({ task: 1, autoName: 3 })
        .define({ k: "name", task: 1, name: "idle", t: 4 * MS }, { k: "name", task: 1, name: "busy", t: 9 * MS })
        .bytes(),
    );
    const [task] = trace.tasks;
    assert.ok(task !== undefined);
    assert.equal(task.name, "busy");
    assert.equal(
      plain(namesStory(task)),
      "Renamed from “Task-3” to “idle” within 4.00 ms of its creation, then from “idle” to “busy” within 9.00 ms of its creation",
    );
  });

  it("is silent of a task that kept its name, or got it before it was told of", () => {
    const trace = draw(`
      main: ###x
      {"k": "name", "task": "main", "name": "first"}
    `);
    const [task] = trace.tasks;
    assert.ok(task !== undefined);
    assert.deepEqual(namesStory(task), []);
  });
});

describe("The story of a failure", () => {
  const trace = draw(`
    main: #..........#!
    A:     #...#!
    B:      #...#c
    A raises ValueError: no
    taskgroup main: A B @4
    {"k": "cancel", "task": "B", "by": "A", "site": 0, "group": 1, "t": 6}
    {"k": "unretrieved", "task": "A", "t": 11}
  `);

  it("says who failed first, and who was cancelled because of it", () => {
    const [group] = trace.groups;
    assert.ok(group !== undefined);
    assert.match(plain(groupStory(trace, group)), /; A failed first \(ValueError: no\), so B was cancelled$/);
  });

  it("says that a group raised of which no task did", () => {
    const [group] = draw(`
      main: #....#x
      A:     #..#x
      {"k": "group", "id": 1, "kind": "gather", "owner": "main", "t": 1, "members": ["A"], "futures": 1}
      {"k": "group_ended", "group": 1, "outcome": "raised", "t": 3}
    `).groups;
    assert.ok(group !== undefined);
    assert.match(plain(groupStory(trace, group)), /; it raised, though none of its tasks did$/);
  });

  it("says who cancelled a task", () => {
    const words = plain(endStory(trace, taskNamed(trace, "B")));
    assert.equal(words, "was cancelled by its TaskGroup, because A raised");
    assert.equal(plain(endStory(trace, taskNamed(trace, "A"))), "raised ValueError: no");
  });

  it("says what nobody asked for", () => {
    assert.equal(plain(lossStory(trace, taskNamed(trace, "A"))), "Nobody ever asked for its exception");
    assert.equal(plain(lossStory(trace, taskNamed(trace, "B"))), "");
  });
});

describe("The story of an executor job", () => {
  const trace = draw(`
    A: #.........#x
    {"k": "thread", "id": 2, "name": "pool_0"}
    {"k": "job", "id": 1, "loop": 1, "task": "A", "site": "@3", "executor": "thread", "t": 1}
    {"k": "job_started", "job": 1, "thread": 2, "t": 3}
    {"k": "job_ended", "job": 1, "outcome": 2, "t": 9}
    {"k": "job", "id": 2, "loop": 1, "task": "A", "executor": "thread", "t": 2}
  `);

  it("says where it ran, how long, and how long it was queued", () => {
    assert.deepEqual(
      jobsOf(trace, taskNamed(trace, "A").id).map((job) => plain(jobStory(trace, job))),
      [
        "executor job in thread pool_0 at app.py:3: took 6.00 ms, after 2.00 ms in the queue; it raised",
        "executor job, not started yet",
      ],
    );
  });
});

describe("A blocked loop", () => {
  const trace = draw(`
    main: #...${"#".repeat(150)}x
    beat: .#..${"+".repeat(150)}#x
    beat < main
    beat awaits sleep @beat.py:3
  `);

  it("is named as the reason of both stories", () => {
    assert.match(tell(trace, "main", 50), /^Ran 150 ms from .*, and blocked the loop: nothing else could run/);
    assert.match(tell(trace, "beat", 50), /^Ready 150 ms: the loop was running main, app\.py:\d+; woken by a timer$/);
  });
});

describe("A loop that is blocked, by a step whose row is still to come", () => {
  const drawing = `
    main: #.............${">".repeat(400)}
    beat: ++#........
    late:   ${"+".repeat(390)}
    beat < main
    late < main
    beat awaits sleep @beat.py:3
    main awaits event @app.py:5
    main blocks in crunch @app.py:40
    killed
  `;
  const bytes = traceFromText(drawing);
  const reader = new TraceReader();
  reader.push(bytes);
  const live = reader.trace;

  it("is told by whoever blocks it, as long as that goes on", () => {
    const words = "from app.py:5, and blocks the loop: nothing else can run. It stands at app.py:40 in crunch";
    assert.equal(tell(live, "main", 50), `Has run 400 ms ${words}`);
    assert.equal(place(live, "main", 50), "/project/app.py:40");
    assert.equal(tell(live, "main", 8), "Waited 13.0 ms for event at app.py:5");
    const over = words.replace("blocks", "blocked").replace("can run", "could run").replace("stands", "stood");
    assert.equal(tell(draw(drawing), "main", 50), `Ran 400 ms ${over}`);
  });

  it("is the reason why the others do not go on", () => {
    const why = "the loop is blocked by crunch, app.py:40";
    assert.equal(
      tell(live, "beat", 50),
      `Waiting 411 ms so far in sleep at beat.py:3; for the last 400 ms it could not go on: ${why}`,
    );
    assert.equal(tell(live, "late", 50), `Ready for 412 ms, but the loop has not come to it yet: ${why}`);
  });

  it("is said on the bar, in as many words as fit", () => {
    const { id } = taskNamed(live, "main");
    const run = { task: id, step: undefined };
    assert.deepEqual(blockLabels(live, run, "400 ms"), [
      "blocks the loop for 400 ms in crunch()",
      "blocks the loop for 400 ms",
    ]);
    assert.deepEqual(blockLabels(draw(drawing), run, "400 ms").at(-1), "blocked the loop for 400 ms");
  });
});

describe("A loop that woke late", () => {
  // A timer was due while the loop slept on: as on a machine that is busy with other programs.
  const trace = draw(`
    main: #...++++#x
    main awaits sleep @nap.py:3
  `);

  it("is not said to have run something", () => {
    assert.equal(tell(trace, "main", 6), "Ready 4.00 ms: nothing else ran, the loop woke late; woken by a timer");
  });
});

describe("How a task ended", () => {
  const trace = draw(`
    main: #........#x
    A:     +#..#!
    B:       +#..#c
    A raises app.NoSuchPage: <b>404</b>
  `);

  it("is said with the exception as the program named it", () => {
    assert.equal(outcomeWords(taskNamed(trace, "A")), "raised app.NoSuchPage: <b>404</b>");
    assert.equal(outcomeWords(taskNamed(trace, "B")), "was cancelled");
    assert.equal(outcomeWords(taskNamed(trace, "main")), "returned");
  });
});

describe("Names", () => {
  const task = taskNamed(draw("main: #x"), "main");

  it("leave out the functions a coroutine was defined in", () => {
    assert.equal(shortName("main.<locals>.work"), "work");
    assert.equal(shortName("Server.run"), "Server.run");
  });

  it("are the user's where there are any, else the coroutine's", () => {
    assert.equal(taskTitle({ ...task, name: "Task-3", coro: "fetch" }), "fetch");
    assert.equal(taskTitle({ ...task, name: "worker 1", coro: "fetch" }), "worker 1");
    assert.equal(fullName({ ...task, name: "Task-3", coro: "fetch" }), "Task-3 (fetch)");
    assert.equal(fullName({ ...task, name: "fetch", coro: "fetch" }), "fetch");
  });

  it("say nothing twice beside the title", () => {
    assert.equal(taskSubtitle({ ...task, name: "Task-3", coro: "fetch" }), "Task-3");
    assert.equal(taskSubtitle({ ...task, name: "worker 1", coro: "main.<locals>.fetch" }), "fetch");
    assert.equal(taskSubtitle({ ...task, name: "fetch", coro: "fetch" }), "");
  });

  it("tell asyncio's own tasks from the program's", () => {
    const library = { path: "/usr/lib/python3.12/asyncio/base_events.py", user: false, sha256: undefined };
    const code = { file: library, name: "", line: 1 };
    assert.equal(isHousekeeping({ ...task, code, coro: "BaseEventLoop.shutdown_asyncgens" }), true);
    assert.equal(isHousekeeping({ ...task, code, coro: "BaseSelectorEventLoop._accept_connection2" }), true);
    assert.equal(isHousekeeping({ ...task, code, coro: "BaseSubprocessTransport._connect_pipes" }), true);
    assert.equal(isHousekeeping({ ...task, code, coro: "sleep" }), false);
    assert.equal(isHousekeeping({ ...task, coro: "BaseEventLoop.shutdown_asyncgens" }), false);
  });

  it("tell asyncio's own groups from the program's by their members", () => {
    const asyncio = { k: "file", id: 1, path: "/usr/lib/python3.12/asyncio/base_events.py", user: false };
    const lookUp = { k: "code", id: 1, file: 1, name: "BaseEventLoop._create_server_getaddrinfo", line: 1 };
    const trace = readTrace(
      new TraceWriter()
        .header()
        .define(asyncio, lookUp)
        .tasks({ task: 1 }, { task: 2, code: 1 }, { task: 3 })
        .define(
          { k: "group", id: 1, kind: "gather", owner: 1, t: 0, members: [2] },
          { k: "group", id: 2, kind: "gather", owner: 1, t: 0, members: [2, 3] },
        )
        .bytes(),
    );
    assert.deepEqual(
      trace.groups.map((group) => isHousekeepingGroup(trace, group)),
      [true, false],
    );
  });
});
