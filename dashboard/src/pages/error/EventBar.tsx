/** Which event is shown, and the way to its neighbours. */
import { Badge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { Menu } from "~/parts/Menu";
import { exactly, Time } from "~/parts/Time";
import type { Head } from "~/pages/error/documents";
import type { Events } from "~/pages/error/event";

const NAMES: Record<string, string> = { recommended: "Recommended event", latest: "Newest event", oldest: "Oldest event" };

export function EventBar({ events, error }: { events: Events; error: Head }) {
  const { event, which, pick, step } = events;
  return (
    <div class="event-bar" role="group" aria-label="Events">
      <Menu
        label="Event"
        isSmall
        items={Object.entries(NAMES).map(([each, label]) => ({ label, isOn: which === each, hint: { recommended: ";", latest: "⇧ L", oldest: "⇧ H" }[each], run: () => pick(each) }))}
      >
        {NAMES[which] ?? "One event"}
      </Menu>
      <Button isSmall icon="left" label="Older event" title="h" disabled={!event?.previous} onClick={() => step(-1)} />
      <Button isSmall icon="right" label="Newer event" title="l" disabled={!event?.next} onClick={() => step(1)} />
      {event && (
        <p class="event-said" aria-live="polite">
          <code title={event.eventId}>{event.eventId.slice(0, 8)}</code>
          <span title={exactly(event.occurredAt)}><Time at={event.occurredAt} /></span>
          {event.environment && <Badge>{event.environment}</Badge>}
          {event.release && <span class="cut mono" title="Release">{event.release}</span>}
          {!event.next && error.occurrenceCount > 1 && <span class="dim">the newest</span>}
        </p>
      )}
    </div>
  );
}
