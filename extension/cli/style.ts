/** Colours, where they can be shown and are wanted. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly warning: (text: string) => string;
}

const same = (text: string): string => text;
export const plain: Style = { strong: same, faint: same, warning: same };

const wrap =
  (on: number, off: number) =>
  (text: string): string =>
    `\u001b[${on}m${text}\u001b[${off}m`;
export const coloured: Style = { strong: wrap(1, 22), faint: wrap(2, 22), warning: wrap(33, 39) };

/** See no-color.org: any value but the empty one means no. */
export function styleFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Style {
  const unwanted = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return stream.isTTY === true && !unwanted ? coloured : plain;
}
