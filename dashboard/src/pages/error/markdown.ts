/** The error as Markdown: for a ticket, a chat, or whoever helps. */
import { copy } from "~/parts/errors/copying";
import type { Head, Shown } from "~/pages/error/documents";
import { type Exception, nameOf, placeOf, shownFirst } from "~/pages/error/stack";

export async function copyMarkdown(error: Head, event: Shown | undefined): Promise<void> {
  await copy(markdownOf(error, event, location.href), `${error.shortId} is copied as Markdown.`);
}

const MOST_FRAMES = 20;
const LAST_CRUMBS = 10;

export function markdownOf(error: Head, event: Shown | undefined, address: string): string {
  const facts = [
    ["Service", error.service?.name ?? error.serviceName],
    ["Status", error.status.toLowerCase()],
    ["Severity", error.severity.toLowerCase()],
    ["Events", `${error.occurrenceCount}, ${error.usersAffectedCount} users`],
    ["Seen", `${error.firstSeenAt} – ${error.lastSeenAt}`],
    ["Release", event?.release ?? error.lastRelease],
    ["Environment", event?.environment ?? error.environment],
    ["URL", event?.url],
  ].filter(([, value]) => value);
  const parts = [
    `## [${error.shortId}](${address}) ${error.title}`,
    facts.map(([name, value]) => `- **${name}**: ${value}`).join("\n"),
    ...shownFirst(event?.exceptions ?? []).map(stackOf),
    crumbsOf(event),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function stackOf(exception: Exception): string {
  const frames = exception.frames.slice(-MOST_FRAMES).toReversed();
  const lines = frames.map((frame) => `  ${placeOf(frame)} in ${frame.function ?? "?"}${frame.contextLine ? `\n    ${frame.contextLine.trim()}` : ""}`);
  return `### ${nameOf(exception)}\n\n${fenced(lines.join("\n") || "(no frames)")}`;
}

function crumbsOf(event: Shown | undefined): string {
  const crumbs = (event?.breadcrumbs ?? []).slice(-LAST_CRUMBS);
  if (!crumbs.length) return "";
  const lines = crumbs.map(({ at, category, level, message, data }) => `${at ?? ""} ${category ?? ""} ${level ?? ""} ${message ?? JSON.stringify(data ?? {})}`);
  return `### Before it\n\n${fenced(lines.join("\n"))}`;
}

/** What programs say may have backticks of its own. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
