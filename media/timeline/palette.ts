/**
 * The colours in use, read from the theme's CSS variables. They change under a running page, and a canvas does not follow
 * by itself, so they are read again whenever the theme does.
 */

export interface Palette {
  /** High contrast or forced colours: borders and patterns instead of tints. */
  readonly contrast: boolean;
  readonly dark: boolean;
  readonly font: string;
  readonly fontSize: number;
  readonly background: string;
  readonly foreground: string;
  readonly dim: string;
  readonly border: string;
  readonly grid: string;
  readonly band: string;
  readonly hover: string;
  readonly selected: string;
  readonly focus: string;
  readonly running: string;
  readonly ready: string;
  readonly waiting: string;
  readonly blocked: string;
  readonly error: string;
  readonly cancelled: string;
  readonly onRunning: string;
  readonly group: string;
  readonly awaits: string;
  readonly wakes: string;
  readonly spawns: string;
  readonly cursor: string;
}

export type States = Pick<Palette, "running" | "ready" | "waiting" | "blocked" | "cancelled" | "group">;

const DARK: States = {
  running: "#6f8fd0",
  ready: "#c29d5f",
  waiting: "#83878e",
  blocked: "#e93829",
  cancelled: "#d3a4ee",
  group: "#8fdda5",
};
const LIGHT: States = {
  running: "#2078b4",
  ready: "#b66907",
  waiting: "#83888f",
  blocked: "#9c0a07",
  cancelled: "#5a0d7a",
  group: "#115749",
};
const CONTRAST_DARK: States = {
  running: "#8fb4ff",
  ready: "#fcae56",
  waiting: "#ffffff",
  blocked: "#ff6b5e",
  cancelled: "#be6fcf",
  group: "#a5f5bc",
};
const CONTRAST_LIGHT: States = {
  running: "#0f4a85",
  ready: "#653a00",
  waiting: "#292929",
  blocked: "#ad3953",
  cancelled: "#8d16d6",
  group: "#006d7e",
};

/** Searched for contrast, and so that the states stay apart for deuteranopia, protanopia and tritanopia; a test measures it. */
export const STATE_COLORS = {
  dark: DARK,
  light: LIGHT,
  "hc-black": CONTRAST_DARK,
  "hc-light": CONTRAST_LIGHT,
} as const;

/** Words on a running bar. */
export const ON_RUNNING = { dark: "#0b1020", light: "#ffffff", "hc-black": "#0b1020", "hc-light": "#ffffff" } as const;

export type ThemeKind = "dark" | "light" | "hc-black" | "hc-light" | "forced";

export function themeKind(body: HTMLElement): ThemeKind {
  if (matchMedia("(forced-colors: active)").matches) return "forced";
  if (body.classList.contains("vscode-high-contrast-light")) return "hc-light";
  if (body.classList.contains("vscode-high-contrast")) return "hc-black";
  return body.classList.contains("vscode-light") ? "light" : "dark";
}

export function readPalette(body: HTMLElement): Palette {
  const kind = themeKind(body);
  const style = getComputedStyle(body);
  const read = (fallback: string, ...names: readonly string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== "") return value;
    }
    return fallback;
  };
  const fontSize = Number.parseFloat(read("13", "font-size"));
  const font = { font: read("system-ui, sans-serif", "font-family"), fontSize: fontSize > 0 ? fontSize : 13 };
  if (kind === "forced") return { ...forced(), ...font };

  const dark = kind === "dark" || kind === "hc-black";
  const contrast = kind === "hc-black" || kind === "hc-light";
  const states = STATE_COLORS[kind];
  const foreground = read(dark ? "#cccccc" : "#3b3b3b", "editor-foreground", "foreground");
  const background = read(dark ? "#1f1f1f" : "#ffffff", "editor-background");
  const focus = read("#0078d4", "focusBorder");
  return {
    ...font,
    contrast,
    dark,
    background,
    foreground,
    dim: read(dark ? "#9d9d9d" : "#616161", "descriptionForeground"),
    border: contrast ? read(foreground, "contrastBorder") : read(dark ? "#3c3c3c" : "#d4d4d4", "panel-border"),
    grid: dark ? "rgba(255, 255, 255, 0.06)" : "rgba(0, 0, 0, 0.07)",
    band: contrast ? "transparent" : dark ? "rgba(255, 255, 255, 0.022)" : "rgba(0, 0, 0, 0.022)",
    hover: contrast ? "transparent" : read("rgba(128, 128, 128, 0.14)", "list-hoverBackground"),
    selected: contrast ? "transparent" : read("rgba(128, 128, 128, 0.24)", "list-inactiveSelectionBackground"),
    focus,
    running: states.running,
    ready: states.ready,
    waiting: states.waiting,
    blocked: states.blocked,
    error: contrast ? states.blocked : read(states.blocked, "editorError-foreground"),
    cancelled: states.cancelled,
    onRunning: ON_RUNNING[kind],
    group: states.group,
    awaits: read(dark ? "#3794ff" : "#1a85ff", "charts-blue"),
    wakes: read(dark ? "#d18616" : "#b5670a", "charts-orange"),
    spawns: read(dark ? "#89d185" : "#388a34", "charts-green"),
    cursor: contrast ? focus : read(foreground, "editorCursor-foreground"),
  };
}

/** The system's own colours, resolved, because the author's are not to be used. */
function forced(): Omit<Palette, "font" | "fontSize"> {
  const probe = document.createElement("span");
  document.body.append(probe);
  const resolve = (name: string): string => {
    probe.style.color = name;
    return getComputedStyle(probe).color;
  };
  const text = resolve("CanvasText");
  const background = resolve("Canvas");
  const highlight = resolve("Highlight");
  const link = resolve("LinkText");
  probe.remove();
  const channels = background.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0];
  return {
    contrast: true,
    dark: (channels[0] ?? 0) + (channels[1] ?? 0) + (channels[2] ?? 0) < 384,
    background,
    foreground: text,
    dim: text,
    border: text,
    grid: "transparent",
    band: "transparent",
    hover: "transparent",
    selected: "transparent",
    focus: highlight,
    running: link,
    ready: text,
    waiting: text,
    blocked: text,
    error: text,
    cancelled: text,
    onRunning: background,
    group: text,
    awaits: link,
    wakes: highlight,
    spawns: text,
    cursor: highlight,
  };
}

/** Calls `changed` when the theme may have: VS Code rewrites the root's style and the body's attributes. */
export function observeTheme(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
  observer.observe(document.body, { attributes: true });
  for (const query of ["(forced-colors: active)", "(prefers-color-scheme: dark)"]) {
    matchMedia(query).addEventListener("change", changed);
  }
}
