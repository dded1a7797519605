"""No text that a peer sends stops its packet or its neighbours: whatever is read can be stored."""

import json
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samlink.core.message import REASON_CHARACTERS, NewMessage
from samlink.gateway.acceptance import complete
from samlink.gateway.sam.translate import drafts_of
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.commands import SEND_COMMANDS, Command
from samlink.wire.frame import Frame, encode_frame
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import Login
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Requested
from tests.core.sample import context
from tests.gateway.kakao import KEY, kakao, ready
from tests.gateway.running import running
from tests.wire.sessions.pair import ANSWER
from tests.wire.strategies import BOUNDED, packets

HALVES: Final = ["\\ud800", "\\udfff", "\\uDC00x", "\\ud83d\\ud83d"]
TEXTS: Final = st.one_of(st.text(st.characters(codec="utf-8"), max_size=8), st.sampled_from(HALVES))
VALUES: Final = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(TEXTS, st.sampled_from(["button", "item", "extra", "image", "name", "type"])), inner),
    ),
    max_leaves=12,
)
POISON: Final = [
    *(f'{{"{half}":1}}' for half in HALVES),
    '{"button":[{"name":"\\ud800","type":"WL","url_mobile":"x"}]}',
    '{"button":[{"name":"x","type":"\\ud800"}]}',
    '{"button":[{"name":"x","type":' + "[" * 900 + "]" * 900 + "}]}",
    '{"button":[{"name":' + '{"a":' * 400 + "1" + "}" * 400 + ',"type":"WL"}]}',
    "[" * 50_000,
    '{"button":[{"name":"x","type":"WL","url_mobile":' + "9" * 5000 + "}]}",
    '{"' + "가" * 30_000 + '":1}',
    '{"a\\u0000\\u001b\\u2028":1}',
    "\ufeff{}",
]


def new_messages(packet: Packet) -> list[NewMessage]:
    """The messages of a packet, judged."""
    judged_by = context()
    drafts = drafts_of(packet, judged_by.now_ms)
    complete(drafts, judged_by)
    return drafts.messages


def check(message: NewMessage) -> None:
    """What the store has to do with it."""
    assert msgspec.msgpack.encode(message)
    assert len(message.reason) <= REASON_CHARACTERS
    for name in message.__struct_fields__:
        if isinstance(text := getattr(message, name), str):
            text.encode()


@given(value=VALUES)
@settings(BOUNDED, max_examples=200)
def test_any_attachment_gives_a_message_that_can_be_stored(value: Any) -> None:
    text = json.dumps(value).replace("\\\\u", "\\u")
    record = kakao(1, sender_key="key", template_code="links", text="홍길동님, 주문이 접수되었습니다.", attachment=text)
    for message in new_messages(Packet(commands.SEND_KMS, records=[record])):
        check(message)


@pytest.mark.parametrize("attachment", POISON, ids=range(len(POISON)))
@pytest.mark.parametrize("kind", ["AT", "AI", "FT", "FI"])
def test_attachments_that_are_known_to_be_odd(kind: str, attachment: str) -> None:
    record = kakao(1, kind=kind, sender_key="key", template_code="links", attachment=attachment)
    (message,) = new_messages(Packet(commands.SEND_KMS, records=[record]))
    check(message)
    assert message.result is not None


@pytest.mark.parametrize(
    ("service", "command"),
    [(service, command) for service, every in SEND_COMMANDS.items() for command in every],
    ids=lambda value: getattr(value, "code", getattr(value, "name", "")),
)
@given(data=st.data())
@settings(BOUNDED, max_examples=20)
def test_any_bytes_in_a_record_give_messages_that_can_be_stored(
    service: Service, command: Command, data: st.DataObject
) -> None:
    body = bytearray(encode_body(data.draw(packets(command, least=1, most=2))))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(4, max(4, len(body) - 1)))
        junk = data.draw(st.binary(min_size=1, max_size=6))
        body[place : place + len(junk)] = junk
    session = GatewaySession(service, Duty.SEND, 0.0)
    login = encode_body(Packet(commands.LOGIN, Login("demo", "secret")))
    session.receive(encode_frame(Frame("SAM11", "1010", body=login)), 0.0)
    session.answer_login(ANSWER, batch_limit=9999, service_class=1, now=0.0)
    for event in session.receive(encode_frame(Frame("SAM11", command.code, body=bytes(body))), 0.0):
        if isinstance(event, Requested):
            for message in new_messages(event.packet):
                check(message)


async def test_a_poisoned_message_gets_its_result_and_its_neighbours_theirs(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        await ready(gateway)
        records = [kakao(number, attachment=text) for number, text in enumerate(POISON[:6])]
        good = kakao(100)
        async with gateway.sender(Service.KMS) as sender:
            answer = await sender.send([*records, good], commands.SEND_KMS)
            assert answer.response == ResponseCode.OK
        await gateway.state("done", len(records))
        assert good.sender_key == KEY
