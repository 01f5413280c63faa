"""Attachments over a real database: what files really are, how many are kept, and who gets them."""

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette

from application.attachments import AttachmentLinks
from application.clock import Clock
from application.upkeep import Upkeep
from domain.attachments import content_type_of, filename_of
from domain.failures import NotFound
from persistence.database import SYSTEM, Database
from persistence.installation_secrets import secret_named
from server.downloads import Downloads
from tests.conftest import CLOCK
from tests.desks import QUOTA, Desk
from tests.graph.reading import CLOCK as READERS_CLOCK
from tests.graph.reading import NOW
from tests.ingest.doors import an_envelope, an_event, an_item
from tests.pictures import a_png, chunk

pytestmark = pytest.mark.timeout(60)
PNG = a_png()
OCCURRENCE = """
{ errors { edges { node { latestOccurrence { id eventId
  attachments { id filename contentType attachmentType isImage size sha256 eventId url } } } } } }
"""


def _attachment(body: bytes, filename: str = "a.bin", **headers: object) -> tuple[dict, bytes]:
    return {"type": "attachment", "filename": filename, **headers}, body


async def _attached(desk: Desk) -> list[dict]:
    [edge] = (await desk.ask(OCCURRENCE))["errors"]["edges"]
    return edge["node"]["latestOccurrence"]["attachments"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "application/octet-stream"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain"),
        (b"<!doctype html><script>alert(1)</script>", "text/plain"),
        (b'{"a": 1}', "text/plain"),
        ("é".encode() * 5000, "text/plain"),
        (b"x" * 4095 + "é".encode(), "text/plain"),
        (b"\xc3\x28", "application/octet-stream"),
        (b"a\0b", "application/octet-stream"),
        (b"", "text/plain"),
    ],
)
def test_what_a_file_is_is_told_by_its_bytes(body: bytes, expected: str):
    assert content_type_of(body) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("log.txt", "log.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\shot.png", "shot.png"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("..", "attachment"),
        ("", "attachment"),
        (None, "attachment"),
        (7, "attachment"),
        ("é" * 300, "é" * 255),
    ],
)
def test_the_name_of_a_file_cannot_mislead(said: object, expected: str):
    assert filename_of(said) == expected


async def test_what_came_with_an_event_is_shown_with_its_occurrence(desk: Desk):
    event_id = uuid4().hex
    shot = _attachment(PNG, "screen.txt", content_type="text/html")
    tree = _attachment(b'{"windows":[]}', "v.json", attachment_type="event.view_hierarchy")

    await desk.take(an_envelope(shot, an_item(payload=an_event()), tree, event_id=event_id))

    one, other = sorted(await _attached(desk), key=lambda a: a["filename"])
    assert (one["contentType"], one["isImage"], one["eventId"]) == ("image/png", True, event_id)
    assert (one["size"], one["sha256"]) == (len(PNG), hashlib.sha256(PNG).hexdigest())
    assert one["attachmentType"] == "event.attachment"
    assert (other["contentType"], other["attachmentType"]) == (
        "text/plain",
        "event.view_hierarchy",
    )


async def test_what_came_before_its_event_in_another_envelope_is_found(desk: Desk):
    event_id = uuid4().hex

    await desk.take(an_envelope(_attachment(b"x"), event_id=event_id))
    await desk.take(an_envelope(an_item(payload=an_event()), event_id=event_id))

    assert [one["filename"] for one in await _attached(desk)] == ["a.bin"]


async def test_a_file_that_comes_twice_is_kept_once(desk: Desk):
    envelope = an_envelope(_attachment(b"same"), _attachment(b"same"), event_id=uuid4().hex)

    await desk.take(envelope, envelope)

    assert await _outcomes(desk) == {("accepted", ""): 1, ("deduplicated", ""): 3}


