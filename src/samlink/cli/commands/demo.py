"""`samlink demo`: a gateway, a demo account, four messages and their way to a result. What `make run` calls.

The demo changes only directories that a demo made (`MARKER` stands in them), and only while it holds the directory's
lock: a directory with customers in it is refused, and a demo that cannot start has changed nothing.
"""

import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from samlink.cli.commands.serve.serve import listening
from samlink.cli.data_directory import (
    DEMO_DIRECTORY,
    DEMO_MARKER,
    PROFILE_NAME,
    administration,
    demo_directory,
    open_for_gateway,
)
from samlink.cli.errors import CommandError, writing
from samlink.cli.help.pages import command
from samlink.cli.language import _, say, tell
from samlink.cli.options import BasePort, examples
from samlink.cli.options.profile import write_profile
from samlink.cli.output.formatting import money, print_table
from samlink.core.input import base_port as checked_base_port
from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import DEFAULT_BASE_PORT, Service

if TYPE_CHECKING:
    from samlink.cli.commands.send.tracking import Track, Tracks
    from samlink.core.account import Account
    from samlink.gateway import Gateway, GatewaySettings
    from samlink.store.contract import AdminStore, Store

ACCOUNT: Final = "demo"
HOST: Final = "127.0.0.1"
ALLOWED: Final = "127.0.0.1/32"
BALANCE: Final = 10_000_00
"""The demo account is topped up to this, in 1/100 won."""
ENOUGH: Final = 1_000_00
RESULT_SECONDS: Final = 30.0
SENDER: Final = "0212345678"
SENDER_KEY: Final = "demo-channel"
TEMPLATE: Final = "ORDER1"
TEMPLATE_TEXT: Final = "#{이름}님, 주문 #{번호}번이 접수되었습니다."
RECEIVERS: Final = ("010-1234-5606", "010-2345-6706", "010-3456-7806")
"""The simulated carrier delivers to them: their last two digits are no failure's code."""
MARKER_TEXT: Final = "`samlink demo` made this directory, and changes what is in it.\n"
NOT_ON_KAKAO: Final = "010-4567-8962"
"""To this one Kakao cannot deliver, and the fallback goes out."""


_Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="A new directory, or one that a demo made. Default: ./samlink-demo"),
]


@command(
    short_help="See it work: a gateway and four messages.",
    epilog=examples(
        "samlink demo",
        "samlink demo --data /tmp/samlink --base-port 23300",
        "samlink demo --once     ends after the table",
    ),
)
def demo(
    *,
    data: _Data = None,
    base_port: BasePort = None,
    once: Annotated[bool, typer.Option("--once", help="End after the messages have their results.")] = False,
) -> None:
    """See it work: a gateway with a simulated carrier on 127.0.0.1, and an SMS, an LMS, an MMS and an AlimTalk.

    The account `demo` gets a new password each time; it stands in profile.toml in the data directory. Then the gateway
    stays up until Ctrl-C. Data that no demo made is left alone.
    """
    from samlink.cli.commands.serve.logs import LogLevel, configure_logs
    from samlink.gateway import load_settings
    from samlink.link.loop import run_loop

    first_port = DEFAULT_BASE_PORT if base_port is None else checked_base_port(base_port)
    configure_logs(as_json=False, level=LogLevel.WARNING)
    directory = demo_directory(Path(DEMO_DIRECTORY) if data is None else data)
    settings = load_settings(None, data=str(directory), host=HOST, base_port=first_port)
    run_loop(_demo(settings, once=once))


async def _demo(settings: "GatewaySettings", *, once: bool) -> None:
    from samlink.cli.commands.serve.run import serve, stop_on_signals

    made: tuple[Account, str] | None = None

    async def opened(directory: Path, clock: "Callable[[], int]") -> "Store":
        nonlocal made
        store = await open_for_gateway(directory, clock)  # takes the lock: from here on the directory is ours to change
        try:
            made = await _prepare_account(settings)
        except BaseException:
            await store.close()
            raise
        return store

    with stop_on_signals() as stop:

        async def started(gateway: "Gateway") -> None:
            assert made is not None
            print("\n".join(listening(gateway)), flush=True)
            await _show(settings, *made)
            if once:
                stop.set()
            else:
                _say_what_next(settings)

        await serve(settings, stop, started, open_store=opened)
    tell("samlink has stopped.")


async def _prepare_account(settings: "GatewaySettings") -> tuple["Account", str]:
    """The demo account with a new password, which is written to the profile; money on it, and this machine allowed."""
    from samlink.operations import accounts, money
    from samlink.store.credentials import Credentials

    data = settings.directory
    with writing(data / DEMO_MARKER):
        (data / DEMO_MARKER).write_text(MARKER_TEXT)
    credentials = Credentials.open(data)
    wanted = {"allow": (ALLOWED,), "redirect": "", "default_sender": SENDER}
    async with administration(data) as store:
        known = await accounts.find_open(store, ACCOUNT)
        if known is None:
            done = await accounts.add(store, credentials, ACCOUNT, wanted | {"balance": BALANCE})
        else:
            wanted["allow"] = tuple(dict.fromkeys((*known.allow, ALLOWED)))
            done = await accounts.change(store, credentials, ACCOUNT, wanted, password=accounts.Password())
            if known.balance < ENOUGH:
                await money.top_up(store, ACCOUNT, BALANCE - known.balance, "demo")
        await _register(store)
    account, password = done.account, str(done.password)
    path = data / PROFILE_NAME
    with writing(path):
        write_profile(path, host=HOST, base_port=settings.base_port, account_id=ACCOUNT, password=password)
    return account, password


