import { definePage } from "~/app/page";

export default definePage({ path: "/errors/:id", title: "Error", load: () => import("./Screen") });
