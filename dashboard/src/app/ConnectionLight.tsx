/** A light that says whether what is shown is live. */
import { connection, type Connection } from "~/api/connection";
import { useSignal } from "~/api/signal";

const WORDS: Record<Connection, [word: string, more: string]> = {
  idle: ["Idle", "Nothing on this page is live."],
  live: ["Live", "What you see changes by itself."],
  connecting: ["Connecting", "What happened meanwhile comes as soon as the server answers."],
  offline: ["Offline", "The server cannot be reached; it is tried again by itself. What you see may be old."],
};

export function ConnectionLight() {
  const state = useSignal(connection);
  const [word, more] = WORDS[state];
  return (
    <span class={`light ${state}`} role="status" title={more} data-connection={state}>
      <i aria-hidden="true" />
      <span>{word}</span>
    </span>
  );
}
