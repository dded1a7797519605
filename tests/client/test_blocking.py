"""The blocking front: one loop thread, called from scripts, request threads, forked workers, and at exit."""

import asyncio
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest

from samlink.client import ClientError, Failed, Held, Message, MessageError, PacketRefusedError, Sent, Service, Version
from samlink.client.blocking import CHUNK, Receiver, Sender
from samlink.testing.pictures import jpeg
from samlink.testing.scripted_gateway import PASSWORD, Refuse, ScriptedGateway, Step
from samlink.vocabulary.responses import ResponseCode
from tests.client.sample import ids, results


class Gateway:
    """A scripted gateway on a loop and a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.scripted = ScriptedGateway()
        self.run(self.scripted.__aenter__())

    def run(self, coroutine: Any) -> Any:
        """Run something on its loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def do(self, action: Callable[[], object]) -> None:
        """Call something on its loop."""

        async def act() -> None:
            action()

        self.run(act())

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until `condition` holds."""
        self.run(self.scripted.until(condition))

    def close(self) -> None:
        """End."""
        self.run(self.scripted.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A gateway that takes everything until it is told otherwise."""
    gateway = Gateway()
    yield gateway
    gateway.close()


def message(number: int, **changes: Any) -> Message:
    """A message of one group."""
    return Message(to=f"010{number:08d}", text="안녕", group_id="G", message_id=f"M{number}", **changes)


def test_a_script_sends_and_takes_the_result(gateway: Gateway) -> None:
    gateway.scripted.results_by_themselves = True
    settings = gateway.scripted.settings()
    with Sender(settings) as sender, Receiver(settings) as receiver:
        sent = sender.send(message(1))
        assert next(iter(receiver)).key == sent.key
        assert sender.connected
        assert sender.connect(Service.MMS).batch == 30
        assert sender.send(message(2, files=(sender.upload(jpeg(), "jpg"),))).kind == "MMS"


def test_an_error_is_the_one_of_the_asynchronous_sender(gateway: Gateway) -> None:
    gateway.scripted.steps.append(Refuse(ResponseCode.BAD_FIELD, "bad field"))
    with Sender(gateway.scripted.settings()) as sender:
        with pytest.raises(PacketRefusedError, match="bad field"):
            sender.send(message(1))
        with pytest.raises(MessageError):
            sender.send(message(2, kind="FAX"))


def test_many_messages_come_back_in_their_order(gateway: Gateway) -> None:
    with Sender(gateway.scripted.settings(), connections=3) as sender:
        outcomes = list(sender.send_many(message(number) for number in range(2 * CHUNK + 1)))
    assert [outcome.message.message_id for outcome in outcomes] == [f"M{number}" for number in range(2 * CHUNK + 1)]
    assert all(isinstance(outcome, Sent) for outcome in outcomes)


def test_the_callers_iterable_is_read_in_the_callers_thread_and_its_fault_comes_last(gateway: Gateway) -> None:
    threads: set[threading.Thread] = set()

    def rows() -> Iterator[Message]:
        for number in range(3):
            threads.add(threading.current_thread())
            yield message(number)
        raise LookupError("the cursor is gone")

    outcomes = []

    def send_all() -> None:
        with Sender(gateway.scripted.settings()) as sender:
            for outcome in sender.send_many(rows()):
                outcomes.append(outcome)  # noqa: PERF402 - what came before the fault stays

    with pytest.raises(LookupError):
        send_all()
    assert len(outcomes) == 3
    assert threads == {threading.current_thread()}


def test_what_is_held_can_be_waited_for_or_is_left(gateway: Gateway) -> None:

    now = 1_800_000_000.0
    later = datetime.fromtimestamp(now, UTC) + timedelta(hours=1)
    with Sender(gateway.scripted.settings(wall_clock=lambda: now)) as sender:
        (held,) = sender.send_many([message(1, subject="제목", reserve_at=later)])
        assert isinstance(held, Held)
    assert len(sender.unfinished.held) == 1
    with pytest.raises(ClientError):
        sender.sent(held)


def test_threads_share_one_sender(gateway: Gateway) -> None:
    with Sender(gateway.scripted.settings()) as sender, ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda number: sender.send(message(number)), range(100)))
    assert len({one.key for one in sent}) == 100
    assert gateway.scripted.connections == 1


