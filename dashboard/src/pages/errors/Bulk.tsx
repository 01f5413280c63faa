/** What can be done about the chosen rows, or about all that fit. */
import { useSession } from "~/app/session";
import type { Severity } from "~/gql/enums";
import { words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { Menu } from "~/parts/Menu";
import { full } from "~/parts/Num";
import { say } from "~/parts/toasts";
import { type All, countOf, type Decide } from "~/pages/errors/deciding";
import type { Listing } from "~/pages/errors/listing";

const SEVERITIES: Severity[] = ["EMERGENCY", "CRITICAL", "HIGH", "MEDIUM", "LOW"];
const MOST_DELETED = 100;
const MOST_MERGED = 100;

interface Props {
  listing: Listing;
  decide: Decide;
  all: All | null;
  setAll: (all: All | null) => void;
}

export function Bulk({ listing, decide, all, setAll }: Props) {
  const { can } = useSession();
  const count = listing.marked.size;
  if (!count) return null;
  const { where } = listing.asked;
  const chooseAll = async () => {
    const expectedCount = await countOf(where);
    if (expectedCount === null) say("They could not be counted. Try again.", { kind: "bad" });
    else setAll({ where, expectedCount });
  };
  const none = () => {
    setAll(null);
    listing.clear();
  };
  return (
    <div class="bulk" role="toolbar" aria-label="What to do with the chosen errors">
      <p role="status"><b>{all ? `All ${full(all.expectedCount)}` : full(count)}</b> chosen</p>
      {!all && listing.hasMore && <Button kind="quiet" isSmall onClick={() => void chooseAll()}>Choose all that fit</Button>}
      <span class="bulk-acts">
        <Button isSmall icon="check" title="e" onClick={decide.resolve}>Resolve</Button>
        <Button isSmall icon="mute" title="i" onClick={() => decide.ask("ignore")}>Ignore…</Button>
        <Button isSmall icon="person" title="a" onClick={() => decide.ask("assign")}>Assign…</Button>
        <Menu label="Severity" isSmall items={SEVERITIES.map((severity) => ({ label: words(severity), run: () => decide.severity(severity) }))}>Severity</Menu>
        {!all && count > 1 && count <= MOST_MERGED && <Button isSmall icon="merge" title="m" onClick={() => decide.ask("merge")}>Merge…</Button>}
        {!all && can("CONFIGURE") && count <= MOST_DELETED && <Button isSmall icon="trash" onClick={() => decide.ask("delete")}>Delete…</Button>}
      </span>
      <Button kind="quiet" isSmall icon="close" label="Choose none" onClick={none} />
    </div>
  );
}
