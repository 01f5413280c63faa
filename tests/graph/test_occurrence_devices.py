"""What a person saw an error with, as the API shows it."""

from tests.graph.serving import happens
from tests.graph.test_grouping_rules import ask


async def test_what_a_browser_named_itself_is_shown_with_the_occurrence(door, house, tenant):
    agent = (
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/120.0.0.0 Mobile Safari/537.36"
    )
    await happens(house, tenant, "pay", request={"headers": {"User-Agent": agent}})
    query = """{ errors(first: 1) { edges { node { latestOccurrences(first: 1) {
      browser { name version } operatingSystem { name version } deviceType tags { key value }
    } } } } }"""

    [edge] = (await ask(door, tenant.token, query))["errors"]["edges"]

    assert edge["node"]["latestOccurrences"] == [
        {
            "browser": {"name": "Chrome Mobile", "version": "120.0.0"},
            "operatingSystem": {"name": "Android", "version": "14"},
            "deviceType": "MOBILE",
            "tags": [
                {"key": "browser.name", "value": "Chrome Mobile"},
                {"key": "device.type", "value": "mobile"},
                {"key": "os.name", "value": "Android"},
            ],
        }
    ]
