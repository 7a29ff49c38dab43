import { formatCount } from "../../../extension/trace";

/** Below a list that is cut: how many are left out of it. */
export function More({ left, what }: { readonly left: number; readonly what: string }) {
  if (left <= 0) return null;
  return (
    <p class="quiet">
      … and {formatCount(left)} more {left === 1 ? what : `${what}s`}
    </p>
  );
}
