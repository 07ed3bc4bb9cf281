"""The sign-in form: which requests get in, and what a browser keeps of the token."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.web.server import WebServer
from bot.web.sign_in import COOKIE, IN_ADDRESS
from bot.web.status import Readiness
from tests.web.test_server import FakeInsight

TOKEN = "correct horse battery"


@asynccontextmanager
async def opened(token: str = TOKEN) -> AsyncIterator[aiohttp.ClientSession]:
    """Run a server, and give a client that keeps no cookies."""
    health = Readiness()
    server = WebServer(listen="127.0.0.1:0", token=token, health=health)
    url = await server.start()
    server.show(FakeInsight())
    async with aiohttp.ClientSession(url, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session
    await server.stop()
    await health.close()


async def sign_in(session: aiohttp.ClientSession, token: str, **headers: str) -> aiohttp.ClientResponse:
    """Fill in the form; gives the answer, read to its end."""
    async with session.post("/sign-in", data={"token": token}, headers=headers, allow_redirects=False) as answer:
        await answer.read()
        return answer


async def test_the_form_sets_a_cookie_that_opens_the_page_and_does_not_hold_the_token() -> None:
    """It is for this server alone and out of a script's reach."""
    async with opened() as session:
        async with session.get("/") as answer:
            assert answer.status == 401
            assert 'type="password"' in await answer.text()
        answer = await sign_in(session, f" {TOKEN} ")
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        cookie = answer.cookies[COOKIE]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Strict", "/", "")
        assert "correct" not in cookie.OutputString()
        for path in ("/", "/metrics"):
            async with session.get(path, headers={"Cookie": f"{COOKIE}={cookie.value}"}) as page:
                assert page.status == 200


async def test_behind_a_proxy_with_https_the_cookie_is_for_https_alone() -> None:
    """A browser does not send it unencrypted."""
    async with opened() as session:
        answer = await sign_in(session, TOKEN, **{"X-Forwarded-Proto": "https"})
        assert answer.cookies[COOKIE]["secure"] is True


@pytest.mark.parametrize("wrong", ["", "wrong", "correct horse", "cörrect", TOKEN.upper()])
async def test_a_wrong_token_gets_the_form_again_and_no_cookie(wrong: str) -> None:
    """The page does not repeat what was typed."""
    async with opened() as session:
        answer = await sign_in(session, wrong)
        assert (answer.status, COOKIE in answer.cookies) == (401, False)
        assert "web.token" in await answer.text()
        assert not wrong or wrong not in await answer.text()


@pytest.mark.parametrize("value", ["", TOKEN, "0" * 64, "wr%C3%B6ng"])
async def test_a_cookie_that_the_form_did_not_set_opens_nothing(value: str) -> None:
    """Neither does the token itself as one."""
    async with opened() as session, session.get("/metrics", headers={"Cookie": f"{COOKIE}={value}"}) as answer:
        assert answer.status == 401


async def test_a_new_token_ends_every_session() -> None:
    """What the cookie holds follows from the token."""
    async with opened() as session:
        value = (await sign_in(session, TOKEN)).cookies[COOKIE].value
    cookie = {"Cookie": f"{COOKIE}={value}"}
    async with opened("another token") as session, session.get("/metrics", headers=cookie) as answer:
        assert answer.status == 401


@pytest.mark.parametrize("token", [TOKEN, "wrong", ""])
async def test_a_token_in_an_address_is_refused_and_not_logged(token: str, caplog: pytest.LogCaptureFixture) -> None:
    """Also the right one, and also beside a header that would do."""
    caplog.set_level(logging.DEBUG)
    async with opened() as session:
        for path in ("/", "/metrics", "/nothing"):
            for headers in ({}, {"Authorization": f"Bearer {TOKEN}"}):
                async with session.get(path, params={"token": token}, headers=headers) as answer:
                    assert (answer.status, await answer.text()) == (400, IN_ADDRESS)
    assert "correct" not in caplog.text
    assert "wrong" not in caplog.text


async def test_a_form_that_is_too_long_is_not_read() -> None:
    """Nobody has such a token."""
    async with opened() as session:
        assert (await sign_in(session, "x" * 5000)).status == 413


async def test_without_a_token_the_form_leads_to_the_page() -> None:
    """There is nothing to sign in to."""
    async with opened("") as session:
        answer = await sign_in(session, "anything")
        assert (answer.status, COOKIE in answer.cookies) == (303, False)


async def test_the_policy_allows_the_pages_own_style_alone() -> None:
    """Nothing is loaded, no script runs, and forms go nowhere else."""
    async with opened() as session, session.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "style-src 'sha256-" in policy
        assert "unsafe" not in policy
        assert "form-action 'self'" in policy
