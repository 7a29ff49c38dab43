/** A worker's whole script as text: a webview can start a worker only from a `blob:` (scripts/build.mjs). */
declare module "*.worker?source" {
  export const source: string;
}
