/** A link to another page of the dashboard: it looks at the same organization, service and period. */
import type { ComponentChildren, JSX } from "preact";
import { Link, useSearch } from "wouter-preact";
import { addressOf, type Changes } from "~/app/address";

type Own = { to: string; words?: Changes; children?: ComponentChildren };

export function Go({ to, words, children, ...rest }: Own & Omit<JSX.IntrinsicElements["a"], keyof Own | "href">) {
  const search = useSearch();
  return (
    <Link href={addressOf(to, words, search)} {...(rest as object)}>
      {children}
    </Link>
  );
}
