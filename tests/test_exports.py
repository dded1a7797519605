"""What is public, by name: a change of these lists is a change for everybody who imports from here."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Final

import pytest

import samlink.client
import samlink.wire

EXPORTS: Final = {
    "samlink.client": """
        Again AnyMessage Batch ByPeer ClientError ClientSettings ConnectionNews Duty Failed Fallback
        GatewayUnreachableError Held KakaoKind KakaoMessage Kind LoginRefusedError LoginTerms Message
        MessageError MessageKey Outcome OutcomeUnknownError Packed PacketRefusedError Receiver RecentKeys
        RefusedError Response ResponseClass ResponseCode Result ResultCode ResultMeaning SeenKeys Sender
        SenderClosedError SenderFullError Sent Service SettingsError Unfinished Version attachment_text check_login pack
        read_file
    """,
    "samlink.wire": """
        Answered COMMANDS ClientSession Command Direction Duty Ended Event FileAnswer FileNames FileUpload
        Frame FrameBuffer GatewaySession KeepaliveAnswered KeyRecord KmsRecord LocalProtocolError Login
        LoginAnswer Packet PeerFault PollDue ProtocolError Refused RemoteProtocolError Requested ResponseCode
        ResultRecord SendRecord Service Session Version decode_body encode_body encode_frame
    """,
    "samlink.link": """
        Doorway Link LinkClosedError RequestBudget RequestShare Session Turns open_link
    """,
    "samlink.testing.tolerance": """
        CLIENT_ROWS ClientUnderTest Factory GATEWAY_ROWS GatewayUnderTest Outcome Place Row ToleranceError
        Verdict verdicts
    """,
}
PUBLIC_MODULES: Final = frozenset(
    {"blocking", "errors", "kakao", "keys", "messages", "receiver", "results", "sender", "settings"}
)
"""Modules of `samlink.client` that a program may import from; the rest is private by name."""


@pytest.mark.parametrize("package", EXPORTS)
def test_a_package_exports_these_names(package: str) -> None:
    assert set(importlib.import_module(package).__all__) == set(EXPORTS[package].split())


@pytest.mark.parametrize("package", EXPORTS)
def test_every_exported_name_is_there(package: str) -> None:
    module = importlib.import_module(package)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_machinery_of_the_client_is_private_by_name() -> None:
    modules = {module.name for module in pkgutil.iter_modules(samlink.client.__path__)}
    assert {name for name in modules if not name.startswith("_")} == PUBLIC_MODULES


def types_met(owner: type) -> Iterator[tuple[str, type]]:
    """The types of ours in the annotations of a class's public members, and where they stand."""
    for name, member in inspect.getmembers(owner):
        function = member.fget if isinstance(member, property) else member
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        annotations = inspect.get_annotations(function, eval_str=True).values()
        found = (kind for kind in annotations if inspect.isclass(kind) and kind.__module__.startswith("samlink"))
        yield from ((f"{owner.__name__}.{name}: {kind.__name__}", kind) for kind in found)


@pytest.mark.parametrize("package", [samlink.client, samlink.wire], ids=lambda package: package.__name__)
def test_every_type_of_ours_that_a_user_meets_is_exported(package: ModuleType) -> None:
    exported = {value for name in package.__all__ if inspect.isclass(value := getattr(package, name))}
    known = exported | {getattr(samlink.wire, name) for name in ("Command", "Direction")}
    assert [where for owner in exported for where, kind in types_met(owner) if kind not in known] == []
