/** The documents of the pages: written beside what shows them, typed by `npm run codegen`. */
import { parse } from "@0no-co/graphql.web";
import type { graphql as Typed } from "~/gql/gql";

// The generated function would carry the documents of all pages into each; the build puts the whole text here instead.
export const graphql = ((source: string) => parse(source, { noLocation: true })) as unknown as typeof Typed;
