"""What was wiped is gone from the files, and no reason quotes a message."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.core import kakao
from samlink.testing.clock import until
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Service
from samlink.wire import commands
from tests.gateway.kakao import kakao as kakao_message
from tests.gateway.kakao import ready
from tests.gateway.running import Running, account, running, sms

DAY_SECONDS = 86_400
TEXT = "인증번호 830194"
NAME = "KIM Younghee"
RECEIVER = "01098765432"
SECRETS = (TEXT, NAME, RECEIVER, RECEIVER[1:])


def found_in(data: Path) -> list[str]:
    """Which secrets stand in which of the files."""
    contents = {path.name: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    return [f"{name}: {secret}" for name, held in contents.items() for secret in SECRETS if secret.encode() in held]


async def sent(gateway: Running, record: Any, service: Service, command: commands.Command) -> None:
    """Send one message and take its result."""
    async with gateway.sender(service) as sender, gateway.reports(service=service) as reports:
        assert (await sender.send([record], command)).response == ResponseCode.OK
        await reports.taken(1)


async def test_texts_and_numbers_are_gone_from_every_file_when_they_are_wiped(tmp_path: Path) -> None:
    async with running(tmp_path, retention={"content_days": 1}) as gateway:
        await ready(gateway)
        await sent(gateway, sms(1, text=TEXT, receiver=RECEIVER), Service.SMS, commands.SEND_SMS)
        await sent(gateway, sms(2, text=TEXT + NAME, receiver=RECEIVER), Service.MMS, commands.SEND_LMS)
        attachment = json.dumps({NAME: RECEIVER, "button": 7})
        await sent(gateway, kakao_message(3, receiver=RECEIVER, attachment=attachment), Service.KMS, commands.SEND_KMS)
        assert found_in(tmp_path)
        reasons = {view.reason for view in gateway.views().values()}
        assert any(reason.startswith("Kakao attachment: ") for reason in reasons)
        assert not any(secret in reason for reason in reasons for secret in SECRETS)
        gateway.pass_time(2 * DAY_SECONDS)
        await until(lambda: not found_in(tmp_path))
        assert {view.reason for view in gateway.views().values()} == {"", "Kakao attachment"}
    assert not found_in(tmp_path)


@pytest.mark.parametrize("names", [("KIM 01098765432.jpg",), ("../../etc/passwd",)])
async def test_a_name_that_no_file_can_have_is_not_repeated(tmp_path: Path, names: tuple[str, ...]) -> None:
    async with running(tmp_path, account()) as gateway:
        found = await gateway.gateway._uploads.fault(1, names)
        assert found is not None
        assert found.reason == "file unknown: FILE_NAME 1"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(NAME) | st.just(RECEIVER),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([NAME, *kakao._CHECKS]), inner),
    max_leaves=20,
)
attachments = anything | st.fixed_dictionaries({}, optional=dict.fromkeys(kakao._CHECKS, anything))


@given(attachments)
def test_what_is_wrong_with_an_attachment_is_said_without_its_words(attachment: Any) -> None:
    fault = kakao.attachment_fault(json.dumps(attachment, ensure_ascii=False)) or ""
    assert not any(secret in fault for secret in SECRETS)
