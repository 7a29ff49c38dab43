/**
 * The signs beside lines where tasks stand, in the timeline's own shapes: running is solid, ready is hatched, waiting is
 * a thin line; what blocks the loop is red. One colour for all themes, because a sign is an image and knows no theme.
 */
export type SignState = "waiting" | "ready" | "running" | "blocked";

const BLUE = "#2f81d6";
const RED = "#d94a3d";
const OUTLINE = `<path d="M4 3 L13 8 L4 13 Z" fill="none" stroke="${BLUE}" stroke-width="1.5" stroke-linejoin="round"/>`;

export const signs: Readonly<Record<SignState, string>> = {
  waiting: svg(OUTLINE),
  ready: svg(`${OUTLINE}<path d="M6 5 V11 M8.5 6.5 V9.5" stroke="${BLUE}" stroke-width="1.5"/>`),
  running: svg(
    `<path d="M4 3 L13 8 L4 13 Z" fill="${BLUE}" stroke="${BLUE}" stroke-width="1.5" stroke-linejoin="round"/>`,
  ),
  blocked: svg(`<rect x="3.5" y="3.5" width="9" height="9" rx="1.5" fill="${RED}"/>`),
};

function svg(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">${content}</svg>`;
}
