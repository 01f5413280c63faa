"""The read path in detail: one error with its edges, and what hangs on a service or a viewer."""

from datetime import timedelta

from domain.failures import Invalid
from domain.outcomes import Outcome, OutcomeKey
from persistence.database import SYSTEM
from persistence.inbox import outcomes
from tests.graph.reading import NOW, ids, newest_first

DETAIL = """
query ($id: ID!, $first: Int, $after: String, $few: Int! = 2) {
  error(id: $id) {
    __typename id shortId statusCategory category priority correlationId calendarContext metadata
    service { id name organization { id slug } } assignee { id } resolvedBy { email }
    activeAssignment { id errorId assignmentNotes assignee { name } assignedBy { id } }
    latestOccurrence { id eventId ipAddress }
    few: latestOccurrences(first: $few) { id occurredAt tags { key value } }
    hours(last: 5) { hour count }
    occurrences(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { id message } }
    }
  }
}
"""


async def test_one_error_is_one_statement_with_its_edges(reader, shop):
    tenant, seeded = shop
    error = seeded[35]

    found = (await reader.both(DETAIL, id=f"err_{error.id}"))["error"]

    assert found["shortId"] == "\ufb01 X-36"
    assert found["service"]["organization"]["slug"] == tenant.slug
    assert found["activeAssignment"]["assignmentNotes"] is not None
    assert found["activeAssignment"]["assignee"] == {"name": "Ada"}
    assert [h["count"] for h in found["hours"]] == [2**35 + 2, 0, 2**35 + 1, 0, 2**35]
    assert found["hours"][-1]["hour"] == "2026-03-04T12:00:00+00:00"
    assert len(found["few"]) == 2
    assert found["occurrences"]["totalCount"] == len(error.occurrences) == 5


async def test_occurrences_are_paged_within_their_error(reader, shop):
    error = shop[1][35]
    seen, after = [], None
    while True:
        data = await reader.both(DETAIL, id=f"err_{error.id}", first=2, after=after)
        page = data["error"]["occurrences"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert sorted(seen) == sorted(f"occ_{id_}" for id_ in error.occurrences)
    assert len(seen) == 5


async def test_a_refused_argument_inside_is_told_where_it_stands(reader, shop):
    result = await reader.answer(DETAIL, id=f"err_{shop[1][35].id}", few=21)

    assert isinstance(result.errors[0].original_error, Invalid)
    assert result.errors[0].path == ["error", "few"]


async def test_another_tenants_error_is_not_there(reader, bank):
    data = await reader.both(DETAIL, id=f"err_{bank[1][0].id}")

    assert data["error"] is None


async def test_a_body_is_taken_apart_in_python(reader, shop):
    query = """
    query ($id: ID!) {
      occurrence(id: $id) {
        id
        exceptions {
          type value mechanism framesOmitted
          frames { function lineNumber isInApp variables preContext }
        }
        breadcrumbs { at category message level data }
        contexts request user extra modules sdk { name version } rawBody
      }
    }
    """

    found = (await reader.data(query, id=f"occ_{shop[1][35].occurrences[0]}"))["occurrence"]

    assert [e["type"] for e in found["exceptions"]] == ["KeyError", "ValueError"]
    assert found["exceptions"][0]["frames"] == []
    assert found["exceptions"][1]["framesOmitted"] == [1, 4]
    assert found["exceptions"][1]["frames"][1] == {
        "function": "run",
        "lineNumber": None,
        "isInApp": None,
        "variables": {"x": "1"},
        "preContext": ["a", "b"],
    }
    assert [b["at"] for b in found["breadcrumbs"]] == [
        "2023-11-14T22:13:20.5+00:00",
        "2026-03-04T12:00:00+00:00",
        None,
    ]
    assert found["extra"] == {"n": 1.5}
    assert found["sdk"] == {"name": "sentry.python", "version": "2.0.0"}
    assert found["rawBody"]["message"] == "35.0"


async def test_a_list_with_a_python_field_is_answered_all_the_same(reader, shop):
    query = "{ errors(first: 40) { edges { node { id latestOccurrence { sdk { name } } } } } }"

    data = await reader.data(query)

    assert ids(data) == newest_first(shop[1])


async def test_the_viewer_knows_itself(reader, shop):
    query = """
    { viewer { user { email } organizations { id } roles { role organization { slug } } scopes } }
    """

    viewer = (await reader.data(query))["viewer"]

    assert viewer["organizations"] == [{"id": f"org_{shop[0].organization}"}]
    assert viewer["roles"] == [{"role": "OWNER", "organization": {"slug": shop[0].slug}}]
    assert viewer["scopes"] == ["ARTIFACTS", "READ", "WRITE"]


async def test_services_show_their_dsn_and_only_the_viewers(reader, shop):
    data = await reader.data("{ services { id keys { dsn isActive service { name } } } }")

    key = shop[0].key
    assert data["services"] == [
        {
            "id": f"svc_{shop[0].service.id}",
            "keys": [
                {
                    "dsn": f"https://{key.public_key}@tocsin.example/{shop[0].service.number}",
                    "isActive": True,
                    "service": {"name": shop[0].service.name},
                }
            ],
        }
    ]


async def test_an_organization_is_found_by_id_or_slug(reader, shop, bank):
    query = "query ($id: ID, $slug: String) { organization(id: $id, slug: $slug) { slug } }"
    tenant = shop[0]

    by_id = await reader.data(query, id=f"org_{tenant.organization}")
    by_slug = await reader.data(query, slug=tenant.slug)
    foreign = await reader.data(query, slug=bank[0].slug)
    neither = await reader.answer(query)

    assert by_id == by_slug == {"organization": {"slug": tenant.slug}}
    assert foreign == {"organization": None}
    assert isinstance(neither.errors[0].original_error, Invalid)


async def test_ingest_outcomes_are_counted_by_key_and_minute(reader, shop, bank, database):
    minute = NOW.replace(second=0, microsecond=0)
    async with database.raw_writing(SYSTEM) as db:
        for (tenant, _), quantity in ((shop, 3), (bank, 5)):
            for back, outcome in ((0, Outcome.ACCEPTED), (1, Outcome.RATE_LIMITED)):
                key = OutcomeKey(
                    organization_id=tenant.organization,
                    ingest_key_id=tenant.key.id,
                    minute=minute - timedelta(minutes=back),
                    outcome=outcome,
                    category="error",
                )
                await outcomes.add(db, {key: quantity})
    query = """
    query ($where: IngestOutcomeFilter!, $limit: Int! = 500) {
      ingestOutcomes(where: $where, limit: $limit) { minute outcome quantity key { id } }
    }
    """
    since = "2026-03-04T00:00:00Z"

    data = await reader.data(query, where={"since": since})
    limited = await reader.data(query, where={"since": since, "outcome": ["RATE_LIMITED"]}, limit=1)
    too_long = await reader.answer(query, where={"since": "2026-01-01T00:00:00Z"})

    assert data["ingestOutcomes"] == [
        {
            "minute": "2026-03-04T12:34:00+00:00",
            "outcome": "ACCEPTED",
            "quantity": 3,
            "key": {"id": f"key_{shop[0].key.id}"},
        },
        {
            "minute": "2026-03-04T12:33:00+00:00",
            "outcome": "RATE_LIMITED",
            "quantity": 3,
            "key": {"id": f"key_{shop[0].key.id}"},
        },
    ]
    assert limited["ingestOutcomes"] == data["ingestOutcomes"][1:]
    assert too_long.errors[0].original_error.field == "since"
