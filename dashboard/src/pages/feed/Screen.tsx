/** The live feed: what programs report, the moment it is taken in; held still while somebody reads. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useAddress, useGo, useWhere } from "~/app/address";
import { useOrganization } from "~/app/session";
import { useKeys, useKeysSoon } from "~/keys/registry";
import type { LogLevel } from "~/gql/enums";
import { Button } from "~/parts/Button";
import { compact, full } from "~/parts/Num";
import { Spark } from "~/parts/Spark";
import { Empty, Problem, Skeleton } from "~/parts/States";
import { lastMinute, type TailRow, useTail } from "~/parts/tail";
import { useSeconds } from "~/parts/Time";
import { WordSearch } from "~/parts/WordSearch";
import { LEVELS, Levels } from "./Levels";
import { Row } from "./Row";
import "./feed.css";

const MOST = 200;

export default function Feed() {
  const filter = useFilter();
  const [isPaused, pause] = useState(false);
  const [isRead, read] = useState(false);
  const [chosen, choose] = useState<string | null>(null);
  const tail = useTail({ ...filter, most: MOST, isHeld: isPaused || isRead || chosen !== null });
  useKeysSoon(tail.isLoading);
  useFeedKeys({ rows: tail.rows, chosen, choose, pause: () => pause((now) => !now) });
  const goOn = () => {
    pause(false);
    choose(null);
    tail.release();
  };
  return (
    <>
      <div class="page-head">
        <h1>Live feed</h1>
        <Rate seconds={tail.seconds} />
        <span class="push row">
          <Button icon={isPaused ? "play" : "pause"} aria-pressed={isPaused} onClick={() => (isPaused ? goOn() : pause(true))}>
            {isPaused ? "Go on" : "Pause"}
          </Button>
        </span>
      </div>
      <div class="feed-filter">
        <Levels chosen={filter.levels} onChoose={filter.chooseLevels} />
        <WordSearch keys={["Live feed", "Search in messages"]} label="Words in the message" text={filter.text} onSearch={filter.search} />
        <p class="dim push">{full(tail.total)} since you came</p>
      </div>
      <Told rows={tail.rows} isQuiet={isPaused} seconds={tail.seconds} />
      <section class="card feed-card" aria-label="Events, the newest first">
        {tail.waiting > 0 && (
          <button type="button" class="feed-waiting" onClick={goOn}>
            {full(tail.waiting)} new {isPaused ? "while paused" : "while you read"}: show {tail.waiting === 1 ? "it" : "them"}
          </button>
        )}
        {tail.error && <Problem error={tail.error} />}
        {tail.isLoading && <Skeleton rows={8} height={34} />}
        {!tail.isLoading && tail.rows.length === 0 && (
          <Empty icon="feed" title={filter.isNarrow ? "Nothing fits yet" : "Quiet"}>
            {filter.isNarrow ? "Events that fit what you chose appear here by themselves." : "What programs report appears here by itself, the moment it is taken in."}
          </Empty>
        )}
        <ol class="feed-rows" onPointerEnter={() => read(true)} onPointerLeave={() => read(false)}>
          {tail.rows.map((row) => <Row key={row.key} row={row} isChosen={row.key === chosen} />)}
        </ol>
      </section>
    </>
  );
}

/** What of the tail is wanted: the place of the top bar, and the levels and words of this page's address. */
function useFilter() {
  const { id: organization } = useOrganization();
  const { service, environment } = useWhere();
  const [params, change] = useAddress();
  const said = params.get("level") ?? "";
  const text = params.get("q") ?? "";
  return useMemo(() => {
    const levels = said.split(",").filter((one): one is LogLevel => LEVELS.includes(one as LogLevel));
    const place = { service: service ? [service] : null, environment: environment ? [environment] : null, level: levels.length ? levels : null };
    return {
      organization,
      levels,
      text,
      isNarrow: Boolean(levels.length || text || service || environment),
      where: { ...place, text: text || null },
      before: { ...place, organization, text: text || null },
      chooseLevels: (now: LogLevel[]) => change({ level: now.join(",") || null }),
      search: (words: string) => change({ q: words || null }),
    };
  }, [organization, service, environment, said, text, change]);
}

function useFeedKeys({ rows, chosen, choose, pause }: { rows: TailRow[]; chosen: string | null; choose: (key: string | null) => void; pause: () => void }) {
  const go = useGo();
  // Two keys may come before the next drawing: they act on this.
  const at = useRef<string | null>(null);
  at.current = chosen;
  const step = (by: number) => {
    const index = rows.findIndex(({ key }) => key === at.current);
    const next = rows[Math.max(0, Math.min(rows.length - 1, index + by))];
    at.current = next?.key ?? null;
    choose(at.current);
    if (next) document.getElementById(`event-${next.key}`)?.scrollIntoView({ block: "nearest" });
  };
  const hasRows = () => rows.length > 0;
  const open = () => {
    const row = rows.find(({ key }) => key === at.current);
    if (row) go(`/errors/${row.error.id}`);
  };
  useKeys("Live feed", [
    { keys: "p", label: "Pause and go on", run: pause },
    { keys: "j", label: "Next event", when: hasRows, run: () => step(1) },
    { keys: "k", label: "Event before", when: hasRows, run: () => step(-1) },
    { keys: "Enter", label: "Open its error", run: open },
    { keys: "Escape", label: "Let go, and go on", run: () => choose((at.current = null)) },
  ]);
}

function Rate({ seconds }: { seconds: Map<number, number> }) {
  const minute = lastMinute(seconds, useSeconds());
  const lately = minute.slice(-10).reduce((sum, each) => sum + each, 0) / 10;
  const sum = minute.reduce((total, each) => total + each, 0);
  return (
    <div class="rate">
      <Spark values={minute} label={`${full(sum)} events in the last minute`} />
      <p><b class="num">{lately < 10 ? lately.toFixed(1) : compact(Math.round(lately))}</b> <span class="dim">a second</span></p>
    </div>
  );
}

const TOLD_EVERY = 10_000;

/** For who listens: a sentence every ten seconds at most, and none while it is paused. */
function Told({ rows, isQuiet, seconds }: { rows: TailRow[]; isQuiet: boolean; seconds: Map<number, number> }) {
  const [told, tell] = useState("");
  const latest = useRef({ rows, isQuiet, seconds });
  latest.current = { rows, isQuiet, seconds };
  useEffect(() => {
    const timer = setInterval(() => {
      const { rows: now, isQuiet: quiet, seconds: counted } = latest.current;
      const sum = lastMinute(counted, Date.now()).slice(-TOLD_EVERY / 1000).reduce((total, each) => total + each, 0);
      if (!quiet && sum) tell(`${full(sum)} new events, the latest: ${now[0]?.error.title ?? ""}`);
    }, TOLD_EVERY);
    return () => clearInterval(timer);
  }, []);
  return <p class="visually-hidden" role="status">{told}</p>;
}
