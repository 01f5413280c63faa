/** Says when the server was updated while the page was open: its files are no longer those of the server. */
import { onBackAgain } from "~/api/connection";
import { say } from "~/parts/toasts";

async function tagOfPage(): Promise<string | null> {
  const answer = await fetch("/", { method: "HEAD", cache: "no-store" }).catch(() => null);
  return answer?.ok ? (answer.headers.get("etag") ?? null) : null;
}

export function watchVersion(): void {
  const first = tagOfPage();
  let isSaid = false;
  onBackAgain(async () => {
    const [before, now] = [await first, await tagOfPage()];
    if (isSaid || !before || !now || before === now) return;
    isSaid = true;
    say("Tocsin was updated. Reload to have the new dashboard.", { action: { label: "Reload", run: () => location.reload() }, seconds: 3600 });
  });
}
