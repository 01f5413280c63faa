/** How a service sends its first error: what a newcomer sees first, and each later service too. */
import { definePage } from "~/app/page";

export default definePage({ path: "/setup/:service?", title: "Connect a service", looksAt: [], load: () => import("./Screen") });
