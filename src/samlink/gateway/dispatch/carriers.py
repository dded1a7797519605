"""All carriers of a gateway, each with a dispatch of its own, so that none waits for another.

A carrier that does not start, or ends by itself, is down: the messages that it serves wait on their routes, the others
go on, and it is started again every `carrier_retry_seconds`. The gateway ends when no carrier is left.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from samlink.carriers.contract import Carrier, CarrierError
from samlink.gateway.dispatch.dispatcher import Dispatch
from samlink.gateway.watch.events import CarrierDown, CarrierUp
from samlink.store.contract import StoreError, StoreLostError
from samlink.vocabulary.problem import N_
from samlink.watch.events import Events

START_SECONDS: Final = 30.0
"""How long a carrier may take to start. The gateway's own start waits for the slowest."""
STOP_SECONDS: Final = 10.0


class Carriers:
    """The dispatches, and what holds for all of them."""

    def __init__(
        self,
        dispatches: Sequence[Dispatch],
        *,
        compare: Callable[[Carrier], Awaitable[None]],
        retry_seconds: float,
        events: Events,
    ) -> None:
        """`compare` raises StoreError for a carrier that knows a later life of the store."""
        self._dispatches = dispatches
        self._compare = compare
        self._retry_seconds = retry_seconds
        self._events = events

    @property
    def up(self) -> list[Carrier]:
        """The carriers that have started and not ended."""
        return [dispatch.carrier for dispatch in self._dispatches if dispatch.up]

    @property
    def served(self) -> Mapping[str, Sequence[str]]:
        """Every carrier's name, and the routes that it serves."""
        return {dispatch.carrier.name: dispatch.routes for dispatch in self._dispatches}

    def wake(self, name: str) -> None:
        """There may be something due for the carrier of this name."""
        for dispatch in self._dispatches:
            if dispatch.carrier.name == name:
                dispatch.wake()

    async def start(self) -> None:
        """Start all of them at once, and compare them.

        Raises CarrierError if none starts: the first one's reason. Raises StoreError as `compare` does.
        """
        errors = await asyncio.gather(*map(self._start, self._dispatches))
        if not self.up:
            raise next(error for error in errors if error is not None)
        for carrier in self.up:
            await self._compare(carrier)
        for dispatch, error in zip(self._dispatches, errors, strict=True):
            if error is not None:
                self._events.tell(CarrierDown(dispatch.carrier.name, str(error)))

    async def stop_carriers(self) -> None:
        """Stop the carriers: what they have not taken they say."""
        await asyncio.gather(*map(self._stop, self._dispatches))

    async def stop(self) -> None:
        """Wait for nothing: what a carrier has not answered is UNKNOWN at the next start."""
        await asyncio.gather(*(dispatch.stop() for dispatch in self._dispatches))
        await self.stop_carriers()

    async def drain(self) -> None:
        """Claim no more, wait for the carriers' answers to what they have been given, and record them."""
        await asyncio.gather(*(dispatch.drain() for dispatch in self._dispatches))

    async def run(self) -> None:
        """Claim, submit and settle for all carriers. Raises CarrierError when the last one has ended."""
        try:
            async with asyncio.TaskGroup() as group:
                for dispatch in self._dispatches:
                    group.create_task(dispatch.claim_loop())
                    group.create_task(dispatch.record_loop())
                    group.create_task(self._settle(dispatch))
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None

    async def _settle(self, dispatch: Dispatch) -> None:
        """Settle a carrier's results, for as long as there is a carrier."""
        while True:
            if dispatch.up:
                error = await dispatch.settle_results()
                dispatch.up = False
                if not self.up:
                    raise error
                self._events.tell(CarrierDown(dispatch.carrier.name, str(error)))
            await asyncio.sleep(self._retry_seconds)
            await self._stop(dispatch)
            if await self._start(dispatch, late=True) is None:
                dispatch.wake()

    async def _stop(self, dispatch: Dispatch) -> None:
        """Stop a carrier; one that cannot is left."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await dispatch.carrier.stop()
        except Exception as error:  # outermost: a carrier's own fault must not stop the others' traffic
            dispatch.fault(error)

    async def _start(self, dispatch: Dispatch, *, late: bool = False) -> CarrierError | None:
        """Start a carrier; why it has not started. One that is `late` gets nothing before it was compared."""
        carrier = dispatch.carrier
        try:
            async with asyncio.timeout(START_SECONDS):
                await carrier.start()
            if late:
                await self._compare(carrier)
        except StoreLostError:
            raise
        except StoreError as error:
            self._events.tell(CarrierDown(carrier.name, str(error)))
            return CarrierError.remade(error.code, error.template, error.values)
        except CarrierError as error:
            return error
        except TimeoutError:
            template = N_("the carrier {carrier} has not started within {seconds:g} seconds")
            return CarrierError("carrier.start_timeout", template, carrier=carrier.name, seconds=START_SECONDS)
        except Exception as error:  # outermost: a carrier's own fault must not stop the others' traffic
            return dispatch.fault(error)
        dispatch.up = True
        self._events.tell(CarrierUp(carrier.name))
        return None
