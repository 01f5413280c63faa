/** Where the link to set a password leads, and where one asks for such a link. */
import { definePage } from "~/app/page";

export default definePage({ path: "/reset-password", title: "New password", frame: "public", load: () => import("./Screen") });
