/** A page that is fetched when somebody first goes there. */
import type { ComponentType } from "preact";
import { useEffect, useErrorBoundary, useState } from "preact/hooks";
import type { Page } from "~/app/page";
import { useTitleAtFirst } from "~/app/title";
import { useKeysSoon } from "~/keys/registry";
import { Button } from "~/parts/Button";
import { Empty, Skeleton } from "~/parts/States";

const loaded = new Map<Page["load"], ComponentType>();
const RELOADED = "tocsin.reloaded";

/** Fetch a page before somebody goes there, as when the pointer is on its link. */
export async function fetched({ load }: Page): Promise<ComponentType> {
  const known = loaded.get(load);
  if (known) return known;
  const { default: component } = await load();
  loaded.set(load, component);
  return component;
}

export function Lazy({ page }: { page: Page }) {
  const [, draw] = useState(0);
  const [isBroken, setBroken] = useState(false);
  const Component = loaded.get(page.load);
  useTitleAtFirst(page.title);
  useEffect(() => {
    let isHere = true;
    setBroken(false);
    fetched(page).then(
      () => isHere && draw((count) => count + 1),
      () => isHere && (reloadOnce() || setBroken(true)),
    );
    return () => {
      isHere = false;
    };
  }, [page]);
  useKeysSoon(!Component && !isBroken);
  const [crash, again] = useErrorBoundary((error) => console.error(error));
  if (crash) {
    return (
      <Empty icon="errors" title="This page has broken" action={<Button icon="reload" onClick={again}>Show it again</Button>}>
        That is a bug of ours. The console of the browser says more: {String(crash)}
      </Empty>
    );
  }
  if (Component) return <Component />;
  if (isBroken) {
    return (
      <Empty icon="reload" title="This page could not be loaded" action={<Button onClick={() => location.reload()}>Reload</Button>}>
        The server may have been updated, or does not answer.
      </Empty>
    );
  }
  return <Skeleton rows={6} />;
}

/** After an update of the server the files of before are gone: the new ones are a reload away. */
function reloadOnce(): boolean {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (!navigator.onLine || Date.now() - last < 60_000) return false;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
  return true;
}
