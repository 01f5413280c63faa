/** What stands around every page: navigation, the bar with where one looks, the keys that work everywhere. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { useGo } from "~/app/address";
import { Live } from "~/app/live";
import { Navigation } from "~/app/Navigation";
import { pages } from "~/app/pages";
import { useSession } from "~/app/session";
import { TopBar } from "~/app/TopBar";
import { useKeys } from "~/keys/registry";
import { KeySheet } from "~/keys/Sheet";
import { Empty } from "~/parts/States";

export function Shell({ children }: { children: ComponentChildren }) {
  const { organization, can } = useSession();
  const go = useGo();
  const main = useFocusOnTurn();
  useKeys(
    "Go to",
    pages
      .filter((page) => page.go && (!page.nav?.right || can(page.nav.right)))
      .toSorted((a, b) => (a.nav?.order ?? 99) - (b.nav?.order ?? 99))
      .map((page) => ({ keys: `g ${page.go}`, label: page.nav?.label ?? page.title, run: () => go(page.path.replace(/\/\*\??$/, "")) })),
  );
  const inside = organization ? (
    <Live key={organization.id} organization={organization.id}>{children}</Live>
  ) : (
    <Empty icon="people" title="You belong to no organization yet">Ask somebody who manages one to invite you.</Empty>
  );
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>Skip to the content</a>
      <Navigation />
      <TopBar />
      <main id="main" ref={main} tabIndex={-1}>{inside}</main>
      <KeySheet />
    </div>
  );
}

/** After a turn of the page a reader begins at its content, and the page at its top. */
function useFocusOnTurn() {
  const main = useRef<HTMLElement>(null);
  const [path] = useLocation();
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
  }, [path]);
  return main;
}
