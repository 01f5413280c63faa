/** What a program sent, of any shape: folded where it is deep, and what was redacted shown as such. */
import { Badge } from "~/parts/Badge";

const FILTERED = /(\[Filtered(?::[a-z-]+)?\])/;
const MOST = 200;

export function Value({ value, depth = 0 }: { value: unknown; depth?: number }) {
  if (value === null || value === undefined) return <span class="dim">none</span>;
  if (typeof value === "string") return <Text text={value} />;
  if (typeof value !== "object") return <code>{String(value)}</code>;
  const entries = Array.isArray(value) ? value.map((each, index) => [String(index), each] as const) : Object.entries(value);
  if (!entries.length) return <span class="dim">empty</span>;
  return (
    <details class="tree" open={entries.length <= (depth < 1 ? 12 : depth < 3 ? 5 : 0)}>
      <summary>{Array.isArray(value) ? `${entries.length} in a list` : `${entries.length} ${entries.length === 1 ? "field" : "fields"}`}</summary>
      <dl>
        {entries.slice(0, MOST).map(([name, each]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd><Value value={each} depth={depth + 1} /></dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** Text with the marks of redaction as badges. */
export function Text({ text }: { text: string }) {
  if (!text) return <span class="dim">empty text</span>;
  const parts = text.split(FILTERED);
  return (
    <span class="said">
      {parts.map((part, index) =>
        index % 2 ? <Badge key={index} tone="low" title="Removed before it was kept: the redaction rules say so">{wordOf(part)}</Badge> : part,
      )}
    </span>
  );
}

const wordOf = (mark: string): string => {
  const kind = /:([a-z-]+)/.exec(mark)?.[1];
  return kind ? `redacted ${kind}` : "redacted";
};
