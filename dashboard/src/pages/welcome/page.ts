/** Where the link that signs one in leads. */
import { definePage } from "~/app/page";

export default definePage({ path: "/welcome", title: "Welcome", frame: "bare", load: () => import("./Screen") });