def test_request_threads_of_a_web_server_send(gateway: Gateway) -> None:
    sender = Sender(gateway.scripted.settings())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent = sender.send(message(int(self.path[1:])), timeout_seconds=10)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(sent.key.message_id.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()

        def get(number: int) -> bytes:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{number}") as answer:
                said: bytes = answer.read()
                return said

        with ThreadPoolExecutor(5) as pool:
            assert list(pool.map(get, range(20))) == [f"M{number}".encode() for number in range(20)]
        server.shutdown()
    sender.close()
    assert gateway.scripted.connections == 1


@pytest.mark.parametrize("version", Version)
def test_a_cron_job_takes_what_is_there_and_ends(gateway: Gateway, version: Version) -> None:
    gateway.do(lambda: gateway.scripted.deliver(results(1, 2, 3), results(4)))
    with Receiver(gateway.scripted.settings(version=version), [Service.SMS]) as receiver:
        taken = list(receiver.results(quiet_seconds=0.5))
    assert ids(taken) == ["M1", "M2", "M3", "M4"]
    gateway.until(lambda: len(gateway.scripted.acknowledged) == 2)


def test_a_batch_is_acknowledged_when_it_is_stored(gateway: Gateway) -> None:
    gateway.do(lambda: gateway.scripted.deliver(results(1, 2)))
    with Receiver(gateway.scripted.settings(), [Service.SMS]) as receiver:
        batch = next(receiver.batches(auto_acknowledge=False))
        assert ids(batch) == ["M1", "M2"]
        assert not gateway.scripted.acknowledged
        batch.acknowledge()
        gateway.until(lambda: gateway.scripted.acknowledged)


def test_a_callback_cannot_wait_for_its_own_thread(gateway: Gateway) -> None:
    codes: list[str] = []

    def told(_: object) -> None:
        try:
            sender.send(message(2))
        except ClientError as error:
            codes.append(error.code)

    sender = Sender(gateway.scripted.settings(on_connection=told))
    sender.send(message(1))
    sender.close()
    assert set(codes) == {"blocking.own_thread"}


SCRIPT: Final = """
import os, sys
from samlink.client import ClientError, ClientSettings, Message
from samlink.client.blocking import Sender

settings = ClientSettings(host="127.0.0.1", base_port={port}, id="scripted", password={password!r})
sender = Sender(settings)
message = lambda name: Message(to="01012345678", text="hi", group_id="G", message_id=name)
"""


def script(gateway: Gateway, program: str) -> "subprocess.Popen[str]":
    """A program of its own process."""
    source = SCRIPT.format(port=gateway.scripted.base_port, password=PASSWORD) + program
    return subprocess.Popen((sys.executable, "-c", source), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


FORKS: Final = """
sender.send(message("PARENT"))
child = os.fork()
if child == 0:
    try:
        sender.send(message("NEVER"))
    except ClientError as error:
        print(error.code, flush=True)
    with Sender(settings) as own:
        own.send(message("CHILD"))
    sender.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
sender.send(message("AFTER"))
print("done")
"""


def test_a_forked_child_is_told_and_opens_its_own(gateway: Gateway) -> None:
    out, err = script(gateway, FORKS).communicate(timeout=30)
    assert (out.split(), err) == (["blocking.forked", "done"], "")
    assert {key[1] for key in gateway.scripted.messages} == {"PARENT", "CHILD", "AFTER"}


def test_a_program_that_closes_nothing_ends_quietly(gateway: Gateway) -> None:
    program = script(gateway, 'sender.send(message("ONE"))\n')
    out, err = program.communicate(timeout=30)
    assert (program.returncode, out, err) == (0, "", "")
    gateway.until(lambda: not gateway.scripted.peers)


def test_ctrl_c_ends_a_wait(gateway: Gateway) -> None:
    gateway.scripted.steps.append(Step.TAKE_AND_STAY_SILENT)
    program = script(gateway, 'try:\n    sender.send(message("ONE"))\nexcept KeyboardInterrupt:\n    print("cut")\n')
    gateway.until(lambda: gateway.scripted.requests)
    program.send_signal(signal.SIGINT)
    gateway.do(gateway.scripted.drop_all)
    out, _ = program.communicate(timeout=30)
    assert out == "cut\n"


def test_one_bad_message_does_not_fail_the_others(gateway: Gateway) -> None:
    with Sender(gateway.scripted.settings()) as sender:
        good, bad = sender.send_many([message(1), Message(to="1", text="안녕")])
    assert isinstance(good, Sent)
    assert isinstance(bad, Failed)
