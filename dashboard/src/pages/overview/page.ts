import { definePage } from "~/app/page";

export default definePage({
  path: "/",
  title: "Overview",
  nav: { label: "Overview", icon: "overview", order: 10 },
  go: "o",
  load: () => import("./Screen"),
});
