"""The lines of libraries: a name and fields for whoever reads them, with the client's handler or with the gateway's."""

import json
import logging

import pytest
import structlog

from samlink.cli.commands.serve.logs import LogLevel, configure_logs
from samlink.client import GatewayUnreachableError
from samlink.vocabulary.services import Duty, Service
from samlink.watch.lines import tell

LOG = logging.getLogger("samlink.client.test")
ERROR = GatewayUnreachableError("gateway.test", "no gateway at {address}", address="192.0.2.1:33300")


def test_a_plain_handler_shows_name_and_fields(caplog: pytest.LogCaptureFixture) -> None:
    tell(LOG, logging.WARNING, "login_failed", service=Service.SMS, duty=Duty.SEND, why=ERROR, again_seconds=10.0)
    (record,) = caplog.records
    assert record.getMessage() == (
        "login_failed service=SMS duty=send why='no gateway at 192.0.2.1:33300' again_seconds=10.0 problem=gateway.test"
    )
    assert record.funcName == "test_a_plain_handler_shows_name_and_fields"


def test_an_error_of_no_problem_goes_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    tell(LOG, logging.ERROR, "connection_fault", service=Service.MMS, error=ZeroDivisionError("by zero"))
    assert caplog.records[0].getMessage() == "connection_fault service=MMS"
    assert "ZeroDivisionError: by zero" in caplog.text


def test_the_command_line_shows_the_fields_as_those_of_its_own_events(capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        configure_logs(as_json=True, level=LogLevel.INFO)
        tell(LOG, logging.WARNING, "login_failed", service=Service.SMS, why=ERROR)
    finally:
        root.handlers[:], level = before
        root.setLevel(level)
        structlog.reset_defaults()
    line = json.loads(capfd.readouterr().err)
    assert line.pop("timestamp")
    assert line == {
        "event": "login_failed",
        "level": "warning",
        "service": "SMS",
        "why": "no gateway at 192.0.2.1:33300",
        "problem": "gateway.test",
    }
