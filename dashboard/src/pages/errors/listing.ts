/**
 * A list that stands still: its rows keep their places while what they show is live. What comes in meanwhile waits until
 * somebody asks for it. The list outlives its page, so that who comes back from an error finds it as it was left.
 */
import type { Client, CombinedError } from "@urql/preact";
import { pipe, subscribe } from "wonka";
import { signal } from "~/api/signal";
import type { ErrorRowsQueryVariables } from "~/gql/graphql";
import { PAGE, type Row, RowsDocument, TopDocument } from "~/pages/errors/documents";

export type Asked = Pick<ErrorRowsQueryVariables, "where" | "orderBy">;
const PROBE_MS = 1_500;

interface Page {
  after: string | null;
  end: string | null;
  hasNext: boolean;
  isSettled: boolean;
  stop: () => void;
}

export class Listing {
  /** Counts up with every change of what is to be drawn. */
  readonly changed = signal(0);
  order: string[] = [];
  error: CombinedError | undefined;
  /** How many errors wait at the top that the list does not have. */
  waiting = 0;
  isLoaded = false;
  /** The place that keys act on. */
  cursor = 0;
  /** The errors that are chosen. */
  readonly marked = new Set<string>();
  /** Errors of the list that are no longer there: a colleague deleted them. */
  readonly gone = new Set<string>();
  private anchor = 0;
  /** How often each had happened when its hours were told: what came since is of the last hour. */
  private counted = new Map<string, number>();
  private rows = new Map<string, Row>();
  private pages: Page[] = [];
  private probing: ReturnType<typeof setTimeout> | undefined;
  private isRunning = false;

  constructor(
    readonly api: Client,
    readonly asked: Asked,
  ) {}

  row = (id: string): Row | undefined => this.rows.get(id);
  at = (index: number): Row | undefined => this.rows.get(this.order[index] ?? "");
  get hasMore(): boolean {
    return this.pages.at(-1)?.hasNext ?? false;
  }

  /** The last hours, with what the feed has told since they were asked for. */
  hoursOf(row: Row): number[] {
    const hours = (row.hours ?? []).map(({ count }) => count);
    const since = row.occurrenceCount - (this.counted.get(row.id) ?? row.occurrenceCount);
    if (hours.length && since > 0) hours[hours.length - 1]! += since;
    return hours;
  }

  moveTo(index: number): void {
    this.cursor = Math.max(0, Math.min(this.order.length - 1, index));
    if (this.cursor >= this.order.length - PAGE / 2) this.more();
    this.draw();
  }

  /** Choose a row or leave it; with `upTo` all between it and the one before. */
  toggle(index: number, upTo = false): void {
    const id = this.order[index];
    if (!id) return;
    if (upTo) {
      for (const each of this.order.slice(Math.min(this.anchor, index), Math.max(this.anchor, index) + 1)) this.marked.add(each);
    } else if (!this.marked.delete(id)) this.marked.add(id);
    this.anchor = index;
    this.draw();
  }

  clear(): void {
    this.marked.clear();
    this.draw();
  }

  /** Take out what the viewer has deleted or merged away. */
  drop(ids: readonly string[]): void {
    const out = new Set(ids);
    this.order = this.order.filter((id) => !out.has(id));
    for (const id of ids) this.marked.delete(id);
    this.moveTo(this.cursor);
  }

  /** Somebody else deleted it: it keeps its place, and says so. */
  isRemoved(id: string): void {
    if (this.rows.has(id)) this.gone.add(id);
    this.draw();
  }

  /** Begin to follow what is shown; the function ends it. */
  run(): () => void {
    this.isRunning = true;
    if (this.pages.length) {
      for (const page of this.pages) this.follow(page, "cache-first");
      this.probe();
    } else this.add(null);
    return () => {
      this.isRunning = false;
      clearTimeout(this.probing);
      this.probing = undefined;
      for (const page of this.pages) page.stop();
    };
  }

