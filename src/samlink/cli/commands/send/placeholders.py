"""`{이름}님`: a text with a place for each receiver's own words, from the columns of its list.

Braces mean something only where a list has columns. `{{` and `}}` are braces then; Kakao's `#{이름}` is a place too.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from samlink.cli.commands.send.recipients import Fault, Recipient, refuse
from samlink.cli.errors import WrongUsageError
from samlink.cli.language import say
from samlink.core.input import quoted

_PLACE: Final = re.compile(r"\{\{|\}\}|\{([^{}\n]{1,60})\}")
_KAKAO_PLACE: Final = re.compile(r"\{\{|\}\}|#?\{([^{}\n]{1,60})\}")


def filled(texts: Mapping[str, str], receivers: Sequence[Recipient], *, kakao: bool) -> list[dict[str, str]]:
    """`texts` (by the name of what they are) for each receiver.

    Raises WrongUsageError: a text names a column that no list has, or lines have nothing in one that is named.
    """
    pattern = _KAKAO_PLACE if kakao else _PLACE
    columns = dict.fromkeys(name for receiver in receivers for name in receiver.fields)
    if not columns:
        return [dict(texts)] * len(receivers)
    named = {found[1].strip() for text in texts.values() for found in pattern.finditer(text) if found[1]}
    for name in sorted(named - columns.keys()):
        known = ", ".join(map(quoted, columns))
        raise WrongUsageError(
            "the text names {name}, and the list has no such column: it has {known} (write {{{{ and }}}} for braces).",
            name=quoted(f"{{{name}}}"),
            known=known,
        )
    faults = [
        Fault(receiver.place, say("its column {name} is empty", name=quoted(name)))
        for receiver in receivers
        for name in sorted(named)
        if not receiver.fields.get(name)
    ]
    refuse(faults, len(receivers))
    return [{key: _fill(pattern, text, receiver.fields) for key, text in texts.items()} for receiver in receivers]


def _fill(pattern: re.Pattern[str], text: str, fields: Mapping[str, str]) -> str:
    def word(found: re.Match[str]) -> str:
        return fields[found[1].strip()] if found[1] else found[0][0]

    return pattern.sub(word, text)
