/** An address that leads nowhere. */
import { useTitle } from "~/app/title";
import { Go } from "~/parts/Go";
import { Empty } from "~/parts/States";

export function NotFound() {
  useTitle("Not found");
  return (
    <>
      <h1>Not found</h1>
      <Empty icon="search" title="Nothing is at this address" action={<Go to="/" class="button">To the start</Go>}>
        The link may be old, or a letter may be missing.
      </Empty>
    </>
  );
}
