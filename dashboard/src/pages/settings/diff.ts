/** What changed between two objects of an audit entry, field by field. */
export interface Change {
  name: string;
  before: string | null;
  after: string | null;
}

type Fields = Record<string, unknown>;
const fieldsOf = (said: unknown): Fields => (said && typeof said === "object" && !Array.isArray(said) ? (said as Fields) : said == null ? {} : { value: said });

function shown(value: unknown): string | null {
  if (value === undefined) return null;
  if (value === null || value === "") return "nothing";
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) return value.length ? value.join(", ") : "nothing";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function changesOf(before: unknown, after: unknown): Change[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .map((name) => ({ name: name.replaceAll("_", " "), before: shown(old[name]), after: shown(now[name]) }))
    .filter((change) => change.before !== change.after);
}
