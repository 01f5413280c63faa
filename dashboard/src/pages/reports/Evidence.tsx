/** What came with a report: pictures, the error behind it, the page, the browser, and what else was said. */
import { useState } from "preact/hooks";
import { SeverityBadge, StatusBadge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { Dialog } from "~/parts/Dialog";
import { Go } from "~/parts/Go";
import { Num } from "~/parts/Num";
import { isUnfinished } from "~/parts/Reports";
import { Time } from "~/parts/Time";
import type { Question } from "./Asking";
import { useDeciding } from "./deciding";
import type { Report } from "./documents";

/** The address of a file on the host that this page is of: its policy allows no other. */
const here = (url: string): string => {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
};

export function Pictures({ files }: { files: Report["screenshots"] }) {
  const [shown, show] = useState<number | null>(null);
  if (!files.length) return null;
  const large = shown === null ? null : files[shown];
  return (
    <section aria-label="Pictures" class="pictures">
      {files.map((file, index) => (
        <button key={file.id} type="button" onClick={() => show(index)} title={file.filename}>
          <img src={here(file.url)} alt={`Picture ${index + 1} of ${files.length}: ${file.filename}`} loading="lazy" />
        </button>
      ))}
      <Dialog title={large?.filename ?? ""} isOpen={large != null} onClose={() => show(null)} size="wide">
        {large && <img class="picture-large" src={here(large.url)} alt={large.filename} />}
      </Dialog>
    </section>
  );
}

interface ErrorProps {
  report: Report;
  canWork: boolean;
  onAsk: (question: Question) => void;
}

export function ErrorCard({ report, canWork, onAsk }: ErrorProps) {
  const deciding = useDeciding();
  const { error, occurrence } = report;
  const canChange = canWork && isUnfinished(report.status);
  if (!error)
    return canChange ? (
      <section class="report-error is-none" aria-label="Error">
        <p class="dim">{report.associatedEventId ? "The event that it names has not come in." : "No error is known to be behind it."}</p>
        <Button isSmall icon="link" title="Link (l)" onClick={() => onAsk({ kind: "link", report })}>Link to an error</Button>
        <Button isSmall icon="plus" onClick={() => void deciding.convert(report)}>Make an error of it</Button>
      </section>
    ) : null;
  return (
    <section class="report-error" aria-label="Error">
      <div class="row">
        <SeverityBadge severity={error.severity} isShort />
        <Go to={`/errors/${error.id}`} words={occurrence ? { event: occurrence.id } : {}} class="top-title">{error.title}</Go>
        <StatusBadge status={error.status} />
      </div>
      <p class="dim">{error.shortId} · {error.culprit} · <Num value={error.occurrenceCount} of="events" /> events · <Time at={error.lastSeenAt} /> · {report.isLinkedByHand ? "linked by hand" : "by the event that the report names"}</p>
      {occurrence && occurrence.breadcrumbs.length > 0 && (
        <details>
          <summary>What happened before ({occurrence.breadcrumbs.length})</summary>
          <ol class="crumbs">
            {occurrence.breadcrumbs.slice(-20).map((crumb, index) => (
              <li key={index}><span class="dim">{crumb.category ?? "event"}</span> <span>{crumb.message}</span></li>
            ))}
          </ol>
        </details>
      )}
      {canChange && <Button isSmall kind="quiet" onClick={() => void deciding.unlink(report)}>It is not this error</Button>}
    </section>
  );
}

export function Technical({ report }: { report: Report }) {
  const browser = report.browserInfo as Record<string, unknown>;
  const lines: [string, unknown][] = [
    ["Page", report.url],
    ["Service", [report.service?.name, report.environment, report.release].filter(Boolean).join(" · ")],
    ...Object.entries(browser).map(([name, value]): [string, unknown] => [spoken(name), value]),
    ...Object.entries(report.context as Record<string, unknown>).map(([name, value]): [string, unknown] => [spoken(name), value]),
  ];
  const files = report.attachments.filter(({ id }) => !report.screenshots.some((one) => one.id === id));
  return (
    <section class="report-technical" aria-label="Where it happened">
      <dl>
        {lines.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{name === "Page" ? <PageAddress url={String(value)} /> : plain(value)}</dd>
          </div>
        ))}
      </dl>
      {files.length > 0 && <p class="row wrap">{files.map((file) => <a key={file.id} href={here(file.url)} download={file.filename}>{file.filename}</a>)}</p>}
    </section>
  );
}

/** Strangers say where they were: only what is an address of the web becomes a link. */
function PageAddress({ url }: { url: string }) {
  return /^https?:\/\//i.test(url) ? <a href={url} target="_blank" rel="noopener noreferrer nofollow">{url}</a> : <span>{url}</span>;
}

const NAMES: Record<string, string> = { os: "System", dpr: "Pixel ratio", user_agent: "User agent", url: "Address" };

const spoken = (name: string): string => {
  if (NAMES[name]) return NAMES[name];
  const text = name.replaceAll("_", " ").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
};

function plain(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const { name, version, ...rest } = value as Record<string, unknown>;
  if (typeof name === "string" && !Array.isArray(value)) return [name, version].filter(Boolean).join(" ");
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return Object.entries({ ...rest, ...(version ? { version } : {}) }).map(([key, each]) => `${spoken(key)}: ${plain(each)}`).join("; ");
}
