// Generates typed TypeScript with graphql-codegen's client preset:
// `node codegen.mjs <schema> <documents> <folder>` prints the names of the files as JSON.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import { preset } from "@graphql-codegen/client-preset";
import { buildSchema, parse } from "graphql";

const [schemaFile, documentsFile, folder] = process.argv.slice(2);
const text = readFileSync(schemaFile, "utf8");
const rawSDL = readFileSync(documentsFile, "utf8");
const schemaAst = buildSchema(text);
const outputs = await preset.buildGeneratesSection({
  baseOutputDir: `${folder}/`,
  schema: parse(text),
  schemaAst,
  documents: [{ location: documentsFile, document: parse(rawSDL), rawSDL }],
  config: {
    enumsAsTypes: true,
    scalars: { BigInt: "number", Cursor: "string", DateTime: "string", JSON: "unknown" },
  },
  presetConfig: { fragmentMasking: false },
  plugins: [],
  pluginMap: {},
  pluginContext: {},
});
mkdirSync(folder, { recursive: true });
for (const output of outputs) {
  writeFileSync(output.filename, await codegen({ ...output, schemaAst }));
}
console.log(JSON.stringify(outputs.map(({ filename }) => filename)));
