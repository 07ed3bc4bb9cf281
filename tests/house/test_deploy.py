"""What is in `deploy/`, checked without a container engine: by linters, and against what the program says of itself."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import promql_parser
import pytest
from ruamel.yaml import YAML

from bot.core.delivery.delivery import SendOutcome
from bot.core.feed import FeedState
from bot.core.process_state import ExitCode
from bot.metrics import Metrics
from bot.settings.model import PREFIX, Settings
from bot.web.server import WebServer
from bot.web.status import Readiness
from tests.journeys.process import free_port
from tools import make_dashboard
from tools.image_steps import read_instructions

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = sorted(DEPLOY.glob("compose*.yaml"))
TOOLS = Path(sys.executable).parent


def lint(*command: str) -> str:
    """Run a linter; returns what it complains of."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr or f"ended with {done.returncode}"


def read_unit() -> dict[str, list[str]]:
    """Read every setting of the unit; some stand there more than once."""
    settings: dict[str, list[str]] = {}
    for line in (DEPLOY / "stichwort.service").read_text("utf-8").splitlines():
        if found := re.match(r"(\w+)=(.*)", line):
            settings.setdefault(found[1], []).append(found[2])
    return settings


def test_the_image_is_described_without_a_fault(tmp_path: Path) -> None:
    """It ends as somebody without rights, says how it is, and takes nothing that is not pinned by its hash."""
    assert lint(str(TOOLS / "hadolint"), str(DEPLOY / "Dockerfile")) == ""
    faulty = tmp_path / "Dockerfile"
    faulty.write_text("FROM debian\nRUN cd /tmp\n")
    assert lint(str(TOOLS / "hadolint"), str(faulty)) != ""
    instructions = read_instructions((DEPLOY / "Dockerfile").read_text("utf-8"))
    last = dict(instructions)
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", last["USER"])
    assert "healthcheck" in last["HEALTHCHECK"]
    downloads = [rest for name, rest in instructions if name == "RUN" and "install" in rest]
    assert len(downloads) == 3
    assert all("--require-hashes" in rest or "--no-deps --no-build-isolation ." in rest for rest in downloads)


@pytest.mark.parametrize("file", COMPOSE, ids=lambda file: file.name)
def test_a_compose_file_follows_its_schema_and_gives_the_bot_no_rights(file: Path) -> None:
    """A root file system that is read-only, no capability, the token as a secret, enough time to stop in order."""
    check = str(TOOLS / "check-jsonschema")
    assert lint(check, "--builtin-schema", "vendor.compose-spec", str(file)) == ""
    bot: dict[str, Any] = YAML(typ="safe").load(file.read_text("utf-8"))["services"]["bot"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert bot["secrets"] == ["telegram_token"]
    assert bot["stop_grace_period"] == "15s"
    assert "env_file" not in bot
    for name in bot["environment"]:
        assert_is_a_setting(name)
    assert bot.get("deploy", {}).get("replicas", 1) == (2 if "postgresql" in file.name else 1)


def assert_is_a_setting(name: str) -> None:
    """Demand that a variable sets something."""
    table, _, key = name.removeprefix(PREFIX).lower().partition("__")
    assert key in type(getattr(Settings(), table)).model_fields, name


def test_the_unit_is_understood_and_leaves_the_service_few_rights(tmp_path: Path) -> None:
    """By systemd itself, where it is; its own measure of exposure ends at 10."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not there")
    unit = tmp_path / "stichwort.service"
    text = (DEPLOY / "stichwort.service").read_text("utf-8")
    unit.write_text(text.replace("/opt/stichwort/bin/stichwort", sys.executable), "utf-8")
    assert lint("systemd-analyze", "verify", str(unit)) == ""
    assert lint("systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)) == ""
    unit.write_text(re.sub(r"(?m)^(Protect|Private|Restrict|Capab|System|Dynamic).*$", "", text), "utf-8")
    assert lint("systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)) != ""


def test_the_unit_agrees_with_the_program() -> None:
    """Exit codes that need a person, the notification, and variables that are settings."""
    unit = read_unit()
    codes = {ExitCode.CONFIG, ExitCode.TOKEN, ExitCode.BUSY}
    assert set(map(int, unit["RestartPreventExitStatus"][0].split())) == codes
    assert unit["Type"] == ["notify"]
    assert int(unit["WatchdogSec"][0]) >= 60
    assert int(unit["TimeoutStopSec"][0]) > 10
    assert unit["LoadCredential"][0].partition(":")[0] in unit["Environment"][0]
    for variable in unit["Environment"]:
        name = variable.partition("=")[0]
        if name.startswith(PREFIX):
            assert_is_a_setting(name)


async def test_the_health_check_tells_a_bot_that_answers_from_one_that_does_not(tmp_path: Path) -> None:
    """The address stands in the environment or the configuration; a bot that listens nowhere is not asked."""

    async def check(**environment: str) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(DEPLOY / "healthcheck"),
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], **environment},
            stderr=asyncio.subprocess.DEVNULL,
        )
        return await process.wait()

    port = free_port()
    server = WebServer(listen=f"127.0.0.1:{port}", token="", health=Readiness(), hosts=frozenset())
    await server.start()
    assert await check(STICHWORT_WEB__LISTEN=f"127.0.0.1:{port}") == 0
    assert await check(STICHWORT_WEB__LISTEN=f"0.0.0.0:{port}") == 0
    assert await check(STICHWORT_WEB__LISTEN="") == 0
    (tmp_path / "mine.toml").write_text(f'[web]\nlisten = "127.0.0.1:{port}"\n')
    assert await check(STICHWORT_CONFIG="mine.toml") == 0
    await server.stop()
    assert await check(STICHWORT_CONFIG="mine.toml") == 1


def read_promql() -> list[str]:
    """Read every expression of the alert rules and of the dashboard, with the variables of Grafana filled in."""
    rules = YAML(typ="safe").load((DEPLOY / "alerts.yaml").read_text("utf-8"))
    panels = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))["panels"]
    written = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    drawn = [target["expr"].replace("$__rate_interval", "5m") for panel in panels for target in panel["targets"]]
    return [*written, *drawn]


def test_alert_rules_and_dashboard_ask_for_metrics_that_exist() -> None:
    """Each expression is PromQL, names metrics and labels of the bot, and no metric is left out of the dashboard."""
    expressions = read_promql()
    help_lines = [line.split()[2] for line in Metrics().render().decode().splitlines() if line.startswith("# HELP")]
    known = {name for name in help_lines if name.startswith("stichwort_")}
    asked = {re.sub(r"_bucket$", "", name) for text in expressions for name in re.findall(r"stichwort_\w+", text)}

    for expression in expressions:
        promql_parser.parse(expression)
    with pytest.raises(ValueError, match="parenthesis"):
        promql_parser.parse("sum(rate(")
    assert asked == known
    labels = {label for text in expressions for label in re.findall(r"(?:by \(|\{)(\w+)", text)}
    values = {value for text in expressions for value in re.findall(r'(?:outcome|state)!?="(\w+)"', text)}
    outcomes = {outcome.__name__.lower() for outcome in get_args(SendOutcome)}
    assert values
    assert values <= outcomes | set(FeedState)
    assert labels <= {"le", "class", "state", "outcome", "reason", "job"}


def test_the_dashboard_is_the_one_that_is_made() -> None:
    """Whoever changes a panel changes what makes it: `python -m tools.make_dashboard`."""
    assert make_dashboard.FILE.read_text("utf-8") == make_dashboard.render()
