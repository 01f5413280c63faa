/** Pages: each folder of src/pages has a page.ts that says where it is and how it is reached. */
import { matchRoute, useLocation, useRouter } from "wouter-preact";
import type { Page } from "~/app/page";

const found = import.meta.glob<{ default: Page }>("../pages/*/page.ts", { eager: true });

/** Exact paths come before patterns, longer ones before shorter ones. */
const weight = ({ path }: Page) => path.length - 100 * (path.match(/[:*]/g)?.length ?? 0);

export const pages: readonly Page[] = Object.values(found)
  .map((module) => module.default)
  .sort((a, b) => weight(b) - weight(a));

export const navigation: readonly Page[] = pages
  .filter((page) => page.nav)
  .sort((a, b) => a.nav!.order - b.nav!.order);

/** The page of the address. */
export function usePage(): Page | undefined {
  const [path] = useLocation();
  const { parser } = useRouter();
  return pages.find((page) => matchRoute(parser, page.path, path)[0]);
}

/** Pages that the address may be of, to fetch them while it is asked who is there. */
export const likely = (path: string): readonly Page[] => {
  const head = (of: string) => of.split("/")[1];
  return pages.filter((page) => head(page.path) === head(path));
};
