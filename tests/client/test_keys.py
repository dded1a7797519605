"""Keys that nobody else makes."""

import itertools
import os
import re

import pytest

from samlink.client import Message
from samlink.client.keys import KEYS, KeyMaker


def test_a_message_gets_its_keys_once() -> None:
    first, second = Message(to="01012345678", text="a"), Message(to="01012345678", text="a")
    assert (first.group_id, first.message_id) != (second.group_id, second.message_id)
    assert re.fullmatch(r"\d{14}", first.group_id)
    assert re.fullmatch(r"[A-Z2-7]{12}[0-9A-F]{8}", first.message_id)
    assert Message(to="01012345678", text="a", group_id="g", message_id="m").message_id == "m"


def test_two_makers_do_not_make_the_same_keys() -> None:
    first, second = KeyMaker(), KeyMaker()
    assert not {first.message_id() for _ in range(100)} & {second.message_id() for _ in range(100)}


def test_a_counter_that_is_used_up_begins_again_with_another_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    maker = KeyMaker()
    before = maker.message_id()
    monkeypatch.setattr(maker, "_counter", itertools.count(16**8))
    after = maker.message_id()
    assert len(after) == 20
    assert after[:12] != before[:12]


def test_a_forked_child_makes_other_keys() -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, KEYS.message_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 20).decode()
    os.close(reading)
    os.close(writing)
    assert theirs[:12] != KEYS.message_id()[:12]
