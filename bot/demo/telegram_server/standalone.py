"""
The strict server in a process of its own, for benchmarks.

`python -m bot.demo.telegram_server.standalone --people 50000`

It prints one line of JSON with its address, token and the ids of the people, and ends when its standard input does. It
also serves `GET /_demo/tally` (how the calls ended, what came twice) and `GET /_demo/sends?after=N` (one short row per
message, with times).
"""

import argparse
import asyncio
import json
import sys
from collections import Counter

from aiohttp import web

from bot.demo.telegram_server import control, people
from bot.demo.telegram_server.control import Body
from bot.demo.telegram_server.rate_limits import ServerRateLimits
from bot.demo.telegram_server.server import Server

_SENDS = ("sendMessage", "sendDocument", "sendPhoto")


def routes(server: Server) -> tuple[web.RouteDef, ...]:
    """Return the addresses for crowds and figures."""

    async def sends(request: web.Request) -> web.StreamResponse:
        after = int(request.query.get("after", "0"))
        rows = [
            [one.number, one.chat_id, one.at, one.ended, one.status, one.outcome]
            for one in server.calls
            if one.number > after and one.method in _SENDS
        ]
        return web.json_response(rows)

    return (
        web.post("/_demo/crowd", control.acting(lambda body: gather(server, int(str(body["count"]))))),
        web.get("/_demo/tally", control.reading(lambda: tally(server))),
        web.get("/_demo/sends", sends),
    )


def gather(server: Server, count: int) -> Body:
    """Bring many people in who have all started the bot; their ids follow each other."""
    if count < 1:
        raise ValueError("a crowd has somebody in it")
    ids = []
    for number in range(count):
        person = people.join(server.world, f"Person {number}")
        person.chat.met = True
        ids.append(person.id)
    return {"first": ids[0], "last": ids[-1]}


def tally(server: Server) -> Body:
    """Count what happened."""
    ended = Counter(f"{one.method} {one.outcome if one.ok else one.status or one.outcome}" for one in server.calls)
    return {
        "calls": dict(ended),
        "messages": sum(len(chat.received) for chat in server.world.chats.values()),
        "doubles": len(server.doubles),
        "violations": len(server.violations),
        "peak": server.calls.peak(*_SENDS),
    }


async def main(arguments: list[str]) -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m bot.demo.telegram_server.standalone")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--unlimited", action="store_true", help="enforce no limits")
    parser.add_argument("--light", action="store_true", help="forget the parameters of calls, to save memory")
    told = parser.parse_args(arguments)
    server = Server(port=told.port, limits=ServerRateLimits(enabled=not told.unlimited), light=told.light)
    server.add_routes(routes(server))
    async with server:
        crowd = gather(server, told.people) if told.people else {}
        print(json.dumps({"url": server.url, "token": server.token, **crowd}), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
