/** The steps of a platform, chosen in the address. */
import { useAddress } from "~/app/address";
import { Code, CopyLine } from "~/parts/Copy";
import { PLATFORMS, type Sending } from "~/pages/setup/snippets";

const KEPT = "tocsin.platform";

function kept(): string {
  try {
    return localStorage.getItem(KEPT) ?? "python";
  } catch {
    return "python";
  }
}

export function Snippets({ sending }: { sending: Sending }) {
  const [params, change] = useAddress();
  const said = params.get("platform") ?? kept();
  const platform = PLATFORMS.find(({ id }) => id === said) ?? PLATFORMS[0]!;
  const choose = (id: string) => {
    change({ platform: id });
    try {
      localStorage.setItem(KEPT, id);
    } catch {
      // A browser that keeps nothing asks again.
    }
  };
  return (
    <>
      <div class="setup-dsn">
        <h2>DSN</h2>
        <CopyLine text={sending.dsn} label="Copy the DSN" />
        <p class="dim">Any Sentry SDK takes it. The key in it may send and nothing else.</p>
      </div>
      <div class="platforms" role="group" aria-label="Platform">
        {PLATFORMS.map(({ id, name }) => (
          <button key={id} type="button" class="platform" aria-pressed={id === platform.id} onClick={() => choose(id)}>{name}</button>
        ))}
      </div>
      <ol class="setup-steps">
        {platform.steps(sending).map(({ title, code }) => (
          <li key={title}>
            <h3>{title}</h3>
            <Code text={code} label={title} />
          </li>
        ))}
      </ol>
      {platform.note && <p class="dim">{platform.note}</p>}
    </>
  );
}
