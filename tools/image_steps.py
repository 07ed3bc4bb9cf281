"""
Runs the steps of deploy/Dockerfile in a plain folder, for machines without a container engine.

Each stage's paths stand for folders below one new folder, `python` is a virtual environment of the Python that runs
this, and the instructions do what they do in an image: COPY copies (nothing but what .dockerignore lets through), RUN
runs, ENV sets. USER, read-only root, and the base image itself are what this cannot try. Then the health check must
fail without a bot, and the demonstration must end with its alert.

    python tools/image_steps.py [FOLDER]
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PLACES = ("/src", "/opt/stichwort", "/data")
"""The folders of the image that the steps name."""
_SILENT = ("USER", "WORKDIR", "VOLUME", "HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT", "CMD")


@dataclass(slots=True)
class Image:
    """A folder that stands for the file system of the image."""

    folder: Path
    environment: dict[str, str]
    current: Path
    instructions: dict[str, str] = field(default_factory=dict)
    """The last of each instruction that says how the image is run."""

    def place(self, text: str) -> str:
        """Put the folder before every path of the image."""
        for place in _PLACES:
            text = re.sub(rf"(?<![\w.]){place}(?=[/\s:;\"']|$)", f"{self.folder}{place}", text)
        return text

    def run(self, command: str | list[str], **options: object) -> subprocess.CompletedProcess[str]:
        """Run a command as the image would."""
        arguments = ["sh", "-euc", command] if isinstance(command, str) else command
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            arguments, cwd=self.current, env=self.environment, text=True, **options
        )


def main(arguments: list[str]) -> int:
    """Run all steps; returns the exit code of the first command that fails."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(arguments[0] if arguments else made).absolute()
        image = _begin(folder)
        for name, rest in read_instructions((ROOT / "deploy" / "Dockerfile").read_text("utf-8")):
            print(f"{name} {rest}", flush=True)
            if (code := _do(image, name, rest)) != 0:
                return code
        return _try(image)


def read_instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile, each with its joined lines."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines())]


def _begin(folder: Path) -> Image:
    base = folder / "base"
    venv.create(base, with_pip=True)
    environment = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "TMPDIR")}
    environment |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTPS_"))}
    environment["PATH"] = f"{base}/bin:/usr/bin:/bin"
    return Image(folder=folder, environment=environment, current=folder)


def _do(image: Image, name: str, rest: str) -> int:
    if name == "RUN":
        command = re.sub(r"&& chown \S+ \S+", "", image.place(rest))  # nobody but root may give a folder away
        return int(image.run(command).returncode)
    if name == "COPY":
        _copy(image, shlex.split(rest))
    elif name == "ENV":
        for word in shlex.split(image.place(rest)):
            key, _, value = word.partition("=")
            image.environment[key] = value.replace("$PATH", image.environment["PATH"])
    elif name not in (*_SILENT, "FROM"):
        raise SystemExit(f"image_steps: {name} is not known here")
    if name == "WORKDIR":
        image.current = Path(image.place(rest))
        image.current.mkdir(parents=True, exist_ok=True)
    if name in _SILENT:
        image.instructions[name] = rest
    return 0


def _copy(image: Image, words: list[str]) -> None:
    options = [word for word in words if word.startswith("--")]
    *sources, target = (word for word in words if not word.startswith("--"))
    if any(option.startswith("--from=") for option in options):
        return  # one folder stands for all stages
    into = image.current / image.place(target)
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    for source in sources:
        if source not in allowed:
            raise SystemExit(f"image_steps: .dockerignore keeps {source} out of the image")
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, into, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            to = into / Path(source).name if target.endswith("/") else into
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, to)
            if "--chmod=0755" in options:
                to.chmod(0o755)


def _try(image: Image) -> int:
    """Try what the image is for: its command, its health check and the demonstration."""
    shutil.rmtree(image.folder / "src")
    entry = json.loads(image.instructions["ENTRYPOINT"])
    check = json.loads(image.instructions["HEALTHCHECK"].partition("CMD ")[2])
    silent = {"STICHWORT_WEB__LISTEN": "127.0.0.1:1"}
    image.environment |= silent
    if image.run(check, capture_output=True).returncode != 1:
        raise SystemExit("image_steps: the health check finds a bot where there is none")
    for name in silent:
        del image.environment[name]
    for arguments in (["--version"], ["demo", "--headless"]):
        print(" ".join(entry + arguments), flush=True)
        if (code := int(image.run(entry + arguments).returncode)) != 0:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