  /** Fetch the next page, once the one before is here. */
  more(): void {
    const last = this.pages.at(-1);
    if (last?.isSettled && last.hasNext && last.end) this.add(last.end);
  }

  /** Begin anew at the top. What is shown stays until the new first page is here. */
  renew(): void {
    for (const page of this.pages) page.stop();
    this.pages = [];
    this.waiting = 0;
    this.error = undefined;
    this.add(null, true);
  }

  /** Something happened that may put errors on top: look, but not at once for each. */
  probe(): void {
    if (!this.isRunning) return;
    this.probing ??= setTimeout(() => {
      this.probing = undefined;
      void this.look();
    }, PROBE_MS);
  }

  /** Whether any of these errors is not in the list. */
  lacks = (ids: Iterable<string>): boolean => [...ids].some((id) => !this.rows.has(id));

  private async look(): Promise<void> {
    const { data } = await this.api.query(TopDocument, { ...this.asked, first: PAGE }, { requestPolicy: "network-only" }).toPromise();
    if (!data?.errors || !this.isRunning) return;
    const missing = data.errors.edges.filter(({ node }) => !this.rows.has(node.id)).length;
    // Nothing can jump in a list that is empty.
    if (missing && !this.order.length) return this.renew();
    if (missing !== this.waiting) {
      this.waiting = missing;
      this.draw();
    }
  }

  private add(after: string | null, isAnew = false): void {
    const page: Page = { after, end: null, hasNext: false, isSettled: false, stop: () => undefined };
    this.pages.push(page);
    this.follow(page, isAnew ? "network-only" : "cache-and-network");
  }

  private follow(page: Page, requestPolicy: "network-only" | "cache-and-network" | "cache-first"): void {
    const variables = { ...this.asked, first: PAGE, after: page.after };
    const { unsubscribe } = pipe(
      this.api.query(RowsDocument, variables, { requestPolicy }),
      subscribe(({ data, error, stale }) => {
        this.error = error;
        if (data?.errors) this.take(page, data.errors.edges.map(({ node }) => node), data.errors.pageInfo, Boolean(stale));
        this.draw();
      }),
    );
    page.stop = unsubscribe;
  }

  /** The first full answer says the order; later ones only what the rows show. */
  private take(page: Page, found: readonly Row[], info: { hasNextPage: boolean; endCursor?: string | null }, isStale: boolean): void {
    if (!page.isSettled) {
      if (page.after === null) {
        const at = this.order[this.cursor];
        this.order = [];
        this.rows = new Map();
        this.gone.clear();
        // What is no longer shown is no longer chosen: nobody could see that it is.
        const shown = new Set(found.map(({ id }) => id));
        for (const id of this.marked) if (!shown.has(id)) this.marked.delete(id);
        const again = found.findIndex(({ id }) => id === at);
        this.cursor = Math.max(0, again);
      }
      const known = new Set(this.order);
      this.order.push(...found.map(({ id }) => id).filter((id) => !known.has(id)));
      page.end = info.endCursor ?? null;
      page.hasNext = info.hasNextPage;
      page.isSettled = !isStale;
      this.isLoaded ||= !isStale || found.length > 0;
    }
    for (const row of found) {
      const before = this.rows.get(row.id);
      if (!before || lastHour(before) !== lastHour(row)) this.counted.set(row.id, row.occurrenceCount);
      this.rows.set(row.id, row);
    }
  }

  private draw(): void {
    this.changed.set(this.changed.get() + 1);
  }
}

const lastHour = ({ hours }: Row): string => JSON.stringify(hours?.at(-1) ?? null);

let kept: { key: string; api: Client; listing: Listing } | undefined;

/** The list of what is asked: the one that was left, if it is of the same. */
export function listingOf(api: Client, asked: Asked): Listing {
  const key = JSON.stringify(asked);
  if (kept?.key !== key || kept.api !== api) kept = { key, api, listing: new Listing(api, asked) };
  return kept.listing;
}
