"""Serves the page: a handful of files that come with the package, under a policy that lets in nothing else."""

from importlib import resources

from aiohttp import web

_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_routes() -> tuple[web.RouteDef, ...]:
    """Return the addresses of the page and of its parts."""
    return (web.get("/", _serve), web.get("/page/{name}", _serve))


async def _serve(request: web.Request) -> web.Response:
    name = request.match_info.get("name", "index.html")
    # Only names that are there are opened, so none can lead elsewhere.
    file = next((one for one in resources.files("bot.demo").joinpath("page").iterdir() if one.name == name), None)
    kind = _KINDS.get(name[name.rfind(".") :])
    if file is None or kind is None:
        raise web.HTTPNotFound
    return web.Response(body=file.read_bytes(), content_type=kind, charset="utf-8", headers=_HEADERS)
