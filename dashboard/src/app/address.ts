/** What stands in the address: where one looks (everywhere the same), and what each page adds. */
import { useCallback, useMemo } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";

/** These go along from page to page. */
const COMMON = ["org", "service", "env", "period"] as const;
type Common = (typeof COMMON)[number];

export const PERIODS = { "1h": "Last hour", "24h": "24 hours", "7d": "7 days", "14d": "14 days", "30d": "30 days", "90d": "90 days" } as const;
export type Period = keyof typeof PERIODS;
export const USUAL_PERIOD: Period = "14d";
const HOURS: Record<Period, number> = { "1h": 1, "24h": 24, "7d": 168, "14d": 336, "30d": 720, "90d": 2160 };

export type Changes = Record<string, string | null | undefined>;

function changed(search: string, changes: Changes): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") params.delete(name);
    else params.set(name, value);
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

/** Read and change the query of the address. Changes replace the entry of the history unless `push` is said. */
export function useAddress(): [URLSearchParams, (changes: Changes, how?: { push?: boolean }) => void] {
  const search = useSearch();
  const [, go] = useLocation();
  const params = useMemo(() => new URLSearchParams(search), [search]);
  const change = useCallback(
    (changes: Changes, how: { push?: boolean } = {}) => {
      // The address as it is now, not as it was drawn: two changes may come between two drawings.
      go(location.pathname + changed(location.search, changes), { replace: !how.push });
    },
    [go],
  );
  return [params, change];
}

/** One word of the address: `const [tab, setTab] = useWord("tab", "stack")`. */
export function useWord<T extends string = string>(name: string, usual: T): [T, (value: T, how?: { push?: boolean }) => void] {
  const [params, change] = useAddress();
  const set = useCallback(
    (value: T, how?: { push?: boolean }) => change({ [name]: value === usual ? null : value }, how),
    [change, name, usual],
  );
  return [(params.get(name) as T | null) ?? usual, set];
}

export interface Where {
  /** The id of a service. */
  service: string | null;
  environment: string | null;
  period: Period;
  /** The length of the period. */
  hours: number;
}

/** Where one looks: what the top bar has chosen. The organization is `useOrganization()`. */
export function useWhere(): Where {
  const [params] = useAddress();
  const said = params.get("period") as Period;
  const period = said in PERIODS ? said : USUAL_PERIOD;
  return { service: params.get("service"), environment: params.get("env"), period, hours: HOURS[period] };
}

/** The address of another page of the dashboard, looking at the same place. */
export function addressOf(path: string, words: Changes = {}, search = location.search): string {
  const [before, own = ""] = path.split("?");
  const now = new URLSearchParams(search);
  const params: Changes = Object.fromEntries(new URLSearchParams(own));
  for (const name of COMMON) params[name] ??= now.get(name as Common);
  return before + changed("", { ...params, ...words });
}

/** Go to another page: `const go = useGo(); go("/errors")`. */
export function useGo(): (path: string, words?: Changes, how?: { replace?: boolean }) => void {
  const [, go] = useLocation();
  return useCallback((path, words, how) => go(addressOf(path, words), how), [go]);
}
