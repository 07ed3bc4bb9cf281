"""
Who may see what `web.token` guards: a program by its header, a browser by the cookie that the sign-in form sets.

A token in an address is refused, because addresses end in histories, bookmarks and the logs of proxies. The cookie does
not hold the token, only what follows from it: it opens nothing else, and a new token ends every session.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from aiohttp import web

from bot.web import frame

PATH = "/sign-in"
COOKIE = "stichwort_session"
IN_ADDRESS = "a token does not belong in an address: send it in the Authorization header, or sign in at /\n"
_PURPOSE = b"stichwort status page"
_LONGEST_FORM = 4096
"""Bytes; nobody's token is longer."""
_MAIN = frame.read_template("sign_in.html")


class TokenCheck:
    """Compares what a request offers with the token."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        self._session = hmac.new(self._token, _PURPOSE, hashlib.sha256).hexdigest().encode()

    @property
    def is_needed(self) -> bool:
        """Whether there is a token at all."""
        return bool(self._token)

    def allows(self, request: web.Request) -> bool:
        """Say whether a request has the token in its header, or the cookie of a session; in constant time."""
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        is_bearer = kind.lower() == "bearer" and self._is_token(given.strip())
        cookie = request.cookies.get(COOKIE, "").encode("utf-8", "replace")
        return is_bearer or hmac.compare_digest(cookie, self._session)

    def refuse(self, request: web.Request) -> web.Response:
        """Ask for the token: a person by the form, a program in one line."""
        if request.path == "/" and request.method == "GET":
            response = _page("Sign in to see the status page.", 401)
        else:
            response = web.Response(text="a token is needed\n", status=401)
        response.headers["WWW-Authenticate"] = 'Bearer realm="stichwort"'
        return response

    async def sign_in(self, request: web.Request) -> web.Response:
        """Set the cookie of a session where the form has the token."""
        if not self.is_needed:
            return _to_status()
        if (request.content_length or 0) > _LONGEST_FORM:
            return web.Response(text="this is too long\n", status=413)
        given = (await request.post()).get("token", "")
        if not isinstance(given, str) or not self._is_token(given.strip()):
            return _page("This is not the token. It stands in the configuration as web.token.", 401)
        response = _to_status()
        is_encrypted = request.secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"
        response.set_cookie(
            COOKIE, self._session.decode(), path="/", httponly=True, samesite="Strict", secure=is_encrypted
        )
        return response

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token)


def style_source() -> str:
    """Give the one style sheet of these pages as a source of a content security policy: no other style applies."""
    digest = hashlib.sha256(frame.STYLE.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _to_status() -> web.Response:
    return web.Response(status=303, headers={"Location": "/"})


def _page(remark: str, code: int) -> web.Response:
    text = frame.render_page(_MAIN.substitute(remark=remark))
    return web.Response(text=text, content_type="text/html", status=code)
