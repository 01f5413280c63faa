/** The keys of an error's page. */
import { useRef } from "preact/hooks";
import { useSession } from "~/app/session";
import { useKeys } from "~/keys/registry";
import { ignore, reopen, resolve } from "~/parts/errors/actions";
import { backSearch, besides } from "~/parts/errors/came";
import type { Act } from "~/pages/error/Acting";
import type { Head } from "~/pages/error/documents";
import type { Events } from "~/pages/error/event";
import { chosen } from "~/pages/error/Header";
import { copyMarkdown } from "~/pages/error/markdown";
import { toggleSubscription } from "~/pages/error/subscribing";

interface Given {
  error: Head;
  events: Events;
  act: (act: Act) => void;
  go: (path: string) => void;
  setTab: (tab: string) => void;
}

export function useErrorKeys({ error, events, act, go, setTab }: Given): void {
  const { can } = useSession();
  const at = useRef(error.id);
  at.current = error.id;
  const beside = (by: number) => {
    const id = besides(at.current, by);
    if (!id) return;
    at.current = id;
    go(`/errors/${id}`);
  };
  const shown = [
    { keys: "l", label: "Newer and older event", run: () => events.step(1) },
    { keys: "h", label: "Newer and older event", run: () => events.step(-1) },
    { keys: "Shift+L", label: "Newest and oldest event", run: () => events.pick("latest") },
    { keys: "Shift+H", label: "Newest and oldest event", run: () => events.pick("oldest") },
    { keys: ";", label: "Recommended event", run: () => events.pick("recommended") },
    { keys: "j", label: "Next and previous error", run: () => beside(1) },
    { keys: "k", label: "Next and previous error", run: () => beside(-1) },
    { keys: "Escape", label: "Back to the list", run: () => go(`/errors${backSearch()}`) },
    { keys: "y", label: "Copy as Markdown", run: () => void copyMarkdown(error, events.event) },
    { keys: "s", label: "Subscribe", run: () => void toggleSubscription(error) },
  ];
  const triage = [
    { keys: "e", label: "Resolve", decides: true, run: () => void resolve(chosen(error)) },
    { keys: "r", label: "Resolve, with how", run: () => act("resolve") },
    { keys: "u", label: "Open again", decides: true, run: () => void reopen(chosen(error)) },
    { keys: "i", label: "Ignore until", run: () => act("ignore") },
    { keys: "Shift+I", label: "Ignore", decides: true, run: () => void ignore(chosen(error)) },
    { keys: "a", label: "Assign", run: () => act("assign") },
    { keys: "m", label: "Merge with similar ones", run: () => setTab("similar") },
    { keys: "d", label: "Duplicate", run: () => act("duplicate") },
    { keys: "c", label: "Comment", run: () => { setTab("activity"); setTimeout(() => document.querySelector<HTMLElement>("#comment")?.focus(), 50); } },
  ];
  useKeys("Error", can("TRIAGE") ? [...shown, ...triage] : shown);
}
