import assert from "node:assert/strict";
import fc from "fast-check";
import { linkQuery, parseLink } from "../../../extension/links";
import { parseView } from "../../../extension/timeline/messages";

describe("A link to a place in a trace", () => {
  it("leads back to the view it was made of", () => {
    const view = { from: -5_000_000, to: 20_000_000, task: 7, cursor: 12_345_678 };
    const link = parseLink(linkQuery("file:///tmp/a%20b/crawl.awaitscope", view));
    assert.equal(link?.trace, "file:///tmp/a%20b/crawl.awaitscope");
    assert.deepEqual(parseView(link.view), view);
  });

  it("leads to the trace alone when it says no more", () => {
    const link = parseLink("trace=file:///crawl.awaitscope");
    assert.equal(link?.trace, "file:///crawl.awaitscope");
    assert.equal(parseView(link.view), undefined);
  });

  it("is believed in nothing", () => {
    assert.equal(parseLink(""), undefined);
    fc.assert(
      fc.property(fc.string(), (query) => {
        const link = parseLink(query);
        const view = link && parseView(link.view);
        if (view !== undefined) assert.ok(Number.isFinite(view.from) && view.to > view.from);
      }),
    );
    for (const query of ["from=1&to=0", "from=NaN&to=2", "from=0&to=Infinity", "from=0"])
      assert.equal(parseView(parseLink(`trace=a&${query}`)?.view), undefined, query);
  });
});
