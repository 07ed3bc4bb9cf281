"""The wheel, built from the checkout and installed into an environment that knows nothing of it."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

from bot.demo.stage import clean_environment
from tests.journeys.process import ROOT

_BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An environment of its own with the wheel in it."""

    folder: Path

    @property
    def command(self) -> str:
        """The installed script."""
        return str(self.folder / "bin" / "stichwort")

    @property
    def environment(self) -> dict[str, str]:
        """What its processes get: no setting of ours, and no way to the checkout."""
        return {name: value for name, value in clean_environment().items() if not name.startswith(("PYTHON", "COV_"))}


def build_wheel(folder: Path) -> Path:
    """Build the wheel."""
    folder.mkdir(exist_ok=True)
    built = subprocess.run(
        [sys.executable, "-c", _BUILD, str(folder)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return folder / built.stdout.split()[-1]


def install(wheel: Path, folder: Path) -> Installation:
    """
    Install the wheel into a new environment.

    It sees the libraries of the tests' environment by their path alone, which brings in no editable installation.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    installation = Installation(folder=folder)
    python = str(folder / "bin" / "python")
    (site,) = folder.glob("lib/python*/site-packages")
    options = "--quiet --disable-pip-version-check --no-deps --no-index".split()
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", *options, str(wheel)],
        check=True,
        env=installation.environment,
    )
    (site / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    return installation
