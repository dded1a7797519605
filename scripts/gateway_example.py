"""Write examples/gateway.toml: `python scripts/gateway_example.py`.

Every setting of the gateway, commented out with its default and its meaning: none is missing.
A test loads the file, as it is and with every line in force.
"""

import ast
import inspect
import textwrap
from pathlib import Path
from typing import Any, Final

import msgspec

from samlink.carriers.simulator.meanings import MEANINGS
from samlink.carriers.simulator.settings import Chance, SimulatorSettings
from samlink.gateway.settings import GatewaySettings

ROOT: Final = Path(__file__).resolve().parent.parent
EXAMPLE: Final = ROOT / "examples" / "gateway.toml"
WIDTH: Final = 118
HEAD: Final = """\
# Settings of the gateway: samlink serve --config gateway.toml. What is commented out shows the default; options such as
# --data and --base-port win. Made by scripts/gateway_example.py from the source.
"""


def said_of(struct: type) -> dict[str, str]:
    """What stands under each field of a struct."""
    body = ast.parse(textwrap.dedent(inspect.getsource(struct))).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for statement, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            constant = after.value if isinstance(after, ast.Expr) else None
            if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                found[statement.target.id] = " ".join(constant.value.split())
    return found


def toml(value: Any) -> str:
    """A default as TOML has it."""
    if isinstance(value, Chance):
        return "{ share = 0.0, receivers = [] }"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }" if value else "{}"
    if isinstance(value, (list, tuple, frozenset)):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def section(struct: type, values: Any, *, skip: frozenset[str] = frozenset()) -> list[str]:
    """The lines of a table."""
    said = dict(MEANINGS) if struct is SimulatorSettings else said_of(struct)
    lines: list[str] = []
    for name in struct.__struct_fields__:  # type: ignore[attr-defined]
        if name in skip:
            continue
        if name in said:
            lines += textwrap.wrap(said[name], WIDTH, initial_indent="## ", subsequent_indent="## ")
        value = getattr(values, name)
        lines.append(f"# {name} = (none)" if value is None else f"# {name} = {toml(value)}")
    return lines


def document() -> str:
    """The file."""
    settings = GatewaySettings(data="./samlink-data")
    tables = {
        name: getattr(settings, name)
        for name in GatewaySettings.__struct_fields__
        if isinstance(getattr(settings, name), msgspec.Struct)
    }
    lines = [HEAD, *section(GatewaySettings, settings, skip=frozenset(tables))]
    for name, values in tables.items():
        lines += ["", f"[{name}]", *section(type(values), values)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    EXAMPLE.write_text(document(), encoding="utf-8")
