import { definePage } from "~/app/page";

export default definePage({ path: "/account", title: "Account", looksAt: [], load: () => import("./Screen") });
