/** The list that one came from: for the way back, and for the next error without going back. */
interface Came {
  /** The query of the list's address. */
  search: string;
  order: () => readonly string[];
  moveTo: (index: number) => void;
}

let latest: Came | null = null;

export const cameFrom = (came: Came): void => {
  latest = came;
};

export const backSearch = (): string => latest?.search ?? "";

/** The error beside this one in the list that was left. */
export function besides(id: string, by: number): string | undefined {
  const order = latest?.order() ?? [];
  const at = order.indexOf(id);
  const beside = at < 0 ? undefined : order[at + by];
  if (!latest || !beside) return undefined;
  latest.moveTo(at + by);
  // The row that its address names is no longer the one to come back to.
  const words = new URLSearchParams(latest.search);
  words.delete("at");
  latest.search = String(words) && `?${words}`;
  return beside;
}
