"""The admission rules on the command line: their names, and which mode an account has each in."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from samlink.cli.errors import WrongUsageError
from samlink.cli.language import _, is_korean
from samlink.cli.output.formatting import masked
from samlink.core.input import quoted
from samlink.vocabulary.language import Language, translated
from samlink.vocabulary.rule_names import RuleName

if TYPE_CHECKING:
    from samlink.core.account import Account

RULE_NAMES: Final = tuple(str(name) for name in RuleName if name not in (RuleName.BALANCE, RuleName.UNREADABLE_FIELD))
"""Every rule that can be switched, in the order of precedence."""
MODES: Final = ("off", "warn", "on")
DEFAULT: Final = "default"
_KNOWN_NAMES: Final = frozenset(RuleName)
_COLUMNS: Final = 3
_NUMBER: Final = re.compile(r"(?<!\w)0\d{1,3}-?\d{3,4}-?\d{4}(?!\w)", re.ASCII)


class RuleMode(NamedTuple):
    """One rule, as one account has it."""

    name: str
    result: int
    mode: str
    default: str
    switchable: bool


def rule_list() -> str:
    """The names for a help page, two a line."""
    cells = [f"{name:<24}" for name in RULE_NAMES]
    lines = ("  " + "".join(cells[first : first + _COLUMNS]).rstrip() for first in range(0, len(cells), _COLUMNS))
    return "\n".join(("\b", "Rules, in the order of their precedence:", *lines))


def rule_name(name: str) -> str:
    """A rule's name, by which it is switched; for a Korean reader with its Korean name."""
    return f"{name} ({_(name)})" if is_korean() and name in _KNOWN_NAMES else name


def reason_of(reason: str, *, reveal: bool = False) -> str:
    """Why a message was refused: the rule, and its finding."""
    name, colon, detail = reason.partition(": ")
    return rule_name(name) + colon + (detail if reveal else without_numbers(detail))


def without_numbers(text: str) -> str:
    """`text` with possible telephone numbers masked: an earlier samlink quoted messages in its reasons."""
    return _NUMBER.sub(lambda found: masked(found[0].replace("-", "")), text)


def checked_rules(texts: Iterable[str]) -> dict[str, str | None]:
    """`NAME=MODE` by English name; None for the mode `default`. The name may be the Korean one;
    case, spaces and hyphens do not matter.

    Raises WrongUsageError.
    """
    return dict(map(_rule, texts))


def rule_modes(account: "Account") -> list[RuleMode]:
    """Every rule with its code, as the account has it, in the order of precedence."""
    from samlink.core.limits import LIMIT_RULES
    from samlink.core.rules import RULES

    defaults = [(rule.name, int(rule.result), str(rule.default)) for rule in RULES]
    defaults += [
        (rule.name, int(rule.result), "off" if rule.name == RuleName.DUPLICATE else "on") for rule in LIMIT_RULES
    ]
    return [_as_set(account, name, result, default) for name, result, default in defaults]


def _as_set(account: "Account", name: str, result: int, default: str) -> RuleMode:
    if name == RuleName.BALANCE:
        return RuleMode(name, result, mode=default, default=default, switchable=False)
    return RuleMode(name, result, mode=account.rules.get(name, default), default=default, switchable=True)


def _rule(text: str) -> tuple[str, str | None]:
    given, _sep, mode = (part.strip() for part in text.rpartition("="))
    mode = mode.lower()
    if not given or mode not in (*MODES, DEFAULT):
        raise WrongUsageError(
            "--rule: {text} is not NAME=MODE with a mode of off, warn, on or default.", text=quoted(text)
        )
    known = {_folded(form): name for name in (*RULE_NAMES, RuleName.BALANCE) for form in _forms(name)}
    name = known.get(_folded(given))
    if name is None:
        raise WrongUsageError(
            "--rule: there is no rule {name}; `samlink account rules ID` lists all.", name=quoted(given)
        )
    if name == RuleName.BALANCE:
        raise WrongUsageError(
            "--rule: {name} cannot be switched: a message that is not paid for is never sent.", name=rule_name(name)
        )
    return name, None if mode == DEFAULT else mode


def _forms(name: str) -> tuple[str, str, str]:
    """How a rule may be named: in English, in Korean, and as `samlink account rules` shows it to a Korean."""
    korean = translated(name, Language.KOREAN)
    return name, korean, f"{name} ({korean})"


def _folded(name: str) -> str:
    return "".join(name.replace("-", " ").replace("_", " ").casefold().split())
