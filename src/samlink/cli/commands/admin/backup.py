"""`samlink backup` and `samlink restore`: the whole data directory, beside a running gateway."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from samlink.cli.data_directory import existing, resolve
from samlink.cli.errors import CommandError
from samlink.cli.help.pages import command
from samlink.cli.language import say, tell
from samlink.cli.options import Data, Json, examples
from samlink.cli.output.formatting import clean, print_json
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.gateway.backup import Summary

DISAGREES = 1


@command(
    short_help="Back up the whole data directory.",
    epilog=examples(
        "samlink backup /backups/samlink-20250131",
        "samlink backup /backups/samlink-20250131.tar.gz --data /var/lib/samlink",
    ),
)
def backup(
    *,
    target: Annotated[
        Path, typer.Argument(metavar="TARGET", help="A new directory, or a file that ends in .tar, .tar.gz or .tgz.")
    ],
    data: Data = None,
    as_json: Json = False,
) -> int:
    """Back up the database, the key, the uploaded files and the simulated carrier's journal; the gateway may run.

    The copy is of one moment and is audited; the exit code is 1 when its money and messages do not agree. It gets its
    name when it is whole. It holds passwords' hashes, texts and numbers: keep it like the data directory.
    """
    from samlink.gateway.backup import BackupError, back_up

    try:
        made = back_up(existing(resolve(data)), target)
    except BackupError as error:
        raise CommandError("the backup cannot be made: {why}.", why=error) from error
    _tell("backup.made", target, made, as_json=as_json)
    return DISAGREES if made.discrepancies else 0


@command(
    short_help="Make a data directory from a backup.",
    epilog=examples(
        "samlink restore /backups/samlink-20250131 --data /var/lib/samlink",
        "samlink restore /backups/samlink-20250131.tar.gz --data /srv/samlink --moved",
    ),
)
def restore(
    *,
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="What `samlink backup` has made.")],
    moved: Annotated[
        bool,
        typer.Option(
            "--moved", help="The gateway has not run since the backup was made: nothing queued has been sent meanwhile."
        ),
    ] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make a new data directory from a backup, check each of its files, audit it, and set private modes.

    What was queued may have been sent since the backup was made, so it is taken for unknown, and the carrier decides;
    --moved says that it was not. New messages get ids that no carrier has seen.
    """
    from samlink.gateway.backup import BackupError
    from samlink.gateway.backup import restore as restore_backup
    from samlink.store.wall_clock import wall_clock_ms

    target = resolve(data)
    try:
        made = restore_backup(source, target, wall_clock_ms(), moved=moved)
    except BackupError as error:
        raise CommandError("the backup cannot be restored: {why}.", why=error) from error
    _tell("restore.made", target, made, as_json=as_json)


def _tell(key: str, target: Path, made: "Summary", *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "target": str(target),
                "made_at": made.made_at,
                "messages": made.messages,
                "files": made.files,
                "bytes": made.size,
                "discrepancies": [str(found) for found in made.discrepancies],
            }
        )
        return
    for found in made.discrepancies:
        print(f"{clean(say('{why}', why=found))}.")
    messages = "?" if made.messages is None else f"{made.messages:,}"
    files, size = f"{made.files:,}", f"{made.size:,}"
    if key == "backup.made":
        template = N_("Backed up to {target}: {messages} messages, {files} uploaded files, {size} bytes.")
        tell(template, target=target, messages=messages, files=files, size=size)
    else:
        template = N_(
            "Restored to {target}: {messages} messages, {files} uploaded files, {size} bytes; the audit agrees."
        )
        tell(template, target=target, messages=messages, files=files, size=size)
