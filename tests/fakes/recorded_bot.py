"""
The bot, writing down every statement it asks of its database: `python -m tests.fakes.recorded_bot run …`.

Each statement is written once, as a line of JSON, to the file that `STATEMENTS` names.
"""

import json
import os
import sys
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.cli.main import main

FILE = "STATEMENTS"
_known: set[str] = set()


def _note(_connection: Any, _cursor: Any, statement: str, _values: Any, _context: Any, _is_many: bool) -> None:
    if statement not in _known:
        _known.add(statement)
        with open(os.environ[FILE], "a", encoding="utf-8") as file:
            file.write(json.dumps(statement) + "\n")


if __name__ == "__main__":
    event.listen(Engine, "before_cursor_execute", _note)
    sys.exit(main())
