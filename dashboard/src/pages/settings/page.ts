/** Settings: rooms for everything that an organization decides. */
import { definePage } from "~/app/page";

export default definePage({
  path: "/settings/*?",
  title: "Settings",
  nav: { label: "Settings", icon: "settings", order: 90 },
  go: "s",
  looksAt: [],
  load: () => import("./Screen"),
});
