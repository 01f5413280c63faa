/** Errors, to be triaged: views, one search, a list that stands still while it is live, and keys for everything. */
import { useQuery } from "@urql/preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { client } from "~/api/client";
import { useSignal } from "~/api/signal";
import { addressOf, useAddress, useGo } from "~/app/address";
import { useErrorChanges } from "~/app/live";
import { useSession } from "~/app/session";
import type { ErrorOrder } from "~/gql/enums";
import { Button } from "~/parts/Button";
import { cameFrom } from "~/parts/errors/came";
import { FirstSteps } from "~/parts/FirstSteps";
import { Go } from "~/parts/Go";
import { Icon } from "~/parts/Icon";
import { full } from "~/parts/Num";
import { Empty, Problem, Skeleton } from "~/parts/States";
import { type ListHandle, VirtualList } from "~/parts/VirtualList";
import { Asking } from "~/pages/errors/Asking";
import { Bulk } from "~/pages/errors/Bulk";
import { Chips } from "~/pages/errors/Chips";
import { type All, useDeciding } from "~/pages/errors/deciding";
import { CountDocument } from "~/pages/errors/documents";
import "~/pages/errors/errors.css";
import { useListKeys } from "~/pages/errors/keys";
import { type Listing, listingOf } from "~/pages/errors/listing";
import { type Looking, USUAL_SEARCH, useLooking } from "~/pages/errors/looking";
import { ErrorRow } from "~/pages/errors/Row";
import { mistakeOf, SearchBox } from "~/pages/errors/SearchBox";
import { Views } from "~/pages/errors/Views";

const ROW = 58;

export default function Errors() {
  const looking = useLooking();
  const api = useSignal(client);
  const { where, orderBy } = looking;
  const listing = useMemo(() => listingOf(api, { where, orderBy }), [api, where, orderBy]);
  const [{ data: counted }, count] = useQuery({ query: CountDocument, variables: { where } });
  useEffect(() => listing.run(), [listing]);
  const recount = useCalmly(() => count({ requestPolicy: "network-only" }));
  useErrorChanges({
    onChanges: (changes) => {
      if (changes.some(({ kind }) => kind !== "AGAIN")) recount();
      for (const { kind, errorId } of changes) if (kind === "REMOVED") listing.isRemoved(errorId);
      if (listing.lacks(changes.map(({ errorId }) => errorId))) listing.probe();
    },
    onResync: () => listing.probe(),
  });
  const renew = useCallback(() => {
    listing.renew();
    count({ requestPolicy: "network-only" });
  }, [listing, count]);
  return (
    <div class="errors">
      <div class="page-head">
        <h1>Errors</h1>
      </div>
      <Views looking={looking} total={counted?.errors?.totalCount ?? null}>
        <SearchBox value={looking.search.trim()} error={useListed(listing).error} onSearch={(search) => looking.look({ search }, { push: true })} />
        <Chips looking={looking} />
        <List listing={listing} looking={looking} total={counted?.errors?.totalCount ?? null} onRenew={renew} />
      </Views>
    </div>
  );
}

const CALM_MS = 3_000;

/** Run it some seconds later, once for all that asked meanwhile. */
function useCalmly(run: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, CALM_MS);
  }, []);
}

/** The listing, drawn anew with each of its changes. */
function useListed(listing: Listing): Listing {
  useSignal(listing.changed);
  return listing;
}

function List({ listing, looking, total, onRenew }: { listing: Listing; looking: Looking; total: number | null; onRenew: () => void }) {
  useListed(listing);
  const { can } = useSession();
  const go = useGo();
  const list = useRef<ListHandle>(null);
  const mayTriage = can("TRIAGE");
  const [all, setAll] = useState<All | null>(null);
  const { asked, decide, close } = useDeciding(listing, all, setAll);
  const open = useCallback(
    (id: string) => {
      cameFrom({ search: location.search, order: () => listing.order, moveTo: (index) => listing.moveTo(index) });
      go(`/errors/${id}`);
    },
    [go, listing],
  );
  useListKeys({ listing, list, mayTriage, decide: { ...decide, renew: onRenew }, open });
  usePlace(listing, list);
  useEffect(() => {
    if (!listing.marked.size) setAll(null);
  });
  if (listing.error && !listing.isLoaded) {
    return mistakeOf(listing.error) ? <NotUnderstood /> : <Problem error={listing.error} onRetry={onRenew} />;
  }
  if (!listing.isLoaded) return <Skeleton rows={9} height={38} />;
  if (!listing.order.length) return <Nothing looking={looking} />;
  return (
    <>
      <Banner waiting={listing.waiting} onShow={() => { onRenew(); list.current?.show(0); }} />
      <div class={`error-list ${mayTriage ? "may-triage" : ""}`}>
        <Head looking={looking} />
        <VirtualList
          label="Errors"
          class="error-rows"
          handle={list}
          count={listing.order.length}
          total={listing.hasMore ? total : listing.order.length}
          rowHeight={ROW}
          rowKey={(index) => listing.order[index]!}
          at={listing.cursor}
          isChosen={(index) => listing.marked.has(listing.order[index]!)}
          onEnd={() => listing.more()}
        >
          {(index) => {
            const row = listing.at(index)!;
            return (
              <ErrorRow
                row={row}
                hours={listing.hoursOf(row)}
                isMarked={listing.marked.has(row.id)}
                isGone={listing.gone.has(row.id)}
                onMark={mayTriage ? (event) => { listing.moveTo(index); listing.toggle(index, event.shiftKey); } : undefined}
                onOpen={(event) => opened(event, row.id, () => { listing.moveTo(index); open(row.id); })}
              />
            );
          }}
        </VirtualList>
      </div>
      {mayTriage && <Bulk listing={listing} decide={decide} all={all} setAll={setAll} />}
      <Asking asked={asked} listing={listing} onClose={close} />
    </>
  );
}

