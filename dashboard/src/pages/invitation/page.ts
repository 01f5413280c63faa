/** Where the link of an invitation leads. */
import { definePage } from "~/app/page";

export default definePage({ path: "/invitation", title: "Invitation", frame: "public", load: () => import("./Screen") });
