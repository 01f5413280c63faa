/** The sheet of all keys that do something here. */
import { useState } from "preact/hooks";
import { useSignal } from "~/api/signal";
import { changes, known, useKeys } from "~/keys/registry";
import { Dialog } from "~/parts/Dialog";

const Keys = ({ keys }: { keys: string }) => (
  <span class="keys">
    {keys.split(" ").map((key) => (
      <kbd key={key}>{key.replace("Shift+", "⇧ ").replace("Enter", "↵")}</kbd>
    ))}
  </span>
);

export function KeySheet() {
  const [isOpen, setOpen] = useState(false);
  useSignal(changes);
  useKeys("Everywhere", [{ keys: "?", label: "Show the keys", run: () => setOpen(true) }]);
  return (
    <Dialog title="Keys" isOpen={isOpen} onClose={() => setOpen(false)} size="wide">
      <div class="key-sheet">
        {isOpen &&
          merged().map(([name, lines]) => (
            <section key={name}>
              <h3>{name}</h3>
              <dl>
                {[...lines].map(([label, keys]) => (
                  <div key={label}>
                    <dt>{keys.map((each) => <Keys key={each} keys={each} />)}</dt>
                    <dd>{label}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
      </div>
    </Dialog>
  );
}

/** Groups of the same name are one; keys of the same label are one line. */
function merged(): [string, Map<string, string[]>][] {
  const all = new Map<string, Map<string, string[]>>();
  for (const { name, keys } of known()) {
    const lines = all.get(name) ?? new Map<string, string[]>();
    all.set(name, lines);
    for (const key of keys) lines.set(key.label, [...(lines.get(key.label) ?? []), key.keys]);
  }
  return [...all];
}
