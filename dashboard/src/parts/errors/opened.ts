/** Which errors were opened in this browser: new ones that were not are shown as unread. */
const KEY = "tocsin.opened";
const MOST = 500;

function kept(): string[] {
  try {
    const said: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(said) ? said.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

const ids = new Set(kept());
const keyOf = (error: Seen) => (error.regressedAt ? `${error.id} ${error.regressedAt}` : error.id);

interface Seen {
  id: string;
  status: string;
  regressedAt?: string | null;
}

export const isUnread = (error: Seen): boolean => (error.status === "NEW" || error.status === "RECURRING") && !ids.has(keyOf(error));

export function hasOpened(error: Seen): void {
  const key = keyOf(error);
  if (ids.has(key)) return;
  ids.add(key);
  try {
    localStorage.setItem(KEY, JSON.stringify([...ids].slice(-MOST)));
  } catch {
    // A browser that keeps nothing shows them as unread after the next load.
  }
}
