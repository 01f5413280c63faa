/** What is to be copied: a word, or some lines of code. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "~/parts/Button";
import { say } from "~/parts/toasts";

/** Copies also where the page is not served over https, which has no clipboard of its own. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const isDone = document.execCommand("copy");
    area.remove();
    return isDone;
  }
}

export function Copy({ text, label, isQuiet }: { text: string; label: string; isQuiet?: boolean }) {
  const [isDone, setDone] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  const run = async () => {
    if (!(await copied(text))) return say("The browser does not let this page copy; select the text.", { kind: "bad" });
    setDone(true);
    timer.current = setTimeout(() => setDone(false), 2000);
  };
  return (
    <Button isSmall kind={isQuiet ? "quiet" : "plain"} icon={isDone ? "check" : "copy"} label={isDone ? "Copied" : label} onClick={() => void run()} />
  );
}

/** One line to copy, such as a DSN. */
export function CopyLine({ text, label }: { text: string; label: string }) {
  return (
    <div class="copy-line">
      <code tabIndex={0}>{text}</code>
      <Copy text={text} label={label} isQuiet />
    </div>
  );
}

/** Lines to copy. */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    <div class="code-block">
      <pre tabIndex={0} role="region" aria-label={label}><code>{text}</code></pre>
      <Copy text={text} label={`Copy: ${label}`} isQuiet />
    </div>
  );
}
