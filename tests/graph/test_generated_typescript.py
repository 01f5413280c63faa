"""The schema with the compilers of TypeScript clients: Relay's, and graphql-codegen's."""

import json
import shutil
from pathlib import Path

from tests.graph import node

ROOT = Path(__file__).parent.parent.parent
SCHEMA = ROOT / "schema.graphql"
DOCUMENTS = node.FOLDER / "documents"


async def test_the_relay_compiler_takes_the_schema_and_documents_of_all_kinds(tmp_path):
    sources = tmp_path / "src"
    sources.mkdir()
    shutil.copy(DOCUMENTS / "relay.ts", sources)
    shutil.copy(SCHEMA, tmp_path)
    config = {
        "src": "./src",
        "schema": "./schema.graphql",
        "language": "typescript",
        "eagerEsModules": True,
        "customScalarTypes": {"BigInt": "number", "Cursor": "string", "DateTime": "string"},
    }
    (tmp_path / "relay.config.json").write_text(json.dumps(config))

    said = await node.compiled("relay-compiler", "relay.config.json", folder=tmp_path)

    assert "Compilation completed." in said
    made = {path.name for path in (sources / "__generated__").iterdir()}
    assert made >= {
        "relayListPageQuery.graphql.ts",
        "relayRowQuery.graphql.ts",
        "relaySetStatusMutation.graphql.ts",
        "relayFeedSubscription.graphql.ts",
    }
    assert "node(id: $id)" in (sources / "__generated__" / "relayRowQuery.graphql.ts").read_text()


async def test_what_graphql_codegen_generates_compiles_strictly_in_use(tmp_path):
    generated = tmp_path / "generated"
    shutil.copy(DOCUMENTS / "dashboard.ts", tmp_path)

    made = await node.run(
        "codegen.mjs", str(SCHEMA), str(DOCUMENTS / "dashboard.graphql"), str(generated)
    )
    await node.compiled(
        "tsc",
        *("--noEmit", "--strict", "--target", "es2022", "--module", "esnext"),
        *("--moduleResolution", "bundler", "dashboard.ts"),
        folder=tmp_path,
    )

    assert [Path(name).name for name in made] == ["graphql.ts", "gql.ts", "index.ts"]