/** A row is a link: the middle button and Ctrl open it beside. */
function opened(event: MouseEvent, id: string, here: () => void): void {
  if (event.button === 1 || event.ctrlKey || event.metaKey) window.open(addressOf(`/errors/${id}`), "_blank", "noopener");
  else if (event.button === 0) here();
}

const KEEP_MS = 250;

/** The row that one is on stands in the address, a moment after the keys rest. */
function usePlace(listing: Listing, list: { current: ListHandle | null }): void {
  const [params, change] = useAddress();
  const isFirst = useRef(true);
  const named = params.get("at");
  const shown = listing.at(listing.cursor)?.shortId ?? null;
  useLayoutEffect(() => {
    if (!listing.isLoaded || !isFirst.current) return;
    isFirst.current = false;
    const index = named ? listing.order.findIndex((id) => listing.row(id)?.shortId === named) : -1;
    if (index > 0) listing.moveTo(index);
    list.current?.show(listing.cursor);
  }, [listing.isLoaded]);
  useEffect(() => {
    const at = listing.cursor > 0 ? shown : null;
    if (isFirst.current || at === named) return undefined;
    const timer = setTimeout(() => change({ at }), KEEP_MS);
    return () => clearTimeout(timer);
  }, [shown, named, listing.cursor]);
}

function Banner({ waiting, onShow }: { waiting: number; onShow: () => void }) {
  return (
    <div class="banner" role="status">
      {waiting > 0 && (
        <Button kind="quiet" isSmall icon="up" onClick={onShow}>
          {waiting >= 50 ? "50 or more" : full(waiting)} new · Show
        </Button>
      )}
    </div>
  );
}

/** Columns that the list may be ordered by; for keys and readers there is the menu above. */
const COLUMNS: [name: string, order: ErrorOrder, label: string][] = [
  ["error-number", "OCCURRENCES_DESC", "Events"], ["error-number error-users", "USERS_DESC", "Users"],
  ["error-first", "FIRST_SEEN_DESC", "Age"], ["error-last", "LAST_SEEN_DESC", "Last seen"],
];

const Head = ({ looking }: { looking: Looking }) => (
  <div class="error-row error-head" aria-hidden="true">
    <span class="tick" /><span class="severity" /><span>Error</span><span>Status</span><span class="error-spark">24 hours</span>
    {COLUMNS.map(([name, order, label]) => (
      <span key={label} class={`${name} ordering ${order === looking.orderBy ? "on" : ""}`} onClick={() => looking.look({ orderBy: order })}>{label}</span>
    ))}
    <span class="error-who"><Icon name="person" size={14} /></span>
  </div>
);

const NotUnderstood = () => (
  <Empty icon="search" title="The search is not understood">
    What is wrong, and where, is said below the search. Words alone find errors by their title, place and message.
  </Empty>
);

function Nothing({ looking }: { looking: Looking }) {
  const isUsual = looking.search.trim() === USUAL_SEARCH;
  if (!isUsual) {
    return (
      <Empty icon="search" title="No error fits" action={<Button onClick={() => looking.look({ search: "", view: "all" }, { push: true })}>Show all errors</Button>}>
        Take a condition out of the search, or look in another service or environment.
      </Empty>
    );
  }
  return (
    <FirstSteps
      otherwise={
        <Empty icon="check" title="Nothing is unresolved" action={<Button onClick={() => looking.look({ search: "", view: "all" }, { push: true })}>Show all errors</Button>}>
          New errors appear here by themselves. If a program should have sent one, look at <Go to="/setup">how it is connected</Go>.
        </Empty>
      }
    />
  );
}
