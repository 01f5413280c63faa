/** What decisions about reports make untrue: the queue, its counts, and what the overview shows of them. */
import type { Invalidates } from "~/api/cache";

const queue = ["userReports", "userReportCounts", "errorStats"];

export const invalidates: Invalidates = {
  setReportStatus: queue,
  assignReport: queue,
  markReportDuplicate: queue,
  convertReportToError: ["errors"],
};
