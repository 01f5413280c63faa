/** The bell of the top bar: how much one has not read, and behind it the inbox, which is fetched when it is first opened. */
import type { ComponentType, TargetedKeyboardEvent } from "preact";
import { useRef, useState } from "preact/hooks";
import { useInbox } from "~/app/inbox";
import { useKeys } from "~/keys/registry";
import type { PanelProps } from "~/pages/inbox/Panel";
import { Icon } from "~/parts/Icon";
import { Skeleton } from "~/parts/States";
import { say } from "~/parts/toasts";

const MOST_SHOWN = 99;
let Panel: ComponentType<PanelProps> | undefined;

export function Bell({ organization }: { organization: string }) {
  const [told, tell] = useState("");
  const [inbox, change] = useInbox(organization, (added) =>
    tell(added.length === 1 ? `New notification: ${added[0]!.title}` : `${added.length} new notifications`),
  );
  const box = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [, draw] = useState(0);
  // Keys that are pressed before there is a row to act on. The rows take them up, and hear for themselves then: null.
  const early = useRef<string[] | null>([]);
  const hear = (event: TargetedKeyboardEvent<HTMLElement>) => {
    if (!early.current || !box.current!.matches(":popover-open")) return;
    const isOfControl = event.key === "Enter" && (event.target as Element).closest("button") !== null;
    if (/^(j|k|Arrow(Up|Down)|Home|End|Enter)$/.test(event.key) && !isOfControl) early.current.push(event.key);
  };
  const show = () => {
    box.current!.showPopover();
    box.current!.focus();
  };
  useKeys("Go to", [{ keys: "g n", label: "Notifications", run: show }]);
  const fetched = async () => {
    Panel ??= (await import("~/pages/inbox/Panel")).default;
    draw(1);
  };
  const onToggle = ({ newState }: { newState?: string }) => {
    setOpen(newState === "open");
    if (newState !== "open") {
      early.current &&= [];
      return;
    }
    box.current!.focus();
    fetched().catch(() => say("The notifications could not be loaded. Reload the page.", { kind: "bad" }));
  };
  const { unread = 0 } = inbox;
  const name = unread ? `Notifications, ${unread} unread` : "Notifications";
  return (
    <>
      <button
        type="button"
        class="button quiet square bell"
        popovertarget="inbox"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-label={name}
        title={name}
        onKeyDown={hear}
        onPointerEnter={() => void fetched().catch(() => undefined)}
      >
        <Icon name="bell" size={18} />
        {unread > 0 && <span class="bell-count" aria-hidden="true">{unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}</span>}
      </button>
      <span class="visually-hidden" role="status">{told}</span>
      <div ref={box} id="inbox" class="inbox" popover="auto" role="dialog" aria-label="Notifications" tabIndex={-1} onKeyDown={hear} onToggle={onToggle as never}>
        {isOpen &&
          (Panel ? (
            <Panel organization={organization} inbox={inbox} change={change} early={early} close={() => box.current!.hidePopover()} />
          ) : (
            <Skeleton rows={6} height={44} />
          ))}
      </div>
    </>
  );
}
