"""Messages in a chat with their history, and presses of inline buttons that wait for the bot's answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.demo.telegram_server import entities
from bot.demo.telegram_server.clock import HANG_SECONDS, Bell, until
from bot.demo.telegram_server.entities import Entity

_MARKS = {"bold": "**", "italic": "_", "code": "`", "pre": "`", "strikethrough": "~"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A user's or bot's id and names."""

    id: int
    name: str
    username: str = ""
    language: str = ""
    is_bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file the server keeps."""

    file_id: str
    name: str
    mime: str
    content: bytes = field(repr=False)
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """How a message looked until it was edited."""

    until: float
    text: str
    entities: tuple[Entity, ...]
    markup: Mapping[str, object]


@dataclass(slots=True, kw_only=True)
class Message:
    """One message; the only thing here that changes, because Telegram's messages do."""

    message_id: int
    chat_id: int
    at: float
    sender: Profile
    text: str = ""
    entities: tuple[Entity, ...] = ()
    markup: Mapping[str, object] = field(default_factory=dict)
    reply_to: int = 0
    thread_id: int = 0
    silent: bool = False
    protected: bool = False
    anonymous: bool = False
    forwarded_from: Profile | None = None
    """Who wrote it first, where it was forwarded."""
    posted: tuple[int, int] | None = None
    """The channel and the post there that it repeats in the channel's discussion group."""
    via_bot: Profile | None = None
    """The bot whose inline result it is."""
    preview: Mapping[str, object] = field(default_factory=dict)
    document: StoredFile | None = None
    photo: StoredFile | None = None
    location: tuple[float, float] | None = None
    service: Mapping[str, object] = field(default_factory=dict)
    params: Mapping[str, object] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    edited_at: float | None = None
    deleted_at: float | None = None

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender.is_bot and not self.anonymous

    @property
    def media(self) -> bool:
        """Whether it carries a file, so that its text is a caption."""
        return self.document is not None or self.photo is not None

    @property
    def marked(self) -> str:
        """The text with its bold, italic and code stretches marked by signs, as a plain terminal can show it."""
        inserts: list[tuple[int, int, str]] = []
        for entity in self.entities:
            if sign := _MARKS.get(entity.kind):
                inserts.append((entity.offset, 1, sign))
                inserts.append((entity.offset + entity.length, 0, sign))
        text, raw, last = "", self.text.encode("utf-16-le"), 0
        for place, _, sign in sorted(inserts, key=lambda one: one[:2]):
            text += raw[last * 2 : place * 2].decode("utf-16-le") + sign
            last = place
        return text + raw[last * 2 :].decode("utf-16-le")

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses behind linked text."""
        return tuple(entity.url for entity in self.entities if entity.kind == "text_link")

    @property
    def buttons(self) -> tuple[tuple[str, ...], ...]:
        """The button texts, row by row."""
        return tuple(tuple(str(button.get("text", "")) for button in row) for row in self.rows)

    @property
    def rows(self) -> tuple[tuple[Mapping[str, object], ...], ...]:
        """The inline buttons, row by row, as the bot sent them."""
        rows = self.markup.get("inline_keyboard", ())
        return tuple(tuple(row) for row in rows) if isinstance(rows, (list, tuple)) else ()

    def pieces(self, kind: str) -> tuple[str, ...]:
        """The stretches of text formatted in one way, such as `bold`."""
        return tuple(entities.cut(self.text, one.offset, one.length) for one in self.entities if one.kind == kind)

    def rewrite(
        self, at: float, text: str, formatted: tuple[Entity, ...], markup: Mapping[str, object], *, visible: bool
    ) -> None:
        """Replace text and buttons and keep what was there; only a visible change counts as an edit for readers."""
        self.edits.append(Edit(until=at, text=self.text, entities=self.entities, markup=self.markup))
        self.text, self.entities, self.markup = text, formatted, markup
        if visible:
            self.edited_at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What the bot answered to a press."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(slots=True, kw_only=True)
class CallbackPress:
    """One press, known to the bot by its id."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    ticks: float
    bell: Bell
    answer: CallbackAnswer | None = None

    async def answered(self, within: float = HANG_SECONDS) -> CallbackAnswer:
        """Wait for the bot's answer."""
        return await until(self.bell, lambda: self.answer, within)
