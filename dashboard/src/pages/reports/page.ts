import { definePage } from "~/app/page";

export default definePage({
  path: "/reports",
  title: "User reports",
  nav: { label: "Reports", icon: "reports", order: 30 },
  go: "r",
  load: () => import("./Screen"),
});
