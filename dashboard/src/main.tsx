/** The dashboard. */
import { render } from "preact";
import { App } from "~/app/App";
import { fetched } from "~/app/Lazy";
import { likely } from "~/app/pages";
import { watchVersion } from "~/app/version";
import "~/styles/tokens.css";
import "~/styles/base.css";
import "~/styles/parts.css";
import "~/styles/shell.css";

for (const page of likely(location.pathname)) fetched(page).catch(() => undefined);
watchVersion();
render(<App />, document.getElementById("root")!);
