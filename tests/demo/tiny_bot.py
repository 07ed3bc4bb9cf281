"""
A bot of fifty lines that stands in for the real one: it answers, polls the feeds, and alerts on one word.

It is started as a process of its own with the same command line and configuration.
"""

import asyncio
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import aiohttp


async def main(told: dict[str, Any], *, silent: bool) -> None:
    api = f"{told['telegram']['api_url']}/bot{told['telegram']['token']}"
    async with aiohttp.ClientSession() as session:
        chats: set[int] = set()
        await asyncio.gather(
            listen(session, api, chats), *(watch(session, api, feed["url"], chats, silent) for feed in told["feeds"])
        )


async def listen(session: aiohttp.ClientSession, api: str, chats: set[int]) -> None:
    offset = 0
    while True:
        async with session.post(f"{api}/getUpdates", json={"offset": offset, "timeout": 10}) as response:
            updates = (await response.json())["result"]
        for update in updates:
            offset = update["update_id"] + 1
            if "text" not in update.get("message", {}):
                continue
            chat = update["message"]["chat"]["id"]
            if update["message"]["text"].startswith("/sub"):
                chats.add(chat)
            await send(session, api, chat, f"<b>Gut</b>: {update['message']['text']}", "Rückgängig")


async def watch(session: aiohttp.ClientSession, api: str, url: str, chats: set[int], silent: bool) -> None:
    seen: set[str] = set()
    tag = ""
    while True:
        async with session.get(url, headers={"If-None-Match": tag} if tag else {}) as response:
            body = await response.text()
        for link in re.findall(r"<link>([^<]*/artikel/[^<]*)</link>", body):
            if tag and link not in seen and not silent:
                for chat in chats:
                    await send(session, api, chat, f'<a href="{link}">Treffen von Putin und Kim</a>', "Mehr")
            seen.add(link)
        tag = response.headers["ETag"]
        await asyncio.sleep(0.05)


async def send(session: aiohttp.ClientSession, api: str, chat: int, text: str, button: str) -> None:
    markup = json.dumps({"inline_keyboard": [[{"text": button, "callback_data": "x"}]]})
    params = {"chat_id": chat, "text": text, "parse_mode": "HTML", "reply_markup": markup}
    async with session.post(f"{api}/sendMessage", json=params) as response:
        response.raise_for_status()


if __name__ == "__main__":
    if "--broken" in sys.argv:
        sys.exit("no such table: feeds")
    configured = tomllib.loads(Path(sys.argv[-1]).read_text(encoding="utf-8"))
    asyncio.run(main(configured, silent="--silent" in sys.argv))
