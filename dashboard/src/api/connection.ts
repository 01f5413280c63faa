/** The socket to our own server: opened when something is live, and opened again for as long as it takes. */
import { createClient, type SubscribePayload } from "graphql-ws";
import { signal } from "~/api/signal";

export type Connection = "idle" | "connecting" | "live" | "offline";

const OFFLINE_AFTER = 8_000;
const LONGEST_WAIT = 10_000;
const PING_EVERY = 15_000;
const PONG_WITHIN = 8_000;
const SIGNED_OUT = new Set([4401, 4403]);
const FIRST_RETRY = 500;
const LONGEST_RETRY = 30_000;

export const connection = signal<Connection>("idle");

const backAgain = new Set<() => void>();
const lost = new Set<() => void>();
/** Subscriptions that ended though somebody wants them, until something comes through them again. */
const broken = new Set<symbol>();
let timer: ReturnType<typeof setTimeout> | undefined;
let wasLive = false;
let isOpen = false;
let pong: ReturnType<typeof setTimeout> | undefined;

/** Hears of it whenever the socket is open again after it was not. */
export function onBackAgain(heard: () => void): () => void {
  backAgain.add(heard);
  return () => backAgain.delete(heard);
}

/** Hears of it when the server says that this sign-in opens nothing any more. */
export function onSignedOut(heard: () => void): () => void {
  lost.add(heard);
  return () => lost.delete(heard);
}

function wait(): void {
  connection.set(navigator.onLine ? "connecting" : "offline");
  timer ??= setTimeout(() => connection.set("offline"), OFFLINE_AFTER);
}

/** Live is only what is live as a whole. */
function shine(): void {
  if (isOpen) connection.set(broken.size ? "connecting" : "live");
}

function open(): void {
  clearTimeout(timer);
  timer = undefined;
  isOpen = true;
  shine();
  if (wasLive) for (const heard of [...backAgain]) heard();
  wasLive = true;
}

const socket = createClient({
  url: `${location.origin.replace(/^http/, "ws")}/graphql`,
  lazy: true,
  retryAttempts: Infinity,
  shouldRetry: () => true,
  keepAlive: PING_EVERY,
  retryWait: async (retries) => {
    const longest = Math.min(LONGEST_WAIT, 300 * 2 ** retries);
    // Who lost the same server at the same moment should not come back at the same moment.
    await new Promise((done) => setTimeout(done, longest * (0.5 + Math.random() / 2)));
  },
  on: {
    connecting: (isRetry) => (isRetry || connection.get() !== "live") && wait(),
    connected: open,
    // A net that went away does not close what went through it: silence does.
    ping: (isTheirs) => {
      if (!isTheirs) pong = setTimeout(() => socket.terminate(), PONG_WITHIN);
    },
    pong: (isTheirs) => {
      if (isTheirs) clearTimeout(pong);
    },
    closed: (event) => {
      clearTimeout(pong);
      isOpen = false;
      const { code } = event as CloseEvent;
      if (SIGNED_OUT.has(code)) for (const heard of [...lost]) heard();
      if (code !== 1000) wait();
      else connection.set(broken.size ? "connecting" : "idle");
    },
  },
});

addEventListener("offline", () => connection.get() !== "idle" && connection.set("offline"));
addEventListener("online", () => connection.get() === "offline" && connection.set(isOpen ? "live" : "connecting"));

/** Ends the socket: what it was opened with is no longer ours. */
export function hangUp(): void {
  wasLive = false;
  socket.terminate();
}

type Sink = Parameters<typeof socket.subscribe>[1];

/** Some of it by chance: who was refused at the same moment should not come back at the same moment. */
const waitAfter = (failures: number): number =>
  Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);

const saysSignedOut = (said: unknown): boolean =>
  Array.isArray(said) && said.some((error: { extensions?: { code?: string } }) => error.extensions?.code === "UNAUTHENTICATED");

/**
 * Subscribes, and goes on where it was after a break: the client sends the same payload each time that
 * it connects, so the place of the latest batch is kept in its variables. The socket comes back by itself;
 * what the server ends on an open socket, or by closing it for good, is asked for again here.
 */
export function subscribe(payload: SubscribePayload, sink: Sink): () => void {
  const variables = { ...payload.variables } as Record<string, unknown>;
  const own = Symbol("subscription");
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let isWanted = true;
  let end: () => void = () => undefined;

  const mended = () => {
    failures = 0;
    if (broken.delete(own)) shine();
  };
  const ended = (said?: unknown) => {
    if (!isWanted) return;
    if (saysSignedOut(said)) for (const heard of [...lost]) heard();
    failures += 1;
    broken.add(own);
    shine();
    retry = setTimeout(begin, waitAfter(failures));
  };
  function begin(): void {
    end = socket.subscribe(
      { ...payload, variables },
      {
        error: ended,
        complete: ended,
        next(result) {
          // Errors alone are the server's last words before it ends the subscription.
          if (!result.data) return;
          mended();
          for (const batch of Object.values(result.data as Record<string, { cursor?: unknown } | null>)) {
            if (typeof batch?.cursor === "string") variables.after = batch.cursor;
          }
          sink.next(result);
        },
      },
    );
  }
  begin();
  return () => {
    isWanted = false;
    clearTimeout(retry);
    mended();
    end();
  };
}
