/** Put text into the clipboard, also where the browser offers none: over plain http. */
import { say } from "~/parts/toasts";

export async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copyOldly(text)) return void say("The browser does not let this page copy.", { kind: "bad" });
  }
  say(done);
}

function copyOldly(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  return isDone;
}
