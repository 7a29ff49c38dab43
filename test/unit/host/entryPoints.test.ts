import assert from "node:assert/strict";
import { entryPoints } from "../../../extension/inline/entryPoints";

describe("lines that start an event loop", () => {
  for (const line of [
    "asyncio.run(main())",
    "    sys.exit(asyncio.run(main()))",
    "with asyncio.Runner() as runner:",
    "loop.run_until_complete(main())",
    "asyncio.get_event_loop().run_until_complete(main())",
  ]) {
    it(`are those like ${line}`, () => assert.deepEqual(entryPoints(["", line]), [1]));
  }

  for (const line of [
    "# asyncio.run(main())",
    '"""Then asyncio.run(main())."""',
    "asyncio.runner",
    "my_asyncio.running()",
    "class Runner(Base):",
    "def run_until_complete(self, future):",
    "print('asyncio.run(x)')",
  ]) {
    it(`are not those like ${line}`, () => assert.deepEqual(entryPoints([line]), []));
  }
});
