/** Opens a trace that was saved, or that some program is still writing. */
import type * as vscode from "vscode";
import { messageOf } from "../faults";
import type { Host } from "../host";
import { TraceSource } from "../source";
import { UnzippedBytes } from "../unzip";

/** `live` is the run of this window, whose file may be the one that is opened. */
export function openTrace(
  uri: vscode.Uri,
  live: TraceSource | undefined,
  { bytesOf, gunzip }: Pick<Host, "bytesOf" | "gunzip">,
  log: vscode.LogOutputChannel,
): TraceSource {
  const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  const source = new TraceSource(name, uri.toString(), new UnzippedBytes(bytesOf(uri), gunzip));
  const taking = live?.uri === source.uri && live.state.kind === "running" ? follow(source, live) : takeAll(source);
  taking.catch((error: unknown) => {
    log.error(`${uri.toString()} could not be read:`, error);
    source.fail(`${name} could not be read: ${messageOf(error)}`);
  });
  return source;
}

async function takeAll(source: TraceSource): Promise<void> {
  await source.pull();
  if (source.available === 0) source.fail(`${source.name} is empty: its program has not written anything into it.`);
  await source.end();
}

async function follow(source: TraceSource, live: TraceSource): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    live.onDidChange(() => {
      if (live.state.kind === "running") void source.pull();
      else resolve();
    });
  });
  await source.pull();
  await ended;
  await takeAll(source);
}
