/** The queue as it is listed: one of its piles, followed live; rows change in place, new ones wait for a word. */
import { useQuery } from "@urql/preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useFeed } from "~/api/feed";
import { useWhere } from "~/app/address";
import { useOrganization, useSession } from "~/app/session";
import type { ReportCountsQuery, UserReportFilter } from "~/gql/graphql";
import { CountsDocument, ListDocument, QueueDocument, type ReportRow } from "./documents";

export type Pile = "todo" | "mine" | "overdue" | "waiting" | "done" | "all";

const PILES: Record<Pile, UserReportFilter> = {
  todo: { status: ["OPEN", "IN_PROGRESS"] },
  mine: { isMine: true, status: ["OPEN", "IN_PROGRESS", "PENDING_INFO"] },
  overdue: { isOverdue: true },
  waiting: { status: ["PENDING_INFO"] },
  done: { status: ["RESOLVED", "CLOSED", "DUPLICATE"] },
  all: {},
};

export function useQueue(pile: Pile, search: string) {
  const { id: organization } = useOrganization();
  const { service } = useWhere();
  const [after, setAfter] = useState<string | null>(null);
  const place = useMemo(() => ({ organization, ...(service ? { service: [service] } : {}) }), [organization, service]);
  const where = useMemo(() => ({ ...place, ...PILES[pile], ...(search ? { search } : {}) }), [place, pile, search]);
  useEffect(() => setAfter(null), [where]);
  const [{ data, error, fetching }, ask] = useQuery({ query: ListDocument, variables: { where, after } });
  const counts = useCounts(place);
  const [arrived, setArrived] = useState(0);
  const rows = useShown(data?.userReports?.edges.map(({ node }) => node), JSON.stringify(where));
  const again = () => {
    setArrived(0);
    setAfter(null);
    ask({ requestPolicy: "network-only" });
    counts.again();
  };
  useEffect(() => setArrived(0), [where]);
  useFeed(QueueDocument, { organization, where: service ? { service: [service] } : null }, {
    onChanges(changes) {
      const known = new Set(rows?.map(({ id }) => id));
      const came = changes.filter(({ kind, reportId }) => kind === "NEW" && !known.has(reportId)).length;
      if (came) setArrived((count) => count + came);
      counts.again();
    },
    onResync: again,
  });
  const info = data?.userReports?.pageInfo;
  const more = () => {
    if (info?.hasNextPage && !fetching) setAfter(info.endCursor ?? null);
  };
  return { rows, error, more, hasMore: info?.hasNextPage ?? false, arrived, again, counts: counts.data };
}

function useCounts(place: UserReportFilter): { data: ReportCountsQuery | undefined; again: () => void } {
  const { user } = useSession();
  const variables = useMemo(() => ({ all: place, mine: { ...place, isMine: true } }), [place, user.id]);
  const [{ data }, ask] = useQuery({ query: CountsDocument, variables });
  return { data, again: () => ask({ requestPolicy: "network-only" }) };
}

/** While a list is asked again what was shown stays. */
function useShown(rows: ReportRow[] | undefined, key: string): ReportRow[] | undefined {
  const kept = useRef<{ key: string; rows: ReportRow[] | undefined }>({ key, rows: undefined });
  if (rows) kept.current = { key, rows };
  else if (kept.current.key !== key) kept.current = { key, rows: undefined };
  return kept.current.rows;
}
