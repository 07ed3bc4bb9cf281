"""
Transcripts: conversations written down as Markdown, held again with the real bot and compared word by word.

A file is one language, a section (`## /sub`) one conversation of a reader of its own. What people do stands in lines of
its own, everything the bot does after it as quotes below:

    **Anna:** /sub Nordkorea
    **Anna** presses [Undo]
    **Anna** replies: /why
    **Anna** sends words.txt: Nordkorea; Seilbahn
    **Anna** shares the location 47.37, 8.54
    **Anna** asks inline: Nordkorea
    **Anna** taps result 1
    **Anna** opens [Alert me on Nordkorea]
    **Anna** adds the bot
    **Anna** in the group: /sub Nordkorea
    **Ben** in the topic Asien: /list
    **Anna** closes the topic Asien
    **Anna** forbids the bot to post
    **Anna** lets the bot post
    **limmat** publishes: A headline | Its first sentence.
    **limmat** publishes 25 times: Headline {number} | The first sentence of the article {number}.

A section whose title ends with "(group)", "(topics)" or "(channel)" has such a chat, run by Anna, in which Ben is a
member. Whatever the bot writes there has its place before it; all other sections are private.

Buttons are shown as `[Undo]`, a file as its name, a picture as such, the id of a shared list as `{list}`, an answer
that Telegram shows for a moment with "(notice)" before it, a message that was changed with "(changed)". The results of
an inline query are listed with what stands below each headline, and the button below them; the message that a result
becomes has "(sent)" before it. The bot's clock stands at noon of a Monday; minutes after it are left out. Figures of
the bot as a whole, in the sections of `FIGURES`, are written as `{n}`, also in the buttons that are pressed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.chats import SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.inline_queries import InlineAnswer, InlineQuery
from bot.demo.telegram_server.messages import CallbackPress, Message
from bot.demo.telegram_server.people import SimulatedGroup, SimulatedPerson
from bot.demo.telegram_server.server import Server

FIGURES = frozenset({"/health (operator)", "/stats (operator)", "/broadcast (operator)"})
"""Sections whose figures depend on what happened in all the others."""
_FIGURE = re.compile(r"\d+(?:[.,:’]\d+)*")
FOLDER = Path(__file__).parent / "transcripts"
NAME, OTHER = "Anna", "Ben"
_PLACE = r"in the (?:group|channel|topic [\w ]+):"
_VERBS = (
    rf"{_PLACE}|adds|closes|forbids|lets|presses|replies:|sends|shares|asks inline:|taps|opens|"
    r"publishes(?: \d+ times)?:"
)
_CHATS = {
    "(group)": SimulatedChatType.GROUP,
    "(topics)": SimulatedChatType.SUPERGROUP,
    "(channel)": SimulatedChatType.CHANNEL,
}
_TOPICS = {"de": "Asien", "en": "Asia", "fr": "Asie", "it": "Asia"}
_ACTION = re.compile(rf"^\*\*(?P<who>[\w ]+?)(?::\*\* |\*\* (?P<verb>{_VERBS}) )(?P<what>.*)$")
_NOW = re.compile(r"(?<!\d)(?:(06|11|12|14|20):[0-5]\d|(16:3)\d)(?!\d)")
"""The hour at which the clock stands, in New York, Greenwich and Zurich, two and eight hours later, and in India."""
_NEWSROOM = "{newsroom}"
"""Stands for the address of the papers, which is another one each time."""
_LIST = re.compile(r"(?<=pack_)[A-Za-z0-9_-]{22}")
"""The id of a shared list, which is another one each time."""
_FEED = re.compile(r"http://127\.0\.0\.1:\d+/feeds/[\w-]{43}")
"""The address of a private feed, which is another one each time."""
_BUTTON = re.compile(r"^\[(?:(?P<row>\d+)\.(?P<column>\d+)|(?P<text>.*))\]$")


@dataclass(slots=True)
class Step:
    """What somebody does, as it is written, and what the bot does after it, as lines without their quote marks."""

    action: str
    expected: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """One conversation."""

    title: str
    steps: list[Step]


@dataclass(slots=True)
class Transcript:
    """A file: what stands before its first section, and the sections."""

    head: str
    sections: list[Section]

    @classmethod
    def read(cls, text: str) -> Transcript:
        """Read a file; text that is neither an action nor a quote is refused."""
        head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
        return cls(head, [_read_section(part) for part in parts])

    def write(self) -> str:
        """Write the file as it is read."""
        parts = [self.head.rstrip("\n") + "\n"]
        for section in self.sections:
            parts.append(f"## {section.title}\n")
            for step in section.steps:
                parts.append(step.action + "\n")
                if step.expected:
                    parts.append("\n".join(f"> {line}".rstrip() for line in step.expected) + "\n")
        return "\n".join(parts)


def _read_section(text: str) -> Section:
    title, *lines = text.splitlines()
    section = Section(title.strip(), [])
    for line in lines:
        if line.startswith(">"):
            section.steps[-1].expected.append(line[1:].removeprefix(" "))
        elif line.startswith("**"):
            section.steps.append(Step(line))
        elif line.strip():
            raise ValueError(f"{title}: neither an action nor a quote: {line!r}")
    return section


@dataclass
class Conversation:
    """Somebody who does what a section says, and what the chat showed before each step."""

    server: Server
    newsroom: Newsroom
    person: SimulatedPerson
    hides_figures: bool = False
    group: SimulatedGroup | None = None
    """The group or channel of the section."""
    other: SimulatedPerson | None = None
    """Its second member."""
    _before: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    _press: CallbackPress | None = None
    _query: InlineQuery | None = None
    _sent: Message | None = None
    _shows_results: bool = False

    @classmethod
    def open(cls, server: Server, newsroom: Newsroom, person: SimulatedPerson, title: str) -> Conversation:
        """Begin a section, with the group or channel that its title asks for."""
        conversation = cls(server, newsroom, person, hides_figures=title in FIGURES)
        kind = next((kind for ending, kind in _CHATS.items() if title.endswith(ending)), None)
        if kind is not None:
            name = "Nachrichten" if kind is SimulatedChatType.CHANNEL else "Presse"
            username = "nachrichtenkanal" if kind is SimulatedChatType.CHANNEL else ""
            group = server.group(name, person, kind=kind, username=username, bot=False)
            conversation.group, conversation.other = group, server.person(OTHER, language=person.profile.language)
            group.enrol(conversation.other)
            if title.endswith("(topics)"):
                group.open_topic(_TOPICS[person.profile.language])
        return conversation

    def begin(self, action: str) -> str:
        """Do what an action says; returns it with the button's text where it named one by its place."""
        self._before, self._press, self._sent, self._shows_results = self._look(), None, None, False
        told = _ACTION.match(action)
        if told is None:
            raise ValueError(f"no action: {action!r}")
        what = told["what"]
        match told["verb"]:
            case None:
                self.person.say(what.replace(_NEWSROOM, self.newsroom.url).replace("{list}", self._find_list()))
            case "replies:":
                self.person.say(what, reply_to=self.person.chat.received[-1])
            case "presses":
                button = self._find_button(what)
                self._press = self._find_person(told["who"]).press(button, self._find_message(button))
                return f"**{told['who']}** presses [{self._hide(button)}]"
            case "adds" | "closes" | "forbids" | "lets" as verb:
                self._change_group(f"{verb} {what}")
            case str(place) if re.fullmatch(_PLACE, place):
                self._say_in_group(told["who"], place, what)
            case "sends":
                name, _, content = what.partition(": ")
                self.person.send_file(name, content.replace("; ", "\n").encode(), mime="text/plain", caption="/import")
            case "shares":
                latitude, longitude = map(float, what.removeprefix("the location ").split(","))
                self.person.share_location(latitude, longitude)
            case "asks inline:":
                self._query, self._shows_results = self.person.ask_inline(what), True
            case "taps":
                query = self._asked()
                number = int(what.removeprefix("result "))
                results = query.answer.results if query.answer else ()
                self._sent = self.person.choose(query, results[number - 1].id)
            case "opens":
                query = self._asked()
                button = query.answer.button if query.answer else None
                if button is None or what != f"[{button.text}]":
                    raise LookupError(f"the button is {button}")
                self.person.follow(query)
            case verb:
                for number in range(1, int("".join(filter(str.isdecimal, verb)) or 1) + 1):
                    title, _, lead = what.replace("{number}", str(number)).partition(" | ")
                    self.newsroom.publish(told["who"], title, f"<p>{lead}</p>", lead=lead)
        return action

    def show(self) -> list[str]:
        """Show what the bot has done since the last action began, as the lines of a step."""
        lines: list[str] = []
        if self._press is not None and self._press.answer is not None and self._press.answer.text:
            lines += [f"(notice) {self._press.answer.text}"]
        if self._shows_results and self._query is not None and self._query.answer is not None:
            lines += _results(self._query.answer)
        if self._sent is not None:
            lines += ["(sent)", *_lines(self._sent)]
        now = self._look()
        for number in sorted(now.keys() | self._before.keys()):
            before, after = self._before.get(number), now.get(number)
            if after == before:
                continue
            mark = [] if before is None else ["(deleted)" if after is None else "(changed)"]
            lines += [*([""] if lines else []), *mark, *(after or ())]
        return [self._settle(line) for line in lines]

    @property
    def is_answered(self) -> bool:
        """Whether a press and an inline query were answered, or there was none."""
        return all(asked is None or asked.answer is not None for asked in (self._press, self._query))

    def _opened(self) -> SimulatedGroup:
        """Give the group or channel of the section."""
        if self.group is None:
            raise LookupError("the section has no group and no channel")
        return self.group

    def _find_person(self, name: str) -> SimulatedPerson:
        return self.other if self.other is not None and name == OTHER else self.person

    def _say_in_group(self, who: str, place: str, text: str) -> None:
        group, topic = self._opened(), re.fullmatch(r"in the topic ([\w ]+):", place)
        thread = _find_topic(group.chat, topic[1]) if topic else 0
        self._find_person(who).say(text, chat=group.chat, thread=thread)

    def _change_group(self, change: str) -> None:
        """Add the bot to the group or channel, or do something else that its owner may."""
        group = self._opened()
        match change:
            case "adds the bot" if group.chat.is_group:
                group.invite_bot()
            case "adds the bot" | "lets the bot post":
                group.empower_bot()
            case "forbids the bot to post":
                group.empower_bot(without=["can_post_messages"])
            case _ if (name := change.removeprefix("closes the topic ")) != change:
                group.close_topic(_find_topic(group.chat, name))
            case _:
                raise ValueError(f"nobody can do this: {change!r}")

    def _find_message(self, button: str) -> Message | None:
        """Find the newest message in the group or channel that has a button; None: it is in the private chat."""
        received = self.group.chat.received if self.group is not None else ()
        return next((message for message in reversed(received) if any(button in row for row in message.buttons)), None)

    def _asked(self) -> InlineQuery:
        """Give the inline query of the step before."""
        if self._query is None:
            raise LookupError("no inline query was asked before")
        return self._query

    def _find_button(self, what: str) -> str:
        wanted = _BUTTON.match(what)
        if wanted is None:
            raise ValueError(f"no button: {what!r}")
        if wanted["text"] is not None:
            shown = [text for message in self.person.chat.received for row in message.buttons for text in row]
            return next((text for text in reversed(shown) if self._hide(text) == wanted["text"]), wanted["text"])
        rows = next(message.buttons for message in reversed(self.person.chat.received) if message.buttons)
        row = rows[min(int(wanted["row"]), len(rows)) - 1]
        return row[min(int(wanted["column"]), len(row)) - 1]

    def _find_list(self) -> str:
        """Find the id of the list that was shared last."""
        found = [match[0] for message in self.person.chat.received for match in _LIST.finditer(message.text)]
        return found[-1] if found else ""

    def _settle(self, line: str) -> str:
        """Leave out of a line what is another each time."""
        steady = _FEED.sub("{feed}", _LIST.sub("{list}", line)).replace(self.newsroom.url, _NEWSROOM)
        return self._hide(_NOW.sub(_round, steady).rstrip())

    def _hide(self, line: str) -> str:
        return _FIGURE.sub("{n}", line) if self.hides_figures else line

    def _look(self) -> dict[tuple[int, int], tuple[str, ...]]:
        shown = {(0, message.message_id): tuple(_lines(message)) for message in self.person.chat.received}
        if self.group is not None:
            chat = self.group.chat
            for message in chat.received:
                shown[1, message.message_id] = (_name_place(chat, message), *_lines(message))
        return shown


