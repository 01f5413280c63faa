/** The exceptions in order, with their frames. */
import { useState } from "preact/hooks";
import { useWord } from "~/app/address";
import { Badge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { copy } from "~/parts/errors/copying";
import { Icon } from "~/parts/Icon";
import { Empty } from "~/parts/States";
import type { Shown } from "~/pages/error/documents";
import { FrameLine } from "~/pages/error/FrameLine";
import { type Exception, nameOf, rawOf, relationOf, type Run, runsOf, shownFirst } from "~/pages/error/stack";
import { Text } from "~/pages/error/Value";

const WAYS = [["app", "In app"], ["all", "All frames"], ["raw", "Raw"]] as const;

export function Stack({ event, platform }: { event: Shown; platform: string }) {
  const [way, setWay] = useWord<"app" | "all" | "raw">("frames", "app");
  const { exceptions } = event;
  if (!exceptions.length) {
    return (
      <Empty icon="code" title="It came without a stack">
        {event.message ? <>What was said: <q>{event.message}</q></> : "Only a message was sent. Capture the exception itself to see where it was raised."}
      </Empty>
    );
  }
  const raw = () => rawOf(exceptions, platform === "python");
  return (
    <div class="stack-tab">
      <div class="row wrap">
        <div class="switch" role="group" aria-label="Which frames">
          {WAYS.map(([each, label]) => <button key={each} type="button" aria-pressed={way === each} onClick={() => setWay(each)}>{label}</button>)}
        </div>
        <span class="push" />
        <SourceMaps exceptions={exceptions} />
        <Button isSmall kind="quiet" icon="copy" onClick={() => void copy(raw(), "The stack is copied.")}>Copy</Button>
      </div>
      {way === "raw" ? (
        <pre class="raw" tabIndex={0} aria-label="The stack as text">{raw()}</pre>
      ) : (
        shownFirst(exceptions).map((exception, index) => (
          <ExceptionPart key={index} exception={exception} isFirst={index === 0} isAll={way === "all"} above={shownFirst(exceptions)[index - 1]} />
        ))
      )}
    </div>
  );
}

function SourceMaps({ exceptions }: { exceptions: readonly Exception[] }) {
  const frames = exceptions.flatMap((exception) => exception.frames);
  const mapped = frames.filter(({ isMapped }) => isMapped).length;
  const own = frames.filter(({ isInApp, filename }) => isInApp && /\.m?js(\?|$)/.test(filename ?? ""));
  if (mapped) return <Badge tone="ok" title={`${mapped} of ${frames.length} frames`}>source maps applied</Badge>;
  // A long first line is what minified code looks like.
  const isMinified = own.some(({ contextLine, columnNumber }) => (contextLine?.length ?? 0) > 300 || (columnNumber ?? 0) > 500);
  return isMinified ? <Badge tone="warn" title="Upload source maps with your bundler's plugin to see your own code here">no source map</Badge> : null;
}

function ExceptionPart({ exception, above, isFirst, isAll }: { exception: Exception; above?: Exception; isFirst: boolean; isAll: boolean }) {
  const runs = runsOf(exception.frames, isAll);
  const opened = runs.find(({ folds }) => !folds)?.at;
  const mechanism = exception.mechanism as { type?: string; handled?: boolean } | null;
  return (
    <section class="exception">
      {!isFirst && above && <p class="exception-relation"><Icon name="down" size={14} /> {relationOf(exception)}</p>}
      <header>
        <h3>{exception.type ?? "Exception"}</h3>
        {exception.module && <span class="dim mono">{exception.module}</span>}
        {mechanism?.handled === false && <Badge tone="bad">unhandled</Badge>}
        {mechanism?.type && <Badge>{mechanism.type}</Badge>}
      </header>
      {exception.value && <p class="exception-value" tabIndex={exception.value.length > SCROLLS_FROM ? 0 : undefined}><Text text={exception.value} /></p>}
      {runs.length > 0 ? (
        <ol class="frames" aria-label={`Frames of ${nameOf(exception)}`}>
          {runs.map((run) => <RunLine key={run.at} run={run} opened={opened} />)}
        </ol>
      ) : (
        <p class="dim">It came without frames.</p>
      )}
      {exception.framesOmitted.length === 2 && <p class="dim">Frames {exception.framesOmitted[0]} to {exception.framesOmitted[1]} were left out by the SDK.</p>}
    </section>
  );
}

/** From so many letters on it may be longer than its place: then keys must get there to scroll it. */
const SCROLLS_FROM = 300;

function RunLine({ run, opened }: { run: Run; opened: number | undefined }) {
  const [isOpen, open] = useState(false);
  if (run.folds && !isOpen) {
    return (
      <li>
        <button type="button" class="folded" onClick={() => open(true)}>
          {foldedAs(run)}
        </button>
      </li>
    );
  }
  return <>{run.frames.map((frame, index) => <FrameLine key={index} frame={frame} isOpen={run.at + index === opened} />)}</>;
}

function foldedAs({ frames, folds }: Run): string {
  if (folds === "same") return frames.length === 1 ? "Once more the same frame" : `${frames.length} times more the same frame`;
  return frames.length === 1 ? "1 frame of a library" : `${frames.length} frames of libraries`;
}
