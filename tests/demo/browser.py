"""A real browser before the page: Chromium without a window, with nothing to reach but loopback."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from bot.demo.telegram_server.clock import HANG_SECONDS

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needed = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
WIDE = (1360, 850)
NARROW = (380, 760)
_PATIENCE_MS = HANG_SECONDS * 1000
_ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
# No name is looked up and no other machine is asked, whatever a page says.
_LOOPBACK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

expect.set_options(timeout=_PATIENCE_MS)


@dataclass(slots=True)
class Window:
    """One tab, with everything its console complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    async def write(self, text: str) -> None:
        """Type into the field and press Enter."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def publish(self, title: str) -> None:
        """Publish one of the ready articles."""
        await self.button(f"Publish: {title}").click()

    async def open(self, chat: str) -> None:
        """Open a chat."""
        await self.page.locator(f'.chat:has(.chat-name:text-is("{chat}"))').click()

    @property
    def field(self) -> Locator:
        """Where messages are written."""
        return self.page.locator("#field")

    @property
    def messages(self) -> Locator:
        """The messages of the open chat."""
        return self.page.locator(".message")

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The messages that contain something."""
        return self.messages.filter(has_text=text)

    def button(self, name: str) -> Locator:
        """The button with exactly this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def switch(self, name: str) -> Locator:
        """The switch with this name."""
        return self.page.get_by_role("switch", name=name)


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Run a browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*_ARGUMENTS, _LOOPBACK])
        try:
            yield browser
        finally:
            await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests of a file, which takes longer to start than most of them."""
    async with launched() as browser:
        yield browser


@asynccontextmanager
async def opened(
    browser: Browser, url: str, *, size: tuple[int, int] = WIDE, dark: bool = False, sharpness: float = 1
) -> AsyncIterator[Window]:
    """Open a page with storage of its own; in the end its console must be empty."""
    async with await new_context(browser, size=size, dark=dark, sharpness=sharpness) as context:
        window = await open_in(context, url)
        yield window
        assert not window.complaints, window.complaints


async def new_context(
    browser: Browser, *, size: tuple[int, int] = WIDE, dark: bool = False, sharpness: float = 1
) -> BrowserContext:
    """Make a place for tabs."""
    width, height = size
    return await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=sharpness,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )


async def open_in(context: BrowserContext, url: str) -> Window:
    """Open a tab."""
    page = await context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    window = Window(page)
    page.on("console", lambda line: window.complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: window.complaints.append(str(error)))
    await page.goto(url)
    return window
