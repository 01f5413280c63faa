/** What happened before, newest last, as it was told. */
import { useState } from "preact/hooks";
import { Badge, type Tone } from "~/parts/Badge";
import { Empty } from "~/parts/States";
import { exactly } from "~/parts/Time";
import type { Shown } from "~/pages/error/documents";
import { Text, Value } from "~/pages/error/Value";

const TONES: Record<string, Tone> = { fatal: "bad", critical: "bad", error: "bad", warning: "warn", info: "info" };
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false });

export function Breadcrumbs({ event }: { event: Shown }) {
  const [text, type] = useState("");
  const said = text.trim().toLowerCase();
  const all = event.breadcrumbs;
  if (!all.length) {
    return <Empty icon="history" title="No breadcrumbs">SDKs note what happens before an error by themselves: requests, clicks, queries, log lines. This event came without.</Empty>;
  }
  const shown = all.filter((crumb) => !said || JSON.stringify(crumb).toLowerCase().includes(said));
  return (
    <>
      {all.length > 8 && <input class="find" type="search" aria-label="Find in the breadcrumbs" placeholder="Find" value={text} onInput={(at) => type(at.currentTarget.value)} />}
      <ol class="trail">
        {shown.map((crumb, index) => (
          <li key={index}>
            <time dateTime={crumb.at ?? undefined} title={crumb.at ? exactly(crumb.at) : undefined}>{crumb.at ? clock.format(new Date(crumb.at)) : "–"}</time>
            <Badge tone={TONES[crumb.level ?? ""] ?? "quiet"}>{crumb.category ?? crumb.type ?? "note"}</Badge>
            <div>
              {crumb.message && <p><Text text={crumb.message} /></p>}
              {isFilled(crumb.data) && <Value value={crumb.data} depth={1} />}
            </div>
          </li>
        ))}
        <li class="crumb-end">
          <time dateTime={event.occurredAt}>{clock.format(new Date(event.occurredAt))}</time>
          <Badge tone="bad">error</Badge>
          <p>{event.message}</p>
        </li>
      </ol>
    </>
  );
}

const isFilled = (data: unknown): boolean => typeof data === "object" && data !== null && Object.keys(data).length > 0;
