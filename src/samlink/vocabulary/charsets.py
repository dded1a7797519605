"""How an account's texts are read (docs/protocol.md 4)."""

import enum


class Charset(enum.StrEnum):
    """The values are stored with an account."""

    AUTO = "auto"
    """CP949, but UTF-8 where the bytes can hardly be anything else."""
    CP949 = "cp949"
    UTF_8 = "utf-8"
