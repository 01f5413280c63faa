// Writes src/gql from schema.graphql and the documents of the sources: their types, and what the cache must know.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { codegen } from "@graphql-codegen/core";
import { preset } from "@graphql-codegen/client-preset";
import { buildSchema, getNamedType, isEnumType, isInterfaceType, isObjectType, parse, validate } from "graphql";
import { documentsIn } from "./documents.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const text = readFileSync(join(root, "../schema.graphql"), "utf8");
const schemaAst = buildSchema(text);
const documents = documentsIn(join(root, "src"));
const folder = join(root, "src/gql");
mkdirSync(folder, { recursive: true });

const whole = { kind: "Document", definitions: documents.flatMap(({ document }) => document.definitions) };
const problems = validate(schemaAst, whole).filter(({ message }) => !/is never used/.test(message));
for (const { message, locations } of problems) console.error(message, locations?.[0] ?? "");
if (problems.length) process.exit(1);

const outputs = await preset.buildGeneratesSection({
  baseOutputDir: `${folder}/`,
  schema: parse(text),
  schemaAst,
  documents,
  config: {
    enumsAsTypes: true,
    useTypeImports: true,
    scalars: { ID: "string", BigInt: "number", Cursor: "string", DateTime: "string", JSON: "unknown" },
  },
  presetConfig: { fragmentMasking: false },
  plugins: [],
  pluginMap: {},
  pluginContext: {},
});
for (const output of outputs) writeFileSync(output.filename, await codegen({ ...output, schemaAst }));

// Lists that are read page by page are put together by the cache; types without an id stay in what holds them.
const connections = {};
const withoutId = [];
const implied = new Set([schemaAst.getQueryType(), schemaAst.getMutationType(), schemaAst.getSubscriptionType()]);
for (const type of Object.values(schemaAst.getTypeMap())) {
  if (type.name.startsWith("__") || !isObjectType(type)) continue;
  const fields = Object.values(type.getFields());
  if (!implied.has(type) && !fields.some(({ name }) => name === "id")) withoutId.push(type.name);
  const lists = fields.filter((field) => /Connection$/.test(getNamedType(field.type).name));
  const paged = lists.filter((field) => field.args.some(({ name }) => name === "after")).map(({ name }) => name);
  if (paged.length) connections[type.name] = paged;
}
// Which types a fragment on an interface may be: the cache would have to guess.
const members = {};
for (const type of Object.values(schemaAst.getTypeMap())) {
  if (isInterfaceType(type)) members[type.name] = schemaAst.getPossibleTypes(type).map(({ name }) => name).sort();
}
const say = (name, value) => `export const ${name} = ${JSON.stringify(value)} as const;\n`;
writeFileSync(
  join(folder, "cache.ts"),
  "/* Written by tools/codegen.mjs. */\n" + say("connections", connections) + say("withoutId", withoutId) + say("members", members),
);

// All closed sets of the API, also those that no document names yet.
const enums = Object.values(schemaAst.getTypeMap()).filter((type) => isEnumType(type) && !type.name.startsWith("__"));
const union = (type) => type.getValues().map(({ name }) => JSON.stringify(name)).join(" | ");
writeFileSync(
  join(folder, "enums.ts"),
  "/* Written by tools/codegen.mjs. */\n" + enums.map((type) => `export type ${type.name} = ${union(type)};\n`).join(""),
);
