/** Python's syntax, as far as advice about awaits needs it: pure functions of a text. */
export { PythonParser, WASM_FILES, type ReadWasm } from "./parser";
export { Source, type Node, type Range } from "./node";
