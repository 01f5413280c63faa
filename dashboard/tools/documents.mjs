// The documents of the sources: graphql(`…`) calls, found for the types and put whole for the browser.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse, print, stripIgnoredCharacters, visit } from "graphql";

const CALL = /\bgraphql\(\s*`([^`]*)`\s*,?\s*\)/g;

/** Every document below a folder, with the file that it is in. */
export function documentsIn(folder) {
  const found = [];
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const location = name.replaceAll("\\", "/");
    if (!/\.tsx?$/.test(location) || location.startsWith("gql/")) continue;
    for (const [, rawSDL] of readFileSync(join(folder, name), "utf8").matchAll(CALL)) {
      found.push({ location: `src/${location}`, document: parse(rawSDL), rawSDL });
    }
  }
  return found;
}

/** The text of a document with all fragments that it spreads, wherever they are written. */
export function wholeText(rawSDL, fragments) {
  const document = parse(rawSDL);
  const texts = [print(document)];
  const own = document.definitions.filter(({ kind }) => kind === "FragmentDefinition");
  const seen = new Set(own.map(({ name }) => name.value));
  const add = (node) =>
    visit(node, {
      FragmentSpread({ name: { value } }) {
        if (seen.has(value)) return;
        seen.add(value);
        const fragment = fragments.get(value);
        if (!fragment) throw new Error(`No fragment is called ${value}`);
        texts.push(print(fragment));
        add(fragment);
      },
    });
  add(document);
  return stripIgnoredCharacters(texts.join("\n"));
}

/** A plugin of Vite: puts the whole text of each document where it is used, so that pages carry only their own. */
export function wholeDocuments(folder) {
  let fragments = new Map();
  return {
    name: "whole-documents",
    enforce: "pre",
    buildStart() {
      const all = documentsIn(folder).flatMap(({ document }) => document.definitions);
      const own = all.filter(({ kind }) => kind === "FragmentDefinition");
      fragments = new Map(own.map((fragment) => [fragment.name.value, fragment]));
    },
    transform(code, id) {
      if (!id.startsWith(folder) || !/\.tsx?$/.test(id) || !code.includes("graphql(`")) return null;
      const whole = (_, rawSDL) => `graphql(${JSON.stringify(wholeText(rawSDL, fragments))} as never)`;
      return { code: code.replace(CALL, whole), map: null };
    },
  };
}
