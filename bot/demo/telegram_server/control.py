"""
Control of the demo world over HTTP, for other processes and for the page: `/_demo/...`.

Only this machine's own browser tabs are let in. A foreign web page reaches a port of this machine by a name of its own
that resolves to it (DNS rebinding), or asks from its own origin. The first shows in `Host`, which must be a loopback
name; the second in `Origin`, which browsers send with every changing request. Changes are accepted as JSON only: a
foreign web page cannot send that without the browser asking first.
"""

import asyncio
import base64
import contextlib
import inspect
import ipaddress
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from urllib.parse import quote, urlsplit

from aiohttp import ClientConnectionResetError, web

from bot.demo.telegram_server import people, snapshot
from bot.demo.telegram_server.api import BotApi
from bot.demo.telegram_server.chats import MemberStatus, SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.faults import Effect, Fault
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedGroup, SimulatedPerson
from bot.demo.telegram_server.world import Change, World

Body = dict[str, object]
Action = Callable[[Body], object]
Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]
_HEARTBEAT_SECONDS = 15.0
_INLINE_SECONDS = 10.0
_PICTURES = frozenset({"image/png", "image/jpeg"})


def routes(api: BotApi) -> tuple[web.RouteDef, ...]:
    """Return the control addresses."""
    desk = _Desk(api)
    return (
        web.get("/_demo/state", reading(lambda: desk.state())),
        web.get("/_demo/calls", desk.calls),
        web.get("/_demo/violations", reading(lambda: [asdict(one) for one in api.violations])),
        web.get("/_demo/faults", reading(lambda: [asdict(one) for one in api.faults])),
        web.get("/_demo/files/{file}", desk.file),
        web.get("/_demo/events", desk.events),
        web.post("/_demo/people", acting(desk.add_person)),
        web.post("/_demo/groups", acting(desk.add_group)),
        web.post("/_demo/say", acting(desk.say)),
        web.post("/_demo/press", acting(desk.press)),
        web.post("/_demo/app", acting(desk.open_app)),
        web.post("/_demo/inline", acting(desk.ask_inline)),
        web.post("/_demo/inline/choose", acting(desk.choose_inline)),
        web.post("/_demo/block", acting(lambda body: desk.person(body).block())),
        web.post("/_demo/unblock", acting(lambda body: desk.person(body).unblock())),
        web.post("/_demo/fate", acting(desk.befall)),
        web.post("/_demo/faults", acting(desk.add_fault)),
        web.post("/_demo/faults/clear", acting(desk.clear_faults)),
        web.post("/_demo/limits", acting(desk.set_limits)),
    )


def reading(show: Callable[[], object]) -> Endpoint:
    """Make an endpoint that shows something."""

    async def endpoint(request: web.Request) -> web.StreamResponse:
        del request
        return web.json_response(show(), dumps=_dump)

    return endpoint


