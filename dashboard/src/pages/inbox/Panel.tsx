/** The inbox: who did what to which error or report, newest first; opening one marks it read. */
import "./inbox.css";
import type { MutableRef } from "preact/hooks";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Inbox, Told } from "~/app/inbox";
import { Avatar } from "~/parts/Avatar";
import { Button } from "~/parts/Button";
import { Go } from "~/parts/Go";
import { Icon } from "~/parts/Icon";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { type Change, load, markAllRead, markRead, rowsOf } from "./acting";
import { placeOf, sentenceOf } from "./sentences";

export interface PanelProps {
  organization: string;
  inbox: Inbox;
  change: Change;
  close: () => void;
  /** What was pressed before there were rows; null while they hear for themselves. */
  early: MutableRef<string[] | null>;
}

export default function Panel({ organization, inbox, change, early, close }: PanelProps) {
  const { end, error, unread } = inbox;
  const inside = useRef<HTMLDivElement>(null);
  const isReady = Boolean(end);
  // With the drawing: a focus that came after it would be taken from the row that a key has just gone to.
  useLayoutEffect(() => {
    inside.current!.focus();
    if (!isReady) return undefined;
    const pressed = early.current ?? [];
    early.current = null;
    for (const key of pressed) press(inside.current!, key);
    return () => {
      early.current = [];
    };
  }, [isReady]);
  const [isLoading, setLoading] = useState(false);
  const more = async () => {
    setLoading(true);
    await load(organization, change, end?.cursor);
    setLoading(false);
  };
  const isWanted = !end && !error;
  useEffect(() => {
    if (isWanted) void more();
  }, [isWanted]);
  const rows = rowsOf(inbox);
  const open = (row: Told, isElsewhere: boolean) => {
    if (!isElsewhere) close();
    void markRead(row, change);
  };
  return (
    <div ref={inside} class="inbox-inside" tabIndex={-1} onKeyDown={(event) => {
      const isOther = event.key === "Enter" || event.ctrlKey || event.metaKey || event.altKey;
      if (isReady && !isOther && press(event.currentTarget, event.key)) event.preventDefault();
    }}>
      <div class="inbox-head">
        <h2>Notifications</h2>
        <Button kind="quiet" isSmall icon="check" disabled={!unread} onClick={() => void markAllRead(inbox, organization, change)}>
          Mark all read
        </Button>
        <Button kind="quiet" isSmall icon="close" label="Close" onClick={close} />
      </div>
      {!end && <Waiting error={error} onRetry={() => void more()} rows={6} />}
      {end && rows.length === 0 && (
        <Empty icon="bell" title="Nothing yet">
          You hear of what is assigned to you, of comments that mention you, and of what happens to errors you follow.
        </Empty>
      )}
      {rows.length > 0 && (
        <ul class="inbox-rows">
          {rows.map((row) => <Row key={row.id} row={row} onOpen={open} />)}
          {end?.hasMore && (
            <li class="inbox-more">
              <Button kind="quiet" isBusy={isLoading} onClick={() => void more()}>Show older</Button>
              {error && <p class="field-problem" role="alert">The older ones could not be loaded.</p>}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function Row({ row, onOpen }: { row: Told; onOpen: (row: Told, isElsewhere: boolean) => void }) {
  const { who, what, icon } = sentenceOf(row);
  const place = placeOf(row);
  const inside = (
    <>
      <span class="inbox-who" aria-hidden="true">
        {row.actor ? <Avatar person={row.actor} /> : <span class="avatar"><Icon name={icon} /></span>}
      </span>
      <span class="inbox-words">
        <span class="inbox-what">{!row.readAt && <span class="visually-hidden">Unread: </span>}{who && <b>{who} </b>}{what}</span>
        <span class="inbox-title">{row.title}</span>
        <span class="inbox-when">
          {row.subject?.__typename === "Error" && <span class="mono">{row.subject.shortId}</span>}
          {!place && <span>No longer there</span>}
          <Time at={row.createdAt} />
        </span>
      </span>
    </>
  );
  const looks = `inbox-row ${row.readAt ? "" : "is-unread"}`;
  return (
    <li>
      {place ? (
        <Go to={place} class={looks} onClick={(event: MouseEvent) => onOpen(row, event.ctrlKey || event.metaKey || event.shiftKey)}>{inside}</Go>
      ) : (
        <button type="button" class={looks} onClick={() => onOpen(row, true)}>{inside}</button>
      )}
    </li>
  );
}

/** Arrows, j and k go from row to row, Enter opens; the registry of keys is off while a popover is open. */
function press(inside: HTMLElement, key: string): boolean {
  const all = [...inside.querySelectorAll<HTMLElement>("li :is(a, button:not(:disabled))")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (key === "Enter") all[at]?.click();
  const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: all.length - 1 }[key];
  if (to === undefined) return false;
  all[Math.max(0, Math.min(to, all.length - 1))]?.focus();
  return true;
}
