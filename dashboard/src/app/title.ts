/** What the tab of the browser says. */
import { useEffect, useLayoutEffect } from "preact/hooks";

const say = (title: string) => {
  document.title = title ? `${title} · Tocsin` : "Tocsin";
};

/** What the page shows: "SHOP-12 Cannot pay". */
export function useTitle(title: string): void {
  useEffect(() => say(title), [title]);
}

/** What stands there until the page itself says more: it comes before the effects of the page. */
export function useTitleAtFirst(title: string): void {
  useLayoutEffect(() => say(title), [title]);
}
