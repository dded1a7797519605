"""One run of `samlink send`: logins, messages, results, and exact figures however it ends.

A signal closes the sender, which settles every message: unwritten ones are not sent, those in flight are waited for
during the client's `close_seconds`, and those without an answer by then may have been taken.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from samlink.cli.commands.send.tracking import State, Tracks, collecting, send
from samlink.cli.commands.serve.run import stop_on_signals
from samlink.cli.output.link_errors import first_login

if TYPE_CHECKING:
    from samlink.client import ClientSettings, LoginTerms, Sender, Service


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One run: settings, messages and waits."""

    settings: "ClientSettings"
    tracks: Tracks
    wait_seconds: float | None = None
    """How long results are waited for; None: not at all."""
    take_others: bool = False
    """Whether results of other messages of the account are taken too."""


async def carry_out(plan: Plan) -> int:
    """Send what is to be sent, and wait for results if the plan says so.

    Returns the number of the signal that ended it early, or 0. Raises CommandError.
    """
    from samlink.client import Sender

    sender = Sender(plan.settings)
    sending: list[asyncio.Task[None]] = []
    with stop_on_signals() as stop:
        work = asyncio.create_task(_work(plan, sender, sending, stop))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            work.cancel()  # not the sending itself: that ends with the outcome of each message
            await sender.close()
            await asyncio.gather(*sending, return_exceptions=True)
            await asyncio.wait({work})
        if not stop.is_set():
            await work
        return stop.number


async def _work(plan: Plan, sender: "Sender", sending: list[asyncio.Task[None]], stop: asyncio.Event) -> None:
    tracks = plan.tracks
    async with contextlib.AsyncExitStack() as stack:
        if plan.wait_seconds is not None:
            await stack.enter_async_context(collecting(plan.settings, tracks, take_others=plan.take_others))
        await _log_in(sender, plan)
        todo = [track for track in tracks.every if track.to_send]
        sending.append(asyncio.create_task(send(sender, tracks, todo, stop=stop)))
        await asyncio.shield(sending[0])
        if plan.wait_seconds is not None:
            await tracks.settled_within(plan.wait_seconds)


async def _log_in(sender: "Sender", plan: Plan) -> None:
    """Log in on every service that is needed. Where sending again is safe, or the settings say so, what an earlier run
    left without an answer is sent again, with its keys."""
    from samlink.client.settings import ByPeer

    for service in plan.tracks.services:
        waiting = [track for track in plan.tracks.every if track.kind.service is service and not track.is_over]
        if not waiting:
            continue
        limits: list[LoginTerms] = []

        async def connect(service: "Service" = service, limits: "list[LoginTerms]" = limits) -> None:
            limits.append(await sender.connect(service))

        await first_login(connect(), plan.settings)
        if ByPeer(plan.settings.resend_unanswered).holds(limits[0].samlink):
            plan.tracks.send_again(track for track in waiting if track.state is State.UNKNOWN)
