/** One error: what it is, where it stands, and everything that is known of its events. */
import { useQuery } from "@urql/preact";
import { useEffect, useState } from "preact/hooks";
import { useParams } from "wouter-preact";
import { useGo, useWord } from "~/app/address";
import { useErrorChanges } from "~/app/live";
import { NotFound } from "~/app/NotFound";
import { useTitle } from "~/app/title";
import { useKeysSoon } from "~/keys/registry";
import { hasOpened } from "~/parts/errors/opened";
import { Waiting } from "~/parts/States";
import { Acting, type Act } from "~/pages/error/Acting";
import { type Head, HeadDocument } from "~/pages/error/documents";
import "~/pages/error/error.css";
import { useEvents } from "~/pages/error/event";
import { EventBar } from "~/pages/error/EventBar";
import { Graph } from "~/pages/error/Graph";
import { Header } from "~/pages/error/Header";
import { useErrorKeys } from "~/pages/error/keys";
import { Side } from "~/pages/error/Side";
import { ErrorTabs } from "~/pages/error/ErrorTabs";

export default function ErrorPage() {
  const { id = "" } = useParams<{ id: string }>();
  // A query whose variables change shows its last answer for a moment: keys would decide about the error before.
  return <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  const [{ data, error, fetching }, ask] = useQuery({ query: HeadDocument, variables: { id } });
  const refresh = () => ask({ requestPolicy: "network-only" });
  useKeysSoon(!data && !error);
  if (data?.error) return <Shown error={data.error} onChanged={refresh} />;
  if (data && !fetching && !error) return <NotFound />;
  return (
    <>
      <h1 class="visually-hidden">Error</h1>
      <Waiting error={error} onRetry={refresh} rows={8} />
    </>
  );
}

function Shown({ error, onChanged }: { error: Head; onChanged: () => void }) {
  useTitle(`${error.shortId} ${error.title}`);
  const go = useGo();
  const events = useEvents(error.id);
  const [tab, setTab] = useWord<string>("tab", "stack");
  const [act, setAct] = useState<Act | null>(null);
  useEffect(() => hasOpened(error), [error.id]);
  const [turn, setTurn] = useState(0);
  useErrorChanges({
    onChanges: (changes) => {
      const own = changes.filter(({ errorId }) => errorId === error.id);
      // What is only one more of the same is in the cache already.
      if (own.some(({ kind }) => kind !== "AGAIN")) onChanged();
      if (own.length) setTurn((now) => now + 1);
    },
  });
  useErrorKeys({ error, events, act: setAct, go, setTab });
  return (
    <>
      <Header error={error} event={events.event} onAct={setAct} />
      <div class="error-columns">
        <div class="error-main">
          <Graph error={error} turn={turn} />
          <EventBar events={events} error={error} />
          <ErrorTabs error={error} events={events} tab={tab} setTab={setTab} turn={turn} onAct={setAct} />
        </div>
        <Side error={error} onAct={setAct} onChanged={onChanged} />
      </div>
      <Acting act={act} error={error} onClose={() => setAct(null)} onChanged={onChanged} onGone={() => go("/errors", {}, { replace: true })} />
    </>
  );
}
