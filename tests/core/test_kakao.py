"""Whether a Kakao message is what was approved: its attachment, its buttons, its text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.core.kakao import Template, attachment_fault, buttons_match, matches, parse_json

LINK = {"name": "see", "type": "WL", "url_mobile": "https://a.example"}
ITEM = {"title": "a", "description": "b"}


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"button": [LINK] * 5},
        {"item": {"list": [ITEM, ITEM], "summary": ITEM}, "item_highlight": ITEM},
        {"image": {"img_url": "https://a.example/a.jpg"}},
        {"extra": {"title": "x" * 50, "header": "y" * 16, "supplement": {"quick_reply": [{}] * 10}}, "button": [LINK]},
    ],
    ids=str,
)
def test_an_attachment_that_may_go(parts: dict[str, Any]) -> None:
    assert attachment_fault(json.dumps(parts)) is None


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ("{", "ATTACHMENT is not JSON"),
        ("[" * 100_000, "ATTACHMENT is over"),
        ("[" * 15_000, "ATTACHMENT is not JSON"),
        ('{"a":"\\ud800"}', "ATTACHMENT is not JSON"),
        ([], "ATTACHMENT is not a JSON object"),
        ({"carousel": {}}, "ATTACHMENT has unknown parts"),
        ({"button": {}}, "button is not a list"),
        ({"button": [LINK] * 6}, "button is not a list of at most 5"),
        ({"button": [LINK, {"type": "WL"}]}, "button 2 has no name"),
        ({"button": [{"name": "a", "type": "XX"}]}, "button 1 has an unknown type"),
        ({"button": [{"name": "a", "type": []}]}, "button 1 has an unknown type"),
        ({"button": [{"name": "a", "type": "AL", "scheme_android": "b"}]}, "button 1 has no scheme_ios"),
        ({"item": {"list": [ITEM]}}, "item.list has not 2 to 10 items"),
        ({"item": []}, "item.list has not 2 to 10 items"),
        ({"item": {"list": [ITEM, ITEM], "summary": {}}}, "item 3 has no title or description"),
        ({"item_highlight": {"title": "a"}}, "item_highlight has no title or description"),
        ({"image": {}}, "image has no img_url"),
        ({"extra": []}, "extra is not an object"),
        ({"extra": {"title": "x" * 51}}, "extra.title is over 50 characters"),
        ({"extra": {"header": 1}}, "extra.header is over 16 characters"),
        ({"extra": {"supplement": {"quick_reply": [{}] * 11}}}, "extra.supplement.quick_reply is not a list"),
        ({"extra": {"supplement": []}}, "extra.supplement.quick_reply is not a list"),
        ({"extra": {"supplement": {"quick_reply": [{}]}}, "button": [LINK] * 3}, "with quick_reply there may be 2"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_the_first_fault_is_named(parts: object, said: str) -> None:
    found = attachment_fault(parts if isinstance(parts, str) else json.dumps(parts))
    assert found is not None
    assert str(found).startswith(said)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["button", "list", "name", "type"]) | st.text(), inner)
    ),
    max_leaves=20,
)
PARTS = st.sampled_from(["button", "item", "item_highlight", "image", "extra"])


@given(parts=st.dictionaries(PARTS, JSON))
def test_any_attachment_is_judged_and_its_buttons_are_compared(parts: dict[str, Any]) -> None:
    attachment = json.dumps(parts)
    template = Template("key", "T1", "", json.dumps([LINK]))
    if attachment_fault(attachment) is None:
        assert buttons_match(template, attachment) is (parts.get("button") == [LINK])


@pytest.mark.parametrize(
    ("approved", "given", "same"),
    [
        ([], "", True),
        ([LINK], "", False),
        ([LINK], {"button": [LINK]}, True),
        ([LINK], {"button": [LINK | {"name": "buy"}]}, False),
        ([LINK], {"button": [LINK | {"type": "BK"}]}, False),
        (
            [LINK | {"url_mobile": "https://a.example/#{no}"}],
            {"button": [LINK | {"url_mobile": "https://a.example/7"}]},
            True,
        ),
        (
            [LINK | {"url_mobile": "https://a.example/#{no}"}],
            {"button": [LINK | {"url_mobile": "https://b.example/7"}]},
            False,
        ),
        ([LINK | {"chat_extra": "x"}], {"button": [LINK | {"chat_extra": {}}]}, False),
    ],
    ids=str,
)
def test_buttons_are_as_they_were_approved(approved: list[Any], given: Any, same: bool) -> None:
    template = Template("key", "T1", "", json.dumps(approved) if approved else "")
    assert buttons_match(template, json.dumps(given) if given else "") is same


@pytest.mark.parametrize(
    ("template", "text", "same"),
    [
        ("#{name}님, 주문 #{no} 완료", "홍길동님, 주문 7 완료", True),
        ("#{name}님, 주문 #{no} 완료", "홍길동님, 배송 7 완료", False),
        ("a#{x}a", "a", False),
        ("a#{x}b#{y}c", "a1c2b3c", True),
        ("a#{x}b#{y}c", "a1c", False),
        ("a\r\nb", "a\nb", True),
        ("#{}", "#{}", True),
        ("same", "same!", False),
    ],
)
def test_a_text_is_its_template_with_the_variables_filled_in(template: str, text: str, same: bool) -> None:
    assert matches(template, text) is same


def test_json_with_half_a_surrogate_pair_is_none() -> None:
    assert parse_json('{"a":"\\ud83d\\ude00"}') == {"a": "😀"}
    with pytest.raises(ValueError, match="surrogates"):
        parse_json('{"a":"\\ud83d"}')
