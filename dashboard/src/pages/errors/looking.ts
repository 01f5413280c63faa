/** What the list looks for: all of it stands in the address. */
import { useMemo } from "preact/hooks";
import { useAddress, useWhere } from "~/app/address";
import { useOrganization } from "~/app/session";
import type { ErrorFilter } from "~/gql/graphql";
import type { ErrorOrder } from "~/gql/enums";

/** The orders of the list: how the address says them, and how people do. */
export const ORDERS: readonly { order: ErrorOrder; word: string; label: string }[] = [
  { order: "LAST_SEEN_DESC", word: "last-seen", label: "Seen last" },
  { order: "FIRST_SEEN_DESC", word: "first-seen", label: "Newest" },
  { order: "SEVERITY_DESC", word: "severity", label: "Severest" },
  { order: "OCCURRENCES_DESC", word: "events", label: "Most events" },
  { order: "USERS_DESC", word: "users", label: "Most users" },
  { order: "FIRST_SEEN_ASC", word: "oldest", label: "Oldest" },
  { order: "LAST_SEEN_ASC", word: "quietest", label: "Longest quiet" },
];

export const USUAL_SEARCH = "is:unresolved";

export interface Looking {
  search: string;
  orderBy: ErrorOrder;
  /** The id of a saved view, or the name of a built-in one. */
  view: string;
  where: ErrorFilter;
  look: (words: { search?: string; orderBy?: ErrorOrder; view?: string }, how?: { push?: boolean }) => void;
}

export function useLooking(): Looking {
  const [params, change] = useAddress();
  const organization = useOrganization();
  const { service, environment } = useWhere();
  const search = params.get("q") ?? USUAL_SEARCH;
  const orderBy: ErrorOrder = ORDERS.find(({ word }) => word === params.get("sort"))?.order ?? "LAST_SEEN_DESC";
  const where = useMemo<ErrorFilter>(
    () => ({
      organization: organization.id,
      search: search.trim() || null,
      service: service ? [service] : null,
      environment: environment ? [environment] : null,
    }),
    [organization.id, search, service, environment],
  );
  return {
    search,
    orderBy,
    view: params.get("view") ?? "unresolved",
    where,
    look: (words, how) => {
      const said: Record<string, string | null> = { at: null };
      // An empty search is not the usual one: it is all errors.
      if (words.search !== undefined) said.q = words.search === USUAL_SEARCH ? null : words.search || " ";
      if (words.orderBy) said.sort = words.orderBy === "LAST_SEEN_DESC" ? null : (ORDERS.find(({ order }) => order === words.orderBy)?.word ?? null);
      if (words.view) said.view = words.view === "unresolved" ? null : words.view;
      change(said, how);
    },
  };
}