def _find_topic(chat: SimulatedChat, wanted: str) -> int:
    return next(thread for thread, name in chat.topics.items() if name == wanted)


def _name_place(chat: SimulatedChat, message: Message) -> str:
    if message.thread_id:
        return f"(in the topic {chat.topics[message.thread_id]})"
    return "(in the channel)" if chat.kind is SimulatedChatType.CHANNEL else "(in the group)"


def _round(time: re.Match[str]) -> str:
    return f"{time[1]}:00" if time[1] else f"{time[2]}0"


def _results(answer: InlineAnswer) -> Iterator[str]:
    if not answer.results:
        yield "(no results)"
    for result in answer.results:
        yield result.title
        yield from (f"· {line}" for line in result.description.split("\n") if line)
    if answer.button is not None:
        yield f"[{answer.button.text}]"


def _lines(message: Message) -> Iterator[str]:
    if message.document is not None:
        yield f"(file) {message.document.name}"
    if message.photo is not None:
        yield "(picture)"
    if message.text:
        yield from message.marked.split("\n")
    for row in message.buttons:
        yield " ".join(f"[{text}]" for text in row)


def compare(section: str, step: Step, shown: list[str]) -> str:
    """Say how what was shown differs from what is written."""
    diff = difflib.unified_diff(step.expected, shown, "written", "shown", lineterm="", n=1)
    return "\n".join([f"{section}, after {step.action}:", *diff])


def list_files() -> Mapping[str, Path]:
    """Name the files by their language."""
    return {file.stem: file for file in sorted(FOLDER.glob("*.md"))}
