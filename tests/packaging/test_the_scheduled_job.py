"""The units in the documentation are ones systemd takes, and call the command as it is."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess

import pytest

from dashboard.shells.command import app
from tests.support.repository import REPOSITORY

EXAMPLES = REPOSITORY / "docs" / "examples" / "snapshot"
SERVICE = EXAMPLES / "alliance-snapshot.service"
TIMER = EXAMPLES / "alliance-snapshot.timer"


def read(unit):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read_string(unit.read_text(encoding="utf-8"))
    return parser


def commands():
    service = shlex.split(read(SERVICE)["Service"]["ExecStart"])
    line = (EXAMPLES / "crontab").read_text(encoding="utf-8").splitlines()[-1]
    yield service[service.index("alliance") + 1 :]
    cron = shlex.split(line.split(">>")[0])[5:]
    yield cron[1:]


@pytest.mark.parametrize("arguments", list(commands()), ids=["systemd", "cron"])
def test_the_job_gives_the_command_options_it_takes(arguments):
    command, bound, _ = app.parse_args(arguments, exit_on_error=False, print_error=False)
    assert command.__name__ == "snapshot"
    assert bound.arguments["schedule"].keep == 8
    assert bound.arguments["schedule"].max_age_days == 3
    assert bound.arguments["as_json"] is True


def test_the_timer_starts_the_service_beside_it():
    assert SERVICE.stem == TIMER.stem
    assert read(TIMER)["Timer"]["Persistent"] == "true"
    assert read(SERVICE)["Service"]["Type"] == "oneshot"
    assert read(SERVICE)["Service"]["SuccessExitStatus"] == "3"


def test_systemd_finds_nothing_wrong_with_the_units_where_it_is_installed(tmp_path):
    verify = shutil.which("systemd-analyze")
    for unit in (SERVICE, TIMER):
        shutil.copy(unit, tmp_path)
    asked = [verify or "true", "verify", *(str(each) for each in sorted(tmp_path.iterdir()))]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    about_ours = [line for line in done.stderr.splitlines() if "alliance-snapshot" in line]
    assert about_ours == []
