"""A browser that looks at the dashboard: what is wrong on a page fails the test that opened it."""

import json
import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright, expect

from tests.flows.running import eventually
from tests.graph.node import installed

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "dashboard"
PICTURES = ROOT / "build" / "screenshots"
DESK = {"width": 1360, "height": 860}
PHONE = {"width": 390, "height": 844}
# Only what fails waits so long: a machine that does much else is slow.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)

# A policy that is broken says so only in an event.
_WATCH = """addEventListener("securitypolicyviolation", (event) => console.error(
  `policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`))"""
_SEEN = """() => [
  `connection: ${document.querySelector("[data-connection]")?.dataset.connection}`,
  `focus: ${document.activeElement?.outerHTML.slice(0, 200)}`,
  document.body.innerText.slice(0, 3000),
].join("\\n")"""
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
_COLOURS = {"type": "rule", "values": ["color-contrast"]}
_AXE = """async (runOnly) => {
  // Another theme is drawn with the next frame; what is still fading in has hardly any contrast.
  const frame = () => new Promise(requestAnimationFrame);
  await frame().then(frame);
  const ends = (moving) => moving.effect.getComputedTiming().endTime !== Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map((moving) => moving.finished));
  const options = { runOnly };
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ` +
    nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} (${node.failureSummary})`).join(" | "));
}"""


def chromium() -> str:
    """Return the browser of the machine; skip with one clear line where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("chromium is not installed: the dashboard cannot be looked at")
    return found


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Run the browser for the length of a block."""
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            await browser.close()


class Tab:
    """One page, and everything that went wrong in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.problems: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        page.on("console", lambda said: self._heard(said.type, said.text))

    def expects(self, pattern: str) -> None:
        """Let the console say this: what the test itself breaks is no fault of the page."""
        self._expected.append(re.compile(pattern))

    def faults(self) -> list[str]:
        """Return what went wrong and was not expected."""
        return [
            problem
            for problem in self.problems
            if not any(pattern.search(problem) for pattern in self._expected)
        ]

    async def go(self, path: str) -> Page:
        """Open an address of the dashboard."""
        await self.page.goto(f"{self.url}{path}")
        return self.page

    async def is_live(self) -> None:
        """Wait until the light says that the page is live."""
        await self.page.locator('[data-connection="live"]').wait_for()

    async def keys(self, *keys: str) -> None:
        """Type keys one after the other, without a pause between them."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def comes_true(self, function: str, value: object = None) -> None:
        """Wait until a function says so; the page's own policy forbids the browser to wait for it."""
        said = await eventually(lambda: self.page.evaluate(function, value), bool)
        assert said, function

    async def axe(self, *themes: str) -> None:
        """Demand that axe finds nothing in either theme."""
        await installed(SOURCES)
        if not await self.page.evaluate("typeof axe === 'object'"):
            source = (SOURCES / "node_modules" / "axe-core" / "axe.min.js").read_text()
            await self.page.evaluate(source + ";0")
        for turn, theme in enumerate(themes or ("light", "dark")):
            await self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            # Another theme has other colours; all else is as it was.
            found = await self.page.evaluate(_AXE, _COLOURS if turn else _TAGS)
            assert found == [], f"{theme}: {json.dumps(found, indent=1)}"

    async def picture(self, name: str, *, phone: bool = True, full: bool = False) -> None:
        """Keep the page as it looks in both themes and at phone width, in build/screenshots."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        looks = [("light", DESK), ("dark", DESK), *([("phone", PHONE)] if phone else [])]
        for look, size in looks:
            theme = "light" if look == "phone" else look
            await self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            await self.page.set_viewport_size(size)
            if full:
                height = await self.page.evaluate("document.documentElement.scrollHeight")
                await self.page.set_viewport_size({**size, "height": height})
            await self.page.screenshot(
                path=PICTURES / f"{name}-{look}.png", animations="disabled"
            )
        await self.page.set_viewport_size(DESK)
        await self.page.emulate_media(color_scheme="light")

    async def state(self) -> str:
        """Tell what is to be seen, for the report of a test that failed."""
        try:
            seen = await self.page.evaluate(_SEEN)
        except Error as error:  # the page is gone, or is just going elsewhere
            seen = f"not to be read: {error}"
        return "\n".join([self.page.url, seen, *self.problems])

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" or (kind == "warning" and "policy" in text.lower()):
            self.problems.append(text)


class Window:
    """What one person has open: tabs that share their cookies."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.tabs: list[Tab] = []

    async def tab(self, path: str | None = None) -> Tab:
        """Open a tab, at an address if one is given."""
        page = await self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        tab = Tab(page, self.url)
        self.tabs.append(tab)
        if path is not None:
            await tab.go(path)
        return tab

    async def signs_in(self, email: str, password: str) -> None:
        """Sign in as the page does, without drawing it."""
        answer = await self.context.request.post(
            f"{self.url}/graphql",
            data={"query": _SIGN_IN, "variables": {"email": email, "password": password}},
            headers={"Origin": self.url},
        )
        said: Any = await answer.json()
        assert said["data"]["signIn"]["__typename"] == "SignInSuccess", said


_SIGN_IN = """mutation ($email: String!, $password: String!) {
  signIn(email: $email, password: $password) { __typename ... on Failure { message } }
}"""


@asynccontextmanager
async def a_window(browser: Browser, url: str, **options: Any) -> AsyncIterator[Window]:
    """Open a window of somebody's own for the length of a block; its tabs must be without fault."""
    context = await browser.new_context(
        **{"viewport": DESK, "color_scheme": "light", "reduced_motion": "reduce", "locale": "en-GB", **options}
    )
    await context.add_init_script(_WATCH)
    window = Window(context, url)
    try:
        yield window
        faults: Sequence[str] = [fault for tab in window.tabs for fault in tab.faults()]
        assert not faults, "\n".join(faults)
    finally:
        await context.close()
