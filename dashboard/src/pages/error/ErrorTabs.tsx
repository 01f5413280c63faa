/** The tabs: what the event says, and what is known of all of them. */
import type { ComponentChildren } from "preact";
import { Empty, Waiting } from "~/parts/States";
import { Tabs } from "~/parts/Tabs";
import type { Act } from "~/pages/error/Acting";
import type { Head, Shown } from "~/pages/error/documents";
import type { Events } from "~/pages/error/event";
import { Activity } from "~/pages/error/tabs/Activity";
import { Attachments } from "~/pages/error/tabs/Attachments";
import { Breadcrumbs } from "~/pages/error/tabs/Breadcrumbs";
import { Details } from "~/pages/error/tabs/Details";
import { EventList } from "~/pages/error/tabs/EventList";
import { Grouping } from "~/pages/error/tabs/Grouping";
import { Json } from "~/pages/error/tabs/Json";
import { Reports } from "~/pages/error/tabs/Reports";
import { Similar } from "~/pages/error/tabs/Similar";
import { Stack } from "~/pages/error/tabs/Stack";
import { Tags } from "~/pages/error/tabs/Tags";

interface Props {
  error: Head;
  events: Events;
  tab: string;
  setTab: (tab: string) => void;
  turn: number;
  onAct: (act: Act) => void;
}

export function ErrorTabs({ error, events, tab, setTab, turn, onAct }: Props) {
  const { event } = events;
  const tabs = [
    { id: "stack", label: "Stack" },
    { id: "breadcrumbs", label: "Breadcrumbs", count: event?.breadcrumbs.length || null },
    { id: "details", label: "Details" },
    { id: "events", label: "Events" },
    { id: "tags", label: "Tags" },
    { id: "attachments", label: "Attachments", count: event?.attachments.length || null },
    { id: "reports", label: "Reports", count: error.openReports || null },
    { id: "similar", label: "Similar", count: error.mergedCount || null },
    { id: "activity", label: "Activity" },
    { id: "grouping", label: "Grouping" },
    { id: "json", label: "JSON" },
  ];
  const chosen = tabs.some(({ id }) => id === tab) ? tab : "stack";
  const ofEvent = (show: (shown: Shown) => ComponentChildren) => {
    if (event) return show(event);
    if (events.isWaiting || events.error) return <Waiting error={events.error} onRetry={events.ask} rows={6} />;
    return <Empty icon="file" title="No event is kept">Events are kept for as long as the organization says; the counts stay.</Empty>;
  };
  const shown: Record<string, () => ComponentChildren> = {
    stack: () => ofEvent((each) => <Stack event={each} platform={error.platform} />),
    breadcrumbs: () => ofEvent((each) => <Breadcrumbs event={each} />),
    details: () => ofEvent((each) => <Details event={each} />),
    events: () => <EventList error={error.id} shown={event?.id} onPick={(id) => { events.pick(id); setTab("stack"); }} turn={turn} />,
    tags: () => <Tags error={error.id} />,
    attachments: () => ofEvent((each) => <Attachments event={each} />),
    reports: () => <Reports error={error.id} />,
    similar: () => <Similar error={error} onAct={onAct} />,
    activity: () => <Activity error={error.id} turn={turn} />,
    grouping: () => <Grouping error={error.id} />,
    json: () => ofEvent((each) => <Json event={each.id} />),
  };
  return (
    <section class="error-tabs" aria-labelledby="known" aria-busy={events.isWaiting || undefined}>
      <h2 id="known" class="visually-hidden">What is known</h2>
      <Tabs label="What is known" tabs={tabs} chosen={chosen} onChoose={(id) => setTab(id)}>
        {shown[chosen]!()}
      </Tabs>
    </section>
  );
}