def acting(act: Action) -> Endpoint:
    """
    Make an endpoint that does something told in a JSON object, at once or awaited.

    What cannot be done is answered with 400 and the reason.
    """

    async def endpoint(request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            return web.json_response({"error": "send JSON"}, status=415)
        try:
            body = json.loads(await request.read() or b"{}")
            result = act(body)
            if inspect.isawaitable(result):
                result = await result
        except (KeyError, LookupError, ValueError, TypeError) as error:
            return web.json_response({"error": str(error) or repr(error)}, status=400)
        return web.json_response(result if result is not None else {}, dumps=_dump)

    return endpoint


class _Desk:
    """What the endpoints do."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._world: World = api.world

    def person(self, body: Body) -> SimulatedPerson:
        """Find the person a request speaks of, by id or name."""
        wanted = body["user"]
        for profile in self._world.profiles.values():
            if wanted in (profile.id, profile.name) and not profile.is_bot:
                return SimulatedPerson(self._world, profile)
        raise LookupError(f"nobody is called {wanted}")

    def state(self) -> Body:
        """Show everything."""
        limits = asdict(self._api.limiter.limits)
        return snapshot.world(self._world) | {
            "limits": limits,
            "violations": len(self._api.violations),
            "trouble": self._trouble(),
        }

    async def calls(self, request: web.Request) -> web.StreamResponse:
        """Show the calls after a number."""
        after = int(request.query.get("after", "0"))
        return web.json_response([asdict(one) for one in self._api.calls if one.number > after], dumps=_dump)

    async def file(self, request: web.Request) -> web.Response:
        """Hand out a file of a chat: pictures to be shown, anything else only to be saved."""
        file = self._world.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        headers = {"X-Content-Type-Options": "nosniff"}
        kind = file.mime if file.mime in _PICTURES else "application/octet-stream"
        if kind not in _PICTURES:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        return web.Response(body=file.content, content_type=kind, headers=headers)

    def add_person(self, body: Body) -> Body:
        """Bring somebody in."""
        person = people.join(
            self._world,
            str(body["name"]),
            language=str(body.get("language", "de")),
            username=str(body.get("username", "")),
        )
        return {"id": person.id}

    def add_group(self, body: Body) -> Body:
        """Open a group with the bot in it."""
        kind = SimulatedChatType(str(body.get("kind", "supergroup")))
        group = people.found(
            self._world,
            str(body["title"]),
            self.person(body),
            kind=kind,
            username=str(body.get("username", "")),
            forum=bool(body.get("forum", False)),
        )
        for name, standing in (("members", MemberStatus.MEMBER), ("administrators", MemberStatus.ADMINISTRATOR)):
            for member in _several(body.get(name, [])):
                group.enrol(self.person({"user": member}), standing)
        if body.get("bot", True):
            group.invite_bot(admin=bool(body.get("admin", False)))
        return {"id": group.chat.id}

    def befall(self, body: Body) -> Body:
        """Let something become of a chat."""
        named = body.get("chat")
        # A chat that Telegram cannot find is found here all the same.
        hidden = self._world.chats.get(named) if isinstance(named, int) else None
        chat = hidden or (self._chat(body, self.person(body)) if named is None else self._named(str(named)))
        return befall(self._world, chat, body)

    def say(self, body: Body) -> Body:
        """Write as a person, or send a file: its name, and its content in Base64."""
        person = self.person(body)
        chat = self._chat(body, person)
        answered = chat.find(int(str(body.get("reply_to") or 0)))
        thread = int(str(body.get("thread") or 0))
        if isinstance(file := body.get("file"), dict):
            content, caption = base64.b64decode(str(file["content"]), validate=True), str(body.get("text", ""))
            said = person.send_file(str(file["name"]), content, caption=caption, chat=chat, reply_to=answered)
        else:
            said = person.say(str(body["text"]), chat=chat, reply_to=answered, thread=thread)
        return {"message": snapshot.message(said)}

    def press(self, body: Body) -> Body:
        """Press a button as a person."""
        person = self.person(body)
        chat = self._chat(body, person)
        number = int(str(body.get("message") or 0))
        message: Message | None = chat.find(number) if number else None
        if number and message is None:
            raise LookupError("that message is gone")
        return {"press": snapshot.press(person.press(str(body["button"]), message, chat=chat))}

    def open_app(self, body: Body) -> Body:
        """Press a button that opens a Mini App, as a person; gives the address at which it opens."""
        person = self.person(body)
        message = self._chat(body, person).find(int(str(body["message"])))
        if message is None:
            raise LookupError("that message is gone")
        return {"address": person.open_app(str(body["button"]), message)}

    async def ask_inline(self, body: Body) -> Body:
        """Ask an inline query as a person, and wait for the bot's answer."""
        person = self.person(body)
        query = person.ask_inline(str(body.get("query", "")), chat=self._chat(body, person))
        try:
            await query.answered(within=_INLINE_SECONDS)
        except TimeoutError:
            raise LookupError("the bot does not answer") from None
        return {"inline": snapshot.inline(query)}

    def choose_inline(self, body: Body) -> Body:
        """Send one of the results as a person."""
        person, query = self.person(body), self._world.inline.queries[str(body["query"])]
        sent = person.choose(query, str(body["result"]), chat=self._chat(body, person))
        return {"message": snapshot.message(sent)}

    def add_fault(self, body: Body) -> None:
        """Script trouble."""
        fields = {name: value for name, value in body.items() if name != "effect"}
        fault = Fault(effect=Effect(str(body["effect"])), **fields)  # type: ignore[arg-type] # names are checked there
        self._api.faults.add(fault)
        if fault.method == "*":
            self._api.hang_up()

    def clear_faults(self, body: Body) -> None:
        """End scripted trouble: all of it, or one kind."""
        self._api.faults.clear(Effect(str(body["effect"])) if "effect" in body else None)

    def _trouble(self) -> Body:
        """Show what goes wrong on purpose, and how much longer Telegram wants to be left alone."""
        return {
            "faults": [asdict(one) for one in self._api.faults],
            "shut_for": self._api.limiter.shut_for(None)[0],
        }

    def set_limits(self, body: Body) -> Body:
        """Change the allowances that are named."""
        self._api.limiter.limits = replace(self._api.limiter.limits, **body)  # type: ignore[arg-type] # checked there
        return asdict(self._api.limiter.limits)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream changes as server-sent events, from a number on or from now."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        # Who leaves while something is written needs no error.
        with contextlib.suppress(ClientConnectionResetError):
            await self._stream(request, response)
        return response

    async def _stream(self, request: web.Request, response: web.StreamResponse) -> None:
        asked = request.headers.get("Last-Event-ID") or request.query.get("since") or ""
        journal = self._world.journal
        number = int(asked) if asked.isdigit() else journal.number
        if request.query.get("life", journal.life) != journal.life:
            number = -1
        while True:
            changes = journal.since(number)
            if changes is None:
                # Too far behind, or from another life of this server: look at everything again.
                await response.write(b"event: reset\ndata: {}\n\n")
                number = journal.number
                continue
            for change in changes:
                await response.write(self._event(change))
                number = change.number
            if number != journal.number:
                continue
            try:
                async with asyncio.timeout(_HEARTBEAT_SECONDS):
                    await journal.bell.wait()
            except TimeoutError:
                await response.write(b": still here\n\n")

    def _event(self, change: Change) -> bytes:
        data: Body = {"number": change.number, "at": change.at, "kind": change.kind, **change.data}
        if change.kind in ("message", "edit", "delete"):
            place = self._world.chats[int(str(change.data["chat"]))]
            data["message"] = snapshot.message(place.transcript[int(str(change.data["message"])) - 1])
        elif change.kind == "menu":
            data["menus"] = snapshot.menus(self._world)
        elif change.kind == "faults":
            data["trouble"] = self._trouble()
        elif change.kind == "chat":
            data["chat"] = snapshot.chat(self._world, self._world.chats[int(str(change.data["chat"]))])
        return f"id: {change.number}\nevent: {change.kind}\ndata: {_dump(data)}\n\n".encode()

    def _chat(self, body: Body, person: SimulatedPerson) -> SimulatedChat:
        reference = body.get("chat")
        if reference is None:
            return person.chat
        return self._named(reference if isinstance(reference, int) else str(reference))

    def _named(self, reference: int | str) -> SimulatedChat:
        chat = self._world.find_chat(reference)
        if chat is None:
            raise LookupError(f"no chat {reference}")
        return chat


def _several(told: object) -> list[object]:
    if not isinstance(told, list):
        raise TypeError("a list is expected")
    return told


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse whoever came by another name, or from another page, with 403 and a sentence."""
    host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
    if not is_loopback(host):
        return _refuse("This is the demo on the machine it runs on: open it as http://127.0.0.1 or http://localhost.")
    if origin is not None and origin != f"http://{host}":
        return _refuse("Only the demo's own page may ask for this.")
    return await handler(request)


def is_loopback(host: str) -> bool:
    """Say whether a `Host` header, with or without a port, names this machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _refuse(why: str) -> web.Response:
    return web.json_response({"error": why}, status=403)


Fate = Callable[[World, SimulatedChat, Body], object]
"""Changes a chat; called by its name: `POST /_demo/fate {"chat": -100…, "do": "kick"}`."""


def befall(world: World, chat: SimulatedChat, body: Body) -> dict[str, object]:
    """Let an event happen to a chat, by name; KeyError or LookupError when there is no such event for it."""
    name = str(body["do"])
    fates = _PRIVATE if chat.kind is SimulatedChatType.PRIVATE else _GROUP
    if name not in fates:
        raise LookupError(f"{name!r} cannot happen to this chat; what can: {', '.join(fates)}")
    result = fates[name](world, chat, body)
    told: dict[str, object] = {"id": chat.id, "bot": chat.bot.value}
    if isinstance(result, SimulatedGroup):
        told["moved_to"] = result.chat.id
    elif isinstance(result, int):
        told["thread"] = result
    return told


def _group(world: World, chat: SimulatedChat) -> SimulatedGroup:
    creator = next((number for number, rank in chat.members.items() if rank is MemberStatus.CREATOR), None)
    profile = world.profiles[creator or next(iter(chat.members), world.bot.id)]
    return SimulatedGroup(world, chat, SimulatedPerson(world, profile))


def _person(world: World, chat: SimulatedChat) -> SimulatedPerson:
    return SimulatedPerson(world, world.profiles[chat.id])


def _member(world: World, body: Body) -> SimulatedPerson:
    """Find the person a fate is about, by id or name."""
    wanted = body["member"]
    for profile in world.profiles.values():
        if wanted in (profile.id, profile.name) and not profile.is_bot:
            return SimulatedPerson(world, profile)
    raise LookupError(f"nobody is called {wanted}")


def _rights(body: Body) -> list[str]:
    """Return the rights that a promotion leaves out."""
    return list(map(str, _several(body.get("without", []))))


def _thread(body: Body) -> int:
    return int(str(body["thread"]))


_PRIVATE: Mapping[str, Fate] = {
    "block": lambda world, chat, _: _person(world, chat).block(),
    "unblock": lambda world, chat, _: _person(world, chat).unblock(),
    "deactivate": lambda world, chat, _: _person(world, chat).deactivate(),
    "reactivate": lambda world, chat, _: _person(world, chat).reactivate(),
    "lose": lambda world, chat, _: SimulatedGroup(world, chat, _person(world, chat)).lose(),
    "find": lambda world, chat, _: SimulatedGroup(world, chat, _person(world, chat)).find_again(),
}
_GROUP: Mapping[str, Fate] = {
    "invite": lambda world, chat, body: _group(world, chat).invite_bot(admin=bool(body.get("admin", False))),
    "promote": lambda world, chat, body: _group(world, chat).empower_bot(without=_rights(body)),
    "kick": lambda world, chat, _: _group(world, chat).kick_bot(),
    "remove": lambda world, chat, _: _group(world, chat).remove_bot(),
    "restrict": lambda world, chat, _: _group(world, chat).restrict_bot(),
    "silence": lambda world, chat, _: _group(world, chat).silence(),
    "unsilence": lambda world, chat, _: _group(world, chat).unsilence(),
    "upgrade": lambda world, chat, body: _group(world, chat).upgrade(told=bool(body.get("told", True))),
    "delete": lambda world, chat, _: _group(world, chat).delete(),
    "lose": lambda world, chat, _: _group(world, chat).lose(),
    "find": lambda world, chat, _: _group(world, chat).find_again(),
    "enrol": lambda world, chat, body: _group(world, chat).enrol(
        _member(world, body), MemberStatus(str(body.get("standing", "member"))), without=_rights(body)
    ),
    "link": lambda world, chat, body: _group(world, chat).link(_group(world, world.chats[int(str(body["group"]))])),
    "open_topic": lambda world, chat, body: _group(world, chat).open_topic(str(body["name"])),
    "close_topic": lambda world, chat, body: _group(world, chat).close_topic(_thread(body)),
    "reopen_topic": lambda world, chat, body: _group(world, chat).reopen_topic(_thread(body)),
    "delete_topic": lambda world, chat, body: _group(world, chat).delete_topic(_thread(body)),
}
