"""Profiles and templates: which one is meant, and what cannot be approved."""

import pytest

from samlink.core.input import InputError
from samlink.core.kakao import Profile, Template
from samlink.operations import kakao
from samlink.operations.problems import OperationError
from samlink.store.contract import AdminStore


async def test_a_template_belongs_to_the_only_profile_or_the_named_one(store: AdminStore) -> None:
    with pytest.raises(OperationError) as caught:
        await kakao.put_template(store, "shop", "ORDER1", "안녕하세요")
    assert caught.value.code == "templates.no_profile"
    await kakao.put_profile(store, "shop", Profile("key1", "@shop"))
    assert await kakao.put_template(store, "shop", "ORDER1", "a\r\nb") == Template("key1", "ORDER1", "a\nb")
    await kakao.put_profile(store, "shop", Profile("key2"))
    with pytest.raises(InputError) as ambiguous:
        await kakao.remove_template(store, "shop", "ORDER1")
    assert ambiguous.value.code == "templates.which_profile"
    with pytest.raises(OperationError) as unknown:
        await kakao.remove_template(store, "shop", "ORDER1", "key2")
    assert unknown.value.code == "templates.unknown"
    assert await kakao.remove_template(store, "shop", "ORDER1", "key1") == "key1"
    assert await kakao.templates(store, "shop") == []


@pytest.mark.parametrize(
    ("code", "text", "problem"),
    [
        ("", "text", "kms.bad_code"),
        ("x" * 31, "text", "kms.bad_code"),
        ("T1", " ", "text.empty"),
        ("T1", "가" * 1_001, "templates.too_long"),
        ("T1", "a\x07b", "templates.control"),
        ("T1", "#{name}님 #{no", "templates.open_variable"),
    ],
)
async def test_a_template_that_kakao_cannot_have_is_not_stored(
    store: AdminStore, code: str, text: str, problem: str
) -> None:
    await kakao.put_profile(store, "shop", Profile("key1"))
    with pytest.raises((InputError, OperationError)) as caught:
        await kakao.put_template(store, "shop", code, text)
    assert caught.value.code == problem
    assert await kakao.templates(store, "shop") == []


async def test_a_profile_goes_with_its_templates(store: AdminStore) -> None:
    with pytest.raises(InputError):
        await kakao.put_profile(store, "shop", Profile("a key"))
    with pytest.raises(InputError):
        await kakao.put_profile(store, "shop", Profile("key1", "x" * 61))
    await kakao.put_profile(store, "shop", Profile("key1"))
    await kakao.put_template(store, "shop", "ORDER1", "안녕하세요")
    with pytest.raises(OperationError) as caught:
        await kakao.remove_profile(store, "shop", "key2")
    assert caught.value.code == "profiles.unknown"
    await kakao.remove_profile(store, "shop", "key1")
    assert await kakao.templates(store, "shop") == []


def test_buttons_are_a_list_or_an_attachment_of_nothing_else() -> None:
    compact = '[{"name":"보기","type":"WL","url_mobile":"https://shop.example"}]'
    assert kakao.approved_buttons(compact.encode(), "b.json") == compact
    assert kakao.approved_buttons(f'{{"button": {compact}}}'.encode(), "b.json") == compact
    assert kakao.approved_buttons(b"[]", "b.json") == ""
    for raw, code in ((b"{", "templates.not_json"), (b'[{"type":"WL"}]', "templates.bad_buttons")):
        with pytest.raises(OperationError) as caught:
            kakao.approved_buttons(raw, "b.json")
        assert caught.value.code == code
