"""`samlink upload`: a file for MMS, and the name to send it by."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from samlink.cli.commands.send import compose
from samlink.cli.help.pages import command
from samlink.cli.options import Json, LinkOptions, examples
from samlink.cli.options.groups import takes
from samlink.cli.output.answers import answer

if TYPE_CHECKING:
    from samlink.client import ClientSettings


@command(
    short_help="Upload a file for MMS and print its name.",
    epilog=examples(
        "samlink upload photo.jpg", 'samlink send --to 01012345678 --file "$(samlink upload photo.jpg)" 사진입니다'
    ),
)
@takes(LinkOptions, "link")
def upload(
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="At most 307,200 bytes.")],
    link: LinkOptions,
    as_json: Json = False,
) -> None:
    """Upload a file for MMS and print the name that the gateway gave it.

    The password comes from SAMLINK_PASSWORD or from the profile, never from an argument.
    """
    from samlink.cli.options.profile import connection_settings
    from samlink.link.loop import run_loop

    path = compose.file(file)
    settings = connection_settings(link)
    name = run_loop(_upload(settings, path))
    answer(name, {"file": str(path), "name": name, "bytes": path.stat().st_size}, as_json=as_json)


async def _upload(settings: "ClientSettings", path: Path) -> str:
    from samlink.cli.output.link_errors import explained, first_login
    from samlink.client import Sender, Service

    async with Sender(settings) as sender:
        await first_login(sender.connect(Service.MMS), settings)
        with explained(settings):
            return await sender.upload(path)
