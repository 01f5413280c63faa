/** One error: what it is, where it stands, and everything that is known of its events. */
import { type CombinedError, useQuery } from "@urql/preact";
import { useEffect, useState } from "preact/hooks";
import { useParams } from "wouter-preact";
import { codeOf } from "~/api/failures";
import { graphql } from "~/api/graphql";
import { useGo, useWord } from "~/app/address";
import { useErrorChanges } from "~/app/live";
import { NotFound } from "~/app/NotFound";
import { useOrganization } from "~/app/session";
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
  return id.startsWith("err_") ? <One key={id} id={id} /> : <Named key={id} name={id} />;
}

const NamedDocument = graphql(`
  query ErrorNamed($where: ErrorFilter!) {
    errors(where: $where, first: 1) { edges { node { id } } }
  }
`);

/** By the name that people say, as somebody types it from a message: /errors/SHOP-WEB-12. */
function Named({ name }: { name: string }) {
  const { id: organization } = useOrganization();
  const isName = /^[\w-]+$/.test(name);
  const variables = { where: { organization, search: `id:${name}` } };
  const [{ data, error }, ask] = useQuery({ query: NamedDocument, variables, pause: !isName });
  useKeysSoon(isName && !data && !error);
  const found = data?.errors?.edges[0]?.node;
  if (found) return <One id={found.id} />;
  if (data || !isName || isRefused(error)) return <NotFound />;
  return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={8} />;
}

/** Whether the address is at fault: to try again would change nothing. */
const isRefused = (error: CombinedError | undefined): boolean => ["INVALID", "NOT_FOUND"].includes(codeOf(error) ?? "");

function One({ id }: { id: string }) {
  const [{ data, error, fetching }, ask] = useQuery({ query: HeadDocument, variables: { id } });
  const refresh = () => ask({ requestPolicy: "network-only" });
  useKeysSoon(!data && !error);
  if (data?.error) return <Shown error={data.error} onChanged={refresh} />;
  if ((data && !fetching && !error) || isRefused(error)) return <NotFound />;
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
