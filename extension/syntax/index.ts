/** Python's syntax, as far as advice about awaits needs it: pure functions of a text. */
export { PythonParser, WASM_FILES, type ReadWasm } from "./parser";
export { Source, type Node, type Range } from "./node";
export { catcherOf, headOf } from "./catching";
export { functionName, namesCalled, unawaitedCalls } from "./unawaited";
export { calleeOf, type Callee } from "./callee";
export { type Awaiting, type CalleeOf } from "./awaiting";
export { roundsOf, type Rounds } from "./rounds";
export { serialRun, type SerialAwait } from "./serial";
export { asyncioName, definitionOf } from "./scope";
export { applied, changesFor, type Change, type TextEdit } from "./changes";
