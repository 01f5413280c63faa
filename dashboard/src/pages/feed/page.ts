import { definePage } from "~/app/page";

export default definePage({
  path: "/feed",
  title: "Live feed",
  nav: { label: "Live feed", icon: "feed", order: 40 },
  go: "f",
  load: () => import("./Screen"),
});
