/** Long work a short slice at a time, so that the host does everything else meanwhile. */

const SLICE_MS = 20;

/** undefined: `goesOn` said no. */
export async function inSlices<T>(work: Generator<undefined, T>, goesOn: () => boolean): Promise<T | undefined> {
  for (;;) {
    const since = performance.now();
    let next = work.next();
    while (next.done !== true && performance.now() - since < SLICE_MS) next = work.next();
    if (next.done === true) return next.value;
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (!goesOn()) return undefined;
  }
}
