import assert from "node:assert/strict";
import * as fc from "fast-check";
import { readTrace, RETURN_WHEN, type GroupOutcome, type Outcome, type Trace } from "../../../extension/trace";
import { rows, TraceWriter, type Json } from "../../fixtures/writer";

const RUNS = 1000;
const OWNER = 1;

interface Member {
  readonly outcome: "returned" | "raised" | "cancelled";
  readonly run: number;
  /** It runs after those with less. */
  readonly turn: number;
  readonly ends: boolean;
}

interface Program {
  readonly kind: "gather" | "taskgroup" | "wait" | "as_completed" | "shield";
  readonly returnExceptions: boolean;
  readonly returnWhen: (typeof RETURN_WHEN)[number];
  readonly members: readonly Member[];
  readonly started: number;
  readonly ownerEnds: boolean;
  /** How and when the trace says that the group ended, which it may do before its members' ends are told. */
  readonly said: { readonly outcome: GroupOutcome; readonly t: number; readonly isEarly: boolean } | undefined;
}

const member: fc.Arbitrary<Member> = fc.record({
  outcome: fc.constantFrom("returned", "returned", "raised", "cancelled"),
  // None ends at the same time as another: who was last would be a matter of taste.
  run: fc.integer({ min: 1, max: 1000 }),
  turn: fc.nat(9),
  ends: fc.oneof(fc.constant(true), fc.boolean()),
});

const program: fc.Arbitrary<Program> = fc.record({
  kind: fc.constantFrom("gather", "taskgroup", "wait", "as_completed", "shield"),
  returnExceptions: fc.boolean(),
  returnWhen: fc.constantFrom(...RETURN_WHEN),
  members: fc.array(member, { minLength: 1, maxLength: 6 }),
  started: fc.nat(3000),
  ownerEnds: fc.boolean(),
  said: fc.option(
    fc.record({
      outcome: fc.constantFrom("returned", "raised", "cancelled", "timed_out"),
      t: fc.nat(6000),
      isEarly: fc.boolean(),
    }),
    { nil: undefined },
  ),
});

describe("A group's end", () => {
  it("and the member that decided it follow from how its members ended, as its kind has it", () => {
    fc.assert(
      fc.property(program, (drawn) => {
        const trace = traceOf(drawn);
        const [group] = trace.groups;
        assert.ok(group !== undefined);
        assert.deepEqual([group.ended, group.outcome, group.criticalMember], plainEnd(drawn, trace));
      }),
      { numRuns: RUNS },
    );
  });
});

function traceOf({ kind, returnExceptions, returnWhen, members, started, ownerEnds, said }: Program): Trace {
  const ids = members.map((_, i) => OWNER + 1 + i);
  const group: Json = { k: "group", id: 1, kind, owner: OWNER, site: 0, t: started };
  const writer = new TraceWriter().header().tasks({ task: OWNER });
  if (kind === "taskgroup") writer.define(group).tasks(...ids.map((task) => ({ task, group: 1 })));
  else
    writer
      .tasks(...ids.map((task) => ({ task })))
      .define({ ...group, members: ids, return_exceptions: returnExceptions, return_when: returnWhen });
  const end: Json = { k: "group_ended", group: 1, outcome: said?.outcome, t: said?.t };
  if (said?.isEarly === true) writer.define(end);
  const inTurn = members.map((one, i) => ({ ...one, task: ids[i] ?? 0 })).sort((a, b) => a.turn - b.turn);
  writer.steps(1, 1, 0, [
    rows.step(OWNER, 10),
    rows.awaitsGroup(1),
    ...inTurn.flatMap(({ task, run, ends, outcome }) => [
      rows.step(task, run),
      ...(ends ? [rows.ended(task, outcome)] : []),
    ]),
    ...(ownerEnds ? [rows.step(OWNER, 5), rows.ended(OWNER, "returned")] : []),
  ]);
  if (said?.isEarly === false) writer.define(end);
  return readTrace(writer.bytes());
}

/** By asyncio's own rules, from the list of those that ended. */
function plainEnd(
  { kind, returnExceptions, returnWhen, started, ownerEnds, said }: Program,
  trace: Trace,
): readonly [ended: number | undefined, outcome: GroupOutcome, member: number | undefined] {
  const members = trace.tasks.filter(({ id }) => id !== OWNER);
  const inOrder = members
    .flatMap(({ id, ended, outcome }) => (ended === undefined ? [] : [{ id, ended, outcome }]))
    .sort((a, b) => a.ended - b.ended);
  const first = (...outcomes: readonly Outcome[]): (typeof inOrder)[number] | undefined =>
    inOrder.find(({ outcome }) => outcomes.includes(outcome));
  const firstUnwell = kind === "gather" && !returnExceptions ? first("raised", "cancelled") : undefined;

  if (said !== undefined) {
    const at = Math.max(said.t, started);
    const before = inOrder.filter(({ ended }) => ended <= at);
    const unwell = before.find((one) => one === firstUnwell);
    const isGivenUp = said.outcome === "cancelled" || said.outcome === "timed_out";
    let decider = before.at(-1);
    // What the body did after its members only the owner's waker tells, of which these traces have none.
    if (kind === "taskgroup") decider = undefined;
    else if (kind === "gather") decider = said.outcome === "returned" ? decider : (unwell ?? decider);
    else if (isGivenUp) decider = undefined;
    return [at, said.outcome, decider?.id];
  }

  const isAllOver = inOrder.length === members.length;
  let decider = isAllOver ? inOrder.at(-1) : undefined;
  // Its owner is still in it, and may add more.
  if (kind === "taskgroup" && !ownerEnds) decider = undefined;
  if (kind === "gather") decider = firstUnwell ?? decider;
  if (kind === "wait" && returnWhen === "FIRST_COMPLETED") decider = inOrder[0];
  if (kind === "wait" && returnWhen === "FIRST_EXCEPTION") decider = first("raised") ?? decider;
  if (decider === undefined) {
    const isLeft = ownerEnds && kind !== "gather" && kind !== "taskgroup";
    return isLeft ? [Math.max(trace.task(OWNER)?.ended ?? 0, started), "returned", undefined] : NOT_OVER;
  }
  return [Math.max(decider.ended, started), outcomeOf(), decider.id];

  function outcomeOf(): GroupOutcome {
    if (firstUnwell !== undefined) return firstUnwell.outcome;
    // The one inside; others of the kind there are none.
    if (kind === "shield") return members[0]?.outcome ?? "returned";
    if (kind !== "taskgroup") return "returned";
    if (first("raised") !== undefined) return "raised";
    return inOrder.every(({ outcome }) => outcome === "cancelled") ? "cancelled" : "returned";
  }
}

const NOT_OVER = [undefined, "pending", undefined] as const;
