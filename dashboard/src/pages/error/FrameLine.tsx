/** One frame: where it is; and opened, the source around it and what its variables held. */
import { Badge } from "~/parts/Badge";
import { type Frame, placeOf } from "~/pages/error/stack";
import { Value } from "~/pages/error/Value";

export function FrameLine({ frame, isOpen }: { frame: Frame; isOpen: boolean }) {
  const variables = Object.entries((frame.variables ?? {}) as Record<string, unknown>);
  const hasMore = frame.contextLine !== null || variables.length > 0;
  const line = (
    <>
      <code class="frame-place">{placeOf(frame)}</code>
      <span class="dim">in</span> <code class="frame-function">{frame.function ?? "?"}</code>
      <span class="push" />
      {frame.isMapped && (
        <Badge tone="ok" title={frame.minified ? `Was ${frame.minified.filename}:${frame.minified.lineNumber}:${frame.minified.columnNumber}` : undefined}>mapped</Badge>
      )}
      {frame.isInApp && <Badge tone="accent">in app</Badge>}
    </>
  );
  if (!hasMore) return <li class={`frame ${frame.isInApp ? "own" : ""}`}><div class="frame-head">{line}</div></li>;
  return (
    <li class={`frame ${frame.isInApp ? "own" : ""}`}>
      <details open={isOpen}>
        <summary class="frame-head">{line}</summary>
        <Source frame={frame} />
        {variables.length > 0 && (
          <dl class="locals" aria-label="Variables">
            {variables.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd><Value value={value} depth={1} /></dd>
              </div>
            ))}
          </dl>
        )}
      </details>
    </li>
  );
}

function Source({ frame }: { frame: Frame }) {
  if (frame.contextLine === null || frame.contextLine === undefined) return null;
  const lines = [...frame.preContext, frame.contextLine, ...frame.postContext];
  const first = (frame.lineNumber ?? frame.preContext.length + 1) - frame.preContext.length;
  // What all lines have in common on their left says nothing.
  const full = lines.filter((line) => line.trim());
  const indent = Math.min(...full.map((line) => line.length - line.trimStart().length));
  return (
    <pre class="source" tabIndex={0} aria-label={`Source of ${placeOf(frame)}`}>
      {lines.map((line, index) => (
        <code key={index} class={index === frame.preContext.length ? "here" : ""}>
          <i aria-hidden="true">{first + index}</i>
          {line.slice(indent) || " "}
        </code>
      ))}
    </pre>
  );
}
