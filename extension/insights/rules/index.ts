/** All rules, in the order in which findings of equal weight are told. */
import type { Rule } from "../types";
import { awaitInLoop } from "./awaitInLoop";
import { blockedLoop } from "./blockedLoop";
import { busySpin } from "./busySpin";
import { cancelSwallowed } from "./cancelSwallowed";
import { deadlock } from "./deadlock";
import { exceptionLost } from "./exceptionLost";
import { lockConvoy } from "./lockConvoy";
import { neverAwaited } from "./neverAwaited";
import { poolSaturated } from "./poolSaturated";
import { queueBackpressure } from "./queueBackpressure";
import { serialAwaits } from "./serialAwaits";
import { serialGather } from "./serialGather";
import { slowCleanup } from "./slowCleanup";
import { slowLoop } from "./slowLoop";
import { starved } from "./starved";
import { stuck } from "./stuck";
import { taskLeaked } from "./taskLeaked";
import { timeoutRace } from "./timeoutRace";
import { unboundedFanout } from "./unboundedFanout";

export const RULES: readonly Rule[] = [
  deadlock,
  stuck,
  neverAwaited,
  exceptionLost,
  taskLeaked,
  blockedLoop,
  serialAwaits,
  awaitInLoop,
  serialGather,
  lockConvoy,
  queueBackpressure,
  poolSaturated,
  starved,
  busySpin,
  cancelSwallowed,
  slowCleanup,
  timeoutRace,
  unboundedFanout,
  slowLoop,
];
