/** Where toasts are shown: a live region, so that they are also heard. */
import { useSignal } from "~/api/signal";
import { Button } from "~/parts/Button";
import { Icon } from "~/parts/Icon";
import { dismiss, toasts } from "~/parts/toasts";

export function Toasts() {
  const shown = useSignal(toasts);
  return (
    <div class="toasts" role="status">
      {shown.map(({ id, text, kind, action }) => (
        <div key={id} class={`toast ${kind}`}>
          <Icon name={kind === "bad" ? "errors" : "check"} />
          <p>{text}</p>
          {action && (
            <Button kind="quiet" isSmall onClick={() => { dismiss(id); action.run(); }}>
              {action.label}
            </Button>
          )}
          <Button kind="quiet" isSmall icon="close" label="Dismiss" onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
