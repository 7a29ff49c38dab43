/** The bytes of a trace on a file system that can only give a whole file: any but the disk. */
import * as vscode from "vscode";
import { bytesInMemory, type TraceBytes } from "../source";

/** Read when it is first asked for. */
export function wholeFile(uri: vscode.Uri): TraceBytes {
  let content: Thenable<TraceBytes> | undefined;
  return {
    read: async (offset, length) => {
      content ??= vscode.workspace.fs.readFile(uri).then(bytesInMemory);
      return (await content).read(offset, length);
    },
    dispose: () => undefined,
  };
}
