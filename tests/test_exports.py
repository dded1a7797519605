"""What is public, by name: a change of these lists is a change for everybody who imports from here."""

import ast
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
        read_file spelled
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
VOCABULARY: Final = {
    "samlink.vocabulary.file_types": """
        EXTENSIONS FIRST_BYTES begins_as extension_of name_of told_extension
    """,
    "samlink.vocabulary.kakao": """
        ACK_TIMEOUT ADVERTISEMENT ALT_TYPES ATTACHMENT_BYTES ATTACHMENT_BYTES_TAKEN KAKAO_CODES KakaoCode
        KakaoKind LONGEST_TEXT_CHARACTERS SENDER_KEY_BYTES TEMPLATED TEMPLATE_CODE_BYTES TEXT_BYTES
        TEXT_CHARACTERS UNCERTAIN_CLASSES kakao_code
    """,
    "samlink.vocabulary.kinds": """
        KAKAO_KINDS KIND_NAMES Kind SERVICE_OF_KIND
    """,
    "samlink.vocabulary.language": """
        DOMAIN FOLDER InBoth Language Phrase SYSTEM_REASONS phrase said sentence translated
    """,
    "samlink.vocabulary.money": """
        BALANCE_SHOWN_LIMIT_WON WON won_text
    """,
    "samlink.vocabulary.numbers": """
        DIGITS_LEAST DIGITS_MOST FEWEST_DIGITS_SHOWN MOBILE RECEIVER SENDER digits_of is_receiver is_sender
        mask_number
    """,
    "samlink.vocabulary.particles": """
        Ending PARTICLES ending fill particle
    """,
    "samlink.vocabulary.problem": """
        N_ Problem system_reason
    """,
    "samlink.vocabulary.responses": """
        Again CODE_BYTES RESPONSES Response ResponseClass ResponseCode class_of response response_of_stranger
        says_yes
    """,
    "samlink.vocabulary.results": """
        Fault GivenBy Group KAKAO_RESULTS NETWORK_RESULTS NEWER_RESULTS RESEND_RESULTS RESULTS ResultCode
        ResultMeaning STATES result
    """,
    "samlink.vocabulary.rule_names": """
        RuleName
    """,
    "samlink.vocabulary.services": """
        BASE_PORT_LIMIT DEFAULT_BASE_PORT Duty PORT_LIMIT PORT_OFFSETS Service port_of
    """,
    "samlink.vocabulary.setting_problems": """
        SettingError faulty_setting problem_of
    """,
    "samlink.vocabulary.sizes": """
        COST_CHARACTERS COUNT_LIMIT FILES_LIMIT FILE_EXTENSION_BYTES FILE_NAME_BYTES FILE_SIZE_LIMIT
        FIXED_TEXT_BYTES ID_BYTES KEY_BYTES PASSWORD_BYTES RESP_MESG_BYTES SMS_BYTES_LIMIT
        SMS_BYTES_RECOMMENDED SUBJECT_BYTES TELECOM_BYTES USER_CODE_BYTES USER_CODE_DIGITS VARIABLE_TEXT_BYTES
    """,
    "samlink.vocabulary.text": """
        CHARSET Charset composed cp949_bytes cp949_cut file_text
    """,
    "samlink.vocabulary.times": """
        DAY_MS HOUR_MS KST KST_MS format_time in_kst parse_time
    """,
}
"""Its modules are imported one by one, since a program that wants a code does not wait for all of them. Facts are
added; one that is taken away or called otherwise is missed by those who import it."""
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


def named_in(module: str) -> set[str]:
    """The public names that a module defines itself."""
    body = ast.parse(inspect.getsource(importlib.import_module(module))).body
    found = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in body if isinstance(node, ast.AnnAssign)]
    return {name for name in found | {ast.unparse(target) for target in targets} if not name.startswith("_")}


@pytest.mark.parametrize("module", VOCABULARY)
def test_a_module_of_the_vocabulary_names_these_facts_at_least(module: str) -> None:
    assert set(VOCABULARY[module].split()) - named_in(module) == set()


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
