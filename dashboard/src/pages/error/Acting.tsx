/** The dialog that a decision about the error opens. */
import { AssignDialog } from "~/parts/errors/AssignDialog";
import { DeleteDialog } from "~/parts/errors/DeleteDialog";
import { DuplicateDialog } from "~/parts/errors/DuplicateDialog";
import { EscalateDialog } from "~/parts/errors/EscalateDialog";
import { IgnoreDialog } from "~/parts/errors/IgnoreDialog";
import { ResolveDialog } from "~/parts/errors/ResolveDialog";
import type { Head } from "~/pages/error/documents";
import { chosen } from "~/pages/error/Header";

export type Act = "resolve" | "ignore" | "assign" | "duplicate" | "escalate" | "delete";

interface Props {
  act: Act | null;
  error: Head;
  onClose: () => void;
  onChanged: () => void;
  onGone: () => void;
}

export function Acting({ act, error, onClose, onChanged, onGone }: Props) {
  const own = chosen(error);
  const rest = { onClose, onDone: onChanged };
  switch (act) {
    case null:
      return null;
    case "resolve":
      return <ResolveDialog chosen={own} {...rest} />;
    case "ignore":
      return <IgnoreDialog chosen={own} {...rest} />;
    case "assign":
      return <AssignDialog chosen={own} before={error.assignee?.id ?? (error.team ? `team ${error.team.id}` : null)} {...rest} />;
    case "duplicate":
      return <DuplicateDialog error={error} {...rest} />;
    case "escalate":
      return <EscalateDialog error={error} {...rest} />;
    case "delete":
      return <DeleteDialog ids={[error.id]} name={error.shortId} onClose={onClose} onDone={onGone} />;
  }
}
