/** What user reports look like in lists and panes: their priority and their status in words with a colour. */
import { Badge, type Tone, words } from "~/parts/Badge";
import type { ReportPriority, ReportStatus } from "~/gql/enums";

const PRIORITY: Record<ReportPriority, Tone> = { CRITICAL: "bad", HIGH: "high", MEDIUM: "warn", LOW: "low" };
export const PriorityBadge = ({ priority }: { priority: ReportPriority }) => <Badge tone={PRIORITY[priority]} title={`Priority: ${words(priority)}`}>{words(priority)}</Badge>;

const STATUS: Record<ReportStatus, Tone> = { OPEN: "accent", IN_PROGRESS: "info", PENDING_INFO: "warn", RESOLVED: "ok", CLOSED: "quiet", DUPLICATE: "quiet" };
export const reportStatus = (status: ReportStatus): string => (status === "PENDING_INFO" ? "Waiting" : words(status));
export const ReportStatusBadge = ({ status }: { status: ReportStatus }) => <Badge tone={STATUS[status]}>{reportStatus(status)}</Badge>;

/** What is not finished. */
export const isUnfinished = (status: ReportStatus): boolean => status === "OPEN" || status === "IN_PROGRESS" || status === "PENDING_INFO";
