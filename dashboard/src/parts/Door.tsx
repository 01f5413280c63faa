/** The frame of pages before the dashboard: a card with our mark. */
import type { ComponentChildren } from "preact";
import { useTitle } from "~/app/title";
import { Mark } from "~/parts/Icon";

export function Door({ title, children }: { title: string; children: ComponentChildren }) {
  useTitle(title);
  return (
    <main class="door">
      <div class="door-card">
        <Mark size={40} />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

/** What the link has behind its #: no server on the way has seen it. */
export const tokenOfLink = (): string => new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
