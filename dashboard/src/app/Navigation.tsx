/** The pages, at the left; at phone width along the bottom. */
import { useLocation } from "wouter-preact";
import { useGo } from "~/app/address";
import { fetched } from "~/app/Lazy";
import type { Page } from "~/app/page";
import { navigation } from "~/app/pages";
import { useSession } from "~/app/session";
import { Go } from "~/parts/Go";
import { Icon, Mark } from "~/parts/Icon";
import { Menu } from "~/parts/Menu";

const IN_BAR = 4;
const base = (page: Page) => page.path.replace(/\/\*\??$/, "");

function isAt(path: string, page: Page): boolean {
  const own = base(page);
  return own === "/" ? path === "/" : path === own || path.startsWith(`${own}/`);
}

export function Navigation() {
  const { can } = useSession();
  const [path] = useLocation();
  const go = useGo();
  const shown = navigation.filter((page) => !page.nav!.right || can(page.nav!.right));
  const rest = shown.slice(shown.length > IN_BAR + 1 ? IN_BAR : shown.length);
  return (
    <nav class="navigation" aria-label="Main">
      <Go to="/" class="brand" aria-label="Tocsin, to the start">
        <Mark />
        <span class="wordmark">Tocsin</span>
      </Go>
      <ul>
        {shown.map((page) => (
          <li key={page.path} class={rest.includes(page) ? "in-more" : ""}>
            <Go
              to={base(page)}
              aria-current={isAt(path, page) ? "page" : undefined}
              title={page.go ? `g ${page.go}` : undefined}
              onPointerEnter={() => void fetched(page).catch(() => undefined)}
            >
              <Icon name={page.nav!.icon} size={18} />
              <span>{page.nav!.label}</span>
            </Go>
          </li>
        ))}
        {rest.length > 0 && (
          <li class="more">
            <Menu
              label="More pages"
              icon="more"
              kind="bare"
              side="right"
              items={rest.map((page) => ({ label: page.nav!.label, icon: page.nav!.icon, run: () => go(base(page)) }))}
            >
              More
            </Menu>
          </li>
        )}
      </ul>
    </nav>
  );
}
