/** After signing in or out: nothing of what was read before is kept. */
import { renewClient } from "~/api/client";
import { hangUp } from "~/api/connection";

/** Forget everything that was read, and ask again who is here. */
export function startAnew(): void {
  hangUp();
  renewClient();
}
