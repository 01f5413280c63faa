/** The rooms of the settings, as their list at the side shows them. */
import type { ComponentType } from "preact";
import type { RightName } from "~/app/session";
import type { IconName } from "~/parts/Icon";
import { AuditLog } from "~/pages/settings/rooms/AuditLog";
import { DeadLetters } from "~/pages/settings/rooms/DeadLetters";
import { GroupingRuleEditor } from "~/pages/settings/rooms/GroupingRuleEditor";
import { GroupingRules } from "~/pages/settings/rooms/GroupingRules";
import { Limits } from "~/pages/settings/rooms/Limits";
import { Members } from "~/pages/settings/rooms/Members";
import { OrganizationRoom } from "~/pages/settings/rooms/Organization";
import { Redaction } from "~/pages/settings/rooms/Redaction";
import { ServiceRoom } from "~/pages/settings/rooms/Service";
import { Services } from "~/pages/settings/rooms/Services";
import { SourceMaps } from "~/pages/settings/rooms/SourceMaps";
import { SuppressionRuleEditor } from "~/pages/settings/rooms/SuppressionRuleEditor";
import { SuppressionRules } from "~/pages/settings/rooms/SuppressionRules";
import { Teams } from "~/pages/settings/rooms/Teams";
import { Tokens } from "~/pages/settings/rooms/Tokens";
import { Triage } from "~/pages/settings/rooms/Triage";

export interface Room {
  path: string;
  label: string;
  icon: IconName;
  /** Without it there is nothing to see there. */
  right?: RightName;
  component: ComponentType;
  /** What one of its things has. */
  one?: ComponentType;
}

export const GROUPS: readonly { label: string; rooms: readonly Room[] }[] = [
  {
    label: "Organization",
    rooms: [
      { path: "organization", label: "Organization", icon: "globe", component: OrganizationRoom },
      { path: "members", label: "Members", icon: "person", component: Members },
      { path: "teams", label: "Teams", icon: "people", component: Teams },
      { path: "audit", label: "Audit log", icon: "history", right: "READ_AUDIT", component: AuditLog },
    ],
  },
  {
    label: "What is sent",
    rooms: [
      { path: "services", label: "Services and keys", icon: "service", component: Services, one: ServiceRoom },
      { path: "tokens", label: "API tokens", icon: "key", component: Tokens },
      { path: "limits", label: "Limits", icon: "chart", component: Limits },
      { path: "artifacts", label: "Source maps", icon: "file", component: SourceMaps },
      { path: "dead-letters", label: "Dead letters", icon: "mail", right: "CONFIGURE", component: DeadLetters },
    ],
  },
  {
    label: "What becomes of it",
    rooms: [
      { path: "grouping", label: "Grouping", icon: "merge", component: GroupingRules, one: GroupingRuleEditor },
      { path: "redaction", label: "Redaction", icon: "lock", component: Redaction },
      { path: "suppression", label: "Suppression", icon: "mute", component: SuppressionRules, one: SuppressionRuleEditor },
      { path: "triage", label: "Triage", icon: "flag", component: Triage },
    ],
  },
];
