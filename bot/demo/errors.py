"""What Telegram answers when it refuses a call."""

from collections.abc import Mapping


class ApiError(Exception):
    """
    A refused call: HTTP status, description and response parameters.

    `blame` says whether the bot could have known better; such refusals are recorded as violations.
    """

    def __init__(
        self, code: int, description: str, *, blame: bool = True, parameters: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.blame = blame
        self.parameters = dict(parameters or {})


def bad_request(reason: str, *, blame: bool = True, parameters: Mapping[str, int] | None = None) -> ApiError:
    """Make a 400; Telegram puts a prefix before the reason and lowers its first letter unless it is a code word."""
    if not reason.split(" ", 1)[0].isupper():
        reason = reason[:1].lower() + reason[1:]
    return ApiError(400, f"Bad Request: {reason}", blame=blame, parameters=parameters)


def forbidden(reason: str) -> ApiError:
    """Make a 403; the bot cannot know beforehand that somebody blocked or removed it."""
    return ApiError(403, f"Forbidden: {reason}", blame=False)


def flood(retry_after: int, *, blame: bool) -> ApiError:
    """Make a 429 that asks for a pause of whole seconds."""
    text = f"Too Many Requests: retry after {retry_after}"
    return ApiError(429, text, blame=blame, parameters={"retry_after": retry_after})


def conflict(reason: str) -> ApiError:
    """Make a 409; two pollers are a matter of operations, not of one wrong call."""
    return ApiError(409, f"Conflict: {reason}", blame=False)
