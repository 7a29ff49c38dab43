/** The part of svgcanvas that is used here; it comes without types. */
declare module "svgcanvas" {
  export class Context {
    constructor(width: number, height: number);
    getSerializedSvg(): string;
  }
}
