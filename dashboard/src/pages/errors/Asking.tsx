/** The dialog that a decision of the list opens. */
import { AssignDialog } from "~/parts/errors/AssignDialog";
import { DeleteDialog } from "~/parts/errors/DeleteDialog";
import { DuplicateDialog } from "~/parts/errors/DuplicateDialog";
import { IgnoreDialog } from "~/parts/errors/IgnoreDialog";
import { MergeDialog } from "~/parts/errors/MergeDialog";
import { ResolveDialog } from "~/parts/errors/ResolveDialog";
import type { Asked } from "~/pages/errors/deciding";
import type { Listing } from "~/pages/errors/listing";

export function Asking({ asked, listing, onClose }: { asked: Asked | null; listing: Listing; onClose: () => void }) {
  if (!asked) return null;
  const { kind, chosen, rows } = asked;
  const [first, second] = rows;
  if (!first) return null;
  const done = () => listing.clear();
  const ids = rows.map(({ id }) => id);
  switch (kind) {
    case "resolve":
      return <ResolveDialog chosen={chosen} onClose={onClose} onDone={done} />;
    case "ignore":
      return <IgnoreDialog chosen={chosen} onClose={onClose} onDone={done} />;
    case "assign":
      return <AssignDialog chosen={chosen} before={rows.length === 1 ? first.assignee?.id : null} onClose={onClose} onDone={done} />;
    case "merge":
      return <MergeDialog errors={rows} onClose={onClose} onDone={(_, merged) => { listing.drop(merged); done(); }} onUndone={() => listing.renew()} />;
    case "duplicate":
      return <DuplicateDialog error={first} primary={second} onClose={onClose} onDone={done} />;
    case "delete":
      return <DeleteDialog ids={ids} name={rows.length === 1 ? first.shortId : undefined} onClose={onClose} onDone={() => listing.drop(ids)} />;
  }
}
