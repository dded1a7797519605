"""A reason is the same Problem on the other side of the monitor port."""

import msgspec

from samlink.agent.watch.reason import Reason
from samlink.vocabulary.language import Language, said
from samlink.vocabulary.problem import Problem


def test_a_reason_crosses_the_port_with_its_code_and_values() -> None:
    inner = Problem("disk.full", "{path} is full", path="/data")
    problem = Problem("write.failed", "{count} rows of {table}: {why}", count=3, table="UShotSMS", why=inner)
    crossed = msgspec.json.decode(msgspec.json.encode(Reason.of(problem)), type=Reason).problem
    assert (crossed.code, crossed.values["count"]) == ("write.failed", 3)
    assert said(crossed, Language.ENGLISH) == "3 rows of UShotSMS: /data is full"
    assert said(crossed, Language.KOREAN) == "3 rows of UShotSMS: /data is full", "nobody has translated these"


def test_a_reason_of_the_system_is_its_words_alone() -> None:
    reason = Reason.of(Problem("port.closed", "{why}", why=OSError(13, "Permission denied", "/secret/path")))
    assert reason.values == {"why": "Permission denied"}
