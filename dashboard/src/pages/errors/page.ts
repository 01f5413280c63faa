import { definePage } from "~/app/page";

export default definePage({
  path: "/errors",
  title: "Errors",
  nav: { label: "Errors", icon: "errors", order: 20 },
  go: "e",
  load: () => import("./Screen"),
});
