/** What a page says of itself, in the page.ts of its folder: `export default definePage({ … })`. */
import type { ComponentType } from "preact";
import type { RightName } from "~/app/session";
import type { IconName } from "~/parts/Icon";

export interface Page {
  /** Where it is, as wouter writes it: "/errors/:id", "/settings/*?". */
  path: string;
  /** What the tab of the browser says; the page itself may say more by `useTitle`. */
  title: string;
  /** Its place in the navigation; without it the page is reached from others. */
  nav?: { label: string; icon: IconName; order: number; right?: RightName };
  /** The letter after `g` that leads here. */
  go?: string;
  /** "shell" is usual; "bare" for pages without navigation; "public" also for who has not signed in. */
  frame?: "shell" | "bare" | "public";
  /** What of the top bar means something here; all of it when left out. */
  looksAt?: readonly ("service" | "environment" | "period")[];
  /** What the page is of: `() => import("./Screen")`, whose default export is the component. */
  load: () => Promise<{ default: ComponentType }>;
}

export const definePage = (page: Page): Page => page;