async def test_over_the_quota_of_a_day_files_are_counted_and_not_kept(desk: Desk):
    files = [_attachment(bytes([n]) * (QUOTA // 3), f"{n}") for n in range(1, 5)]

    await desk.take(an_envelope(*files, event_id=uuid4().hex))
    await desk.take(an_envelope(_attachment(b"z" * 100, "late"), event_id=uuid4().hex))

    kept = await desk.rows("SELECT filename FROM attachments WHERE organization_id = $1")
    assert sorted(row["filename"] for row in kept) == ["1", "2", "3"]
    assert await _outcomes(desk) == {("accepted", ""): 3, ("rate_limited", "quota"): 2}


async def test_texts_are_scrubbed_and_pictures_kept_as_they_are_drawn(desk: Desk):
    text = b"card 4111 1111 1111 1111"
    image = PNG + text

    await desk.take(
        an_envelope(_attachment(text, "a.log"), _attachment(image, "b.png"), event_id=uuid4().hex)
    )

    rows = await desk.rows(
        "SELECT body, sha256, size FROM attachments WHERE organization_id = $1 ORDER BY filename"
    )
    assert b"4111" not in rows[0]["body"]
    assert rows[1]["body"] == PNG
    for row in rows:
        assert row["sha256"] == hashlib.sha256(row["body"]).digest()
        assert row["size"] == len(row["body"])


async def test_a_file_as_large_as_may_be_is_kept(desk: Desk, database: Database):
    large = b"\0" * (19 * 1024 * 1024)

    answer = await desk.door.post(an_envelope(_attachment(large), event_id=uuid4().hex))

    assert answer.status_code == 200
    [stored] = await desk.door.stored()
    assert len(stored.payload) == len(large)


async def test_the_link_of_a_file_leads_to_it_and_no_browser_runs_it(
    desk: Desk, database: Database
):
    page = b"<script>alert(1)</script>"
    await desk.take(
        an_envelope(
            an_item(payload=an_event()), _attachment(page, 'ä "x".html', content_type="text/html")
        )
    )
    [file] = await _attached(desk)

    answer = await _get(database, file["url"])

    assert answer.status_code == 200
    assert answer.content == page
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"_ _x_.html\"; filename*=UTF-8''%C3%A4%20%22x%22.html"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_a_link_that_is_not_whole_leads_nowhere(desk: Desk, database: Database):
    await desk.take(an_envelope(an_item(payload=an_event()), _attachment(b"x")))
    [file] = await _attached(desk)
    url = file["url"]
    path, _, query = url.partition("?")
    until = query.partition("&")[0].partition("=")[2]

    wrong = [
        path,
        url[:-1] + ("0" if url[-1] != "0" else "1"),
        url.replace(f"until={until}", f"until={int(until) + 3600}"),
        url.replace(f"until={until}", "until=soon"),
        url.replace(f"until={until}", "until=٣"),
        url.replace(str(desk.door.tenant.organization), str(uuid4())),
        url.replace(path.rpartition("/")[2], str(uuid4())),
        path + "?until=99999999999&signature=é",
    ]

    assert [(await _get(database, link)).status_code for link in wrong] == [404] * len(wrong)


async def test_a_link_ends(desk: Desk, database: Database):
    await desk.take(an_envelope(an_item(payload=an_event()), _attachment(b"x")))
    [file] = await _attached(desk)
    path, _, query = file["url"].partition("?")
    asked = dict(part.split("=") for part in query.split("&"))
    ids = [UUID(part) for part in path.split("/")[-2:]]

    def links(hours: int) -> AttachmentLinks:
        clock = Clock(now=lambda: NOW + timedelta(hours=hours), randomness=CLOCK.randomness)
        return AttachmentLinks(database=database, clock=clock, public_url="")

    _, body = await links(1).open(*ids, asked)
    assert body == b"x"
    with pytest.raises(NotFound, match="has ended"):
        await links(3).open(*ids, asked)


async def test_a_secret_is_made_once_and_seen_by_the_system_alone(database: Database):
    async with database.raw_writing(SYSTEM) as db:
        first = await secret_named(db, "test", b"one")
        again = await secret_named(db, "test", b"two")
    pool = await database.pool()

    assert (first, again) == (b"one", b"one")
    assert await pool.fetchval("SELECT count(*) FROM installation_secrets") == 0


async def test_files_are_forgotten_with_the_occurrences_of_their_day(
    desk: Desk, database: Database
):
    await desk.take(an_envelope(_attachment(b"x"), _attachment(b"y", "b"), event_id=uuid4().hex))
    async with database.raw_writing(SYSTEM) as db:
        await db.execute(
            "UPDATE attachments SET created_at = now() - interval '91 days'"
            " WHERE organization_id = $1 AND filename = 'b'",
            desk.door.tenant.organization,
        )
    upkeep = Upkeep(
        database=database,
        clock=CLOCK,
        feed_retention=timedelta(days=1),
        occurrence_retention=timedelta(days=90),
        telemetry=None,
    )

    assert await upkeep.forget_attachments() == 1
    assert [
        row["filename"]
        for row in await desk.rows("SELECT filename FROM attachments WHERE organization_id = $1")
    ] == ["a.bin"]


async def _get(database: Database, url: str) -> httpx.Response:
    links = AttachmentLinks(database=database, clock=READERS_CLOCK, public_url="")
    app = Starlette(routes=Downloads(links=links).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
        return await client.get(url)


async def _outcomes(desk: Desk) -> dict[tuple[str, str], int]:
    rows = await desk.rows(
        "SELECT outcome, reason, sum(quantity)::int AS n FROM ingest_outcomes"
        " WHERE organization_id = $1 AND category = 'attachment' GROUP BY 1, 2"
    )
    return {(row["outcome"], row["reason"]): row["n"] for row in rows}


async def test_a_picture_is_kept_without_what_was_said_beside_it_and_a_broken_one_not_as_one(
    desk: Desk,
):
    event_id = uuid4().hex
    laden = a_png(2, 2, chunk(b"eXIf", b"52.5 N 13.4 E"))
    await desk.take(
        an_envelope(
            an_item(payload=an_event(event_id=event_id)),
            _attachment(laden + b"<script>", "laden.png"),
            _attachment(PNG[:-3], "broken.png"),
        )
    )

    kept = {each["filename"]: each for each in await _attached(desk)}
    assert kept["laden.png"]["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert (kept["laden.png"]["contentType"], kept["laden.png"]["isImage"]) == ("image/png", True)
    broken = kept["broken.png"]
    assert (broken["contentType"], broken["isImage"]) == ("application/octet-stream", False)
    assert broken["size"] == len(PNG) - 3
