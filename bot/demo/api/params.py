"""The parameters of one call, however they were sent, read as the types Telegram expects."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.demo.errors import bad_request


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file sent with the call."""

    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Params:
    """Raw parameters and files by name, and remarks on what Telegram would silently ignore."""

    raw: Mapping[str, object]
    files: Mapping[str, Upload] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def __contains__(self, name: str) -> bool:
        """Whether the parameter was sent at all."""
        return name in self.raw or name in self.files

    def text(self, name: str) -> str:
        """Read a string; absent is empty."""
        value = self.raw.get(name, "")
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """Read a whole number."""
        value = self.raw.get(name, "")
        if value == "":
            return default
        try:
            return int(str(value))
        except ValueError:
            raise bad_request(f"{name} must be an integer") from None

    def flag(self, name: str) -> bool:
        """Read a truth value; only what Telegram documents is taken, so that a typing mistake shows."""
        value = str(self.raw.get(name, "false")).lower()
        if value not in ("true", "false", "1", "0", "yes", "no"):
            raise bad_request(f"{name} must be a Boolean")
        return value in ("true", "1", "yes")

    def mapping(self, name: str) -> Mapping[str, object]:
        """Read a JSON object; absent is empty."""
        value = self._structure(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad_request(f"can't parse {name}: object expected")
        return value

    def sequence(self, name: str) -> tuple[object, ...]:
        """Read a JSON array; absent is empty."""
        value = self._structure(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise bad_request(f"can't parse {name}: array expected")
        return tuple(value)

    def remark_unknown(self, place: str, fields: Iterable[str], known: frozenset[str]) -> None:
        """Note the fields of a nested object that Telegram does not know."""
        if unknown := sorted(set(fields) - known):
            self.remarks.append(f"unknown in {place}: {', '.join(unknown)}")

    def chat(self) -> int | str:
        """Read the chat the call is about: an id or an @name."""
        value = self.text("chat_id").strip()
        if not value:
            raise bad_request("chat_id is empty")
        if value.removeprefix("-").isdigit():
            return int(value)
        return value

    def chat_or_none(self) -> int | str | None:
        """Read the chat if the call has one."""
        return self.chat() if self.text("chat_id").strip() else None

    def _structure(self, name: str) -> object:
        value = self.raw.get(name, "")
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON") from None
