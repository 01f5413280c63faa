/** The bell of the top bar: how much one has not read, and behind it the inbox, which is fetched when it is first opened. */
import type { ComponentType } from "preact";
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
  const [heard, hear] = useState("");
  const [inbox, change] = useInbox(organization, (added) =>
    hear(added.length === 1 ? `New notification: ${added[0]!.title}` : `${added.length} new notifications`),
  );
  const box = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [, draw] = useState(0);
  useKeys("Go to", [{ keys: "g n", label: "Notifications", run: () => box.current!.showPopover() }]);
  const fetched = async () => {
    Panel ??= (await import("~/pages/inbox/Panel")).default;
    draw(1);
  };
  const onToggle = ({ newState }: { newState?: string }) => {
    setOpen(newState === "open");
    if (newState !== "open") return;
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
        onPointerEnter={() => void fetched().catch(() => undefined)}
      >
        <Icon name="bell" size={18} />
        {unread > 0 && <span class="bell-count" aria-hidden="true">{unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}</span>}
      </button>
      <span class="visually-hidden" role="status">{heard}</span>
      <div ref={box} id="inbox" class="inbox" popover="auto" role="dialog" aria-label="Notifications" tabIndex={-1} onToggle={onToggle as never}>
        {isOpen &&
          (Panel ? (
            <Panel organization={organization} inbox={inbox} change={change} close={() => box.current!.hidePopover()} />
          ) : (
            <Skeleton rows={6} height={44} />
          ))}
      </div>
    </>
  );
}