async def _register(store: "AdminStore") -> None:
    """Register the demo's sender, Kakao profile and template."""
    from samlink.core.kakao import Profile
    from samlink.operations import kakao, senders

    await senders.add(store, ACCOUNT, [SENDER])
    await kakao.put_profile(store, ACCOUNT, Profile(SENDER_KEY, "@demo"))
    await kakao.put_template(store, ACCOUNT, TEMPLATE, TEMPLATE_TEXT, sender_key=SENDER_KEY)


async def _show(settings: "GatewaySettings", account: "Account", password: str) -> None:
    """Send the messages and print their way as a table."""
    from samlink.cli.commands.send.tracking import collecting, send, way_columns
    from samlink.cli.output.link_errors import explained, first_login
    from samlink.client import ClientSettings, Sender
    from samlink.testing.pictures import jpeg

    client = ClientSettings(host=HOST, base_port=settings.base_port, id=ACCOUNT, password=password)
    print(
        "\n" + say("Account {id} sends an SMS, an LMS, an MMS and an AlimTalk over TCP (times in KST):", id=ACCOUNT),
        flush=True,
    )
    async with Sender(client) as sender:
        for service in Service:
            await first_login(sender.connect(service), client)
        with explained(client):
            picture = await sender.upload(jpeg(), "jpg")
        tracks = _tracks(picture)
        async with collecting(client, tracks):
            await send(sender, tracks)
            await tracks.settled_within(RESULT_SECONDS)
    print_table(*way_columns(tracks.every, [_charge(track, account) for track in tracks.every]))
    tell(
        "The AlimTalk's receiver (...{to}) is not on Kakao, so an SMS went out instead, and is charged as one.",
        to=NOT_ON_KAKAO[-4:],
    )
    await _say_totals(settings.directory, tracks)


def _tracks(picture: str) -> "Tracks":
    """An SMS, an LMS, an MMS, and an AlimTalk whose fallback goes out."""
    from samlink.cli.commands.send.tracking import Track, Tracks
    from samlink.client import Fallback, KakaoKind, KakaoMessage, Kind, Message

    lms = "\n".join(f"{number}. 90바이트가 넘는 메시지는 LMS로 보냅니다." for number in range(1, 5))
    messages = (
        (Kind.SMS, Message(to=RECEIVERS[0], sender=SENDER, text="안녕하세요, samlink입니다.")),
        (Kind.LMS, Message(to=RECEIVERS[1], sender=SENDER, subject="samlink 안내", text=lms)),
        (Kind.MMS, Message(to=RECEIVERS[2], sender=SENDER, subject="사진", text="사진을 보냅니다.", files=(picture,))),
    )
    alim_talk = KakaoMessage(
        to=NOT_ON_KAKAO,
        sender=SENDER,
        kind=KakaoKind.ALIM_TALK,
        sender_key=SENDER_KEY,
        template_code=TEMPLATE,
        text=TEMPLATE_TEXT.replace("#{이름}", "김하나").replace("#{번호}", "1"),
        fallback=Fallback.AUTO,
    )
    texts = [Track(message=message, kind=kind) for kind, message in messages]
    return Tracks([*texts, Track(message=alim_talk, kind=Kind.KAKAO)])


def _charge(track: "Track", account: "Account") -> str:
    """The final price of a message: failures are refunded, and a fallback is charged by its own kind."""
    from samlink.vocabulary.kinds import Kind

    if track.result is None:
        return "-"
    if track.kind.name != "KAKAO":
        kind = Kind[track.kind.name]
    else:
        kind = Kind.ALIM_TALK if track.result.telecom == "KAKAO" else Kind.SMS
    return money(account.price(kind) if track.result.meaning.charged else 0)


async def _say_totals(data: Path, tracks: "Tracks") -> None:
    async with administration(data) as store:
        balance = (await store.account(ACCOUNT)).balance
    delivered = sum(track.delivered for track in tracks.every)
    template = N_("{count} of {total} delivered. The balance of {id} is {balance}.")
    tell(template, count=delivered, total=len(tracks.every), id=ACCOUNT, balance=money(balance))
    if delivered < len(tracks.every):
        raise CommandError(
            "not every message of the demo was delivered within {seconds} s.", seconds=f"{RESULT_SECONDS:g}"
        )


def _say_what_next(settings: "GatewaySettings") -> None:
    """The exact commands for the next message, its result, and the ledger."""
    command = _command()
    data = shlex.quote(str(settings.directory))
    profile = shlex.quote(str(settings.directory / PROFILE_NAME))
    text = TEMPLATE_TEXT.replace("#{이름}", "김하나").replace("#{번호}", "2")
    kakao = f"--type at --sender-key {SENDER_KEY} --template {TEMPLATE} --fallback auto '{text}'"
    lines = (
        "",
        _("Send the next message from another terminal:"),
        f"  {command} send --profile {profile} --to {RECEIVERS[0]} --wait '안녕하세요'",
        _("The receiver's last two digits choose the result; 08 is a handset that is switched off:"),
        f"  {command} send --profile {profile} --to 010-1234-5608 --wait '안녕하세요'",
        _("Kakao's channel and template of the demo:"),
        f"  {command} send --profile {profile} --to {RECEIVERS[0]} --wait {kakao}",
        _("See what it cost, where each message is, and that all agrees:"),
        f"  {command} ledger {ACCOUNT} --data {data}",
        f"  {command} find {ACCOUNT} --data {data}",
        f"  {command} audit --data {data}",
        say("The password stands in {path}, which only you can read.", path=profile),
        _("Ctrl-C stops it."),
    )
    print("\n".join(lines), flush=True)


def _command() -> str:
    """How this command is called here: by its name when the shell finds it, else by the path it was called by."""
    return "samlink" if shutil.which("samlink") or "/" not in sys.argv[0] else shlex.quote(sys.argv[0])
