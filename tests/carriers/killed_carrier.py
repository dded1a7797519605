"""A process for the kill tests: submits, fetches, acknowledges some, says what it was told, until it is killed.

Arguments: the journal's directory, the first message id. Output, one line each, flushed: `taken FIRST COUNT` after the
answer, `acknowledged ID…` after acknowledging. Every third batch's results are fetched and left unacknowledged.
"""

import asyncio
import sys
from pathlib import Path

from samlink.carriers.simulator import SimulatedCarrier, SimulatorSettings
from samlink.core.message import Claimed

BATCH = 7


async def main(directory: Path, first: int) -> None:
    """Go on until killed."""
    carrier = SimulatedCarrier(SimulatorSettings(journal_segment_bytes=4096, keep_journal=True), directory)
    await carrier.start()
    while True:
        messages = [
            Claimed(message_id, 1, 1, "0212345678", "01012345678", "", "", "", "", "", None, 1)
            for message_id in range(first, first + BATCH)
        ]
        await carrier.submit(messages)
        say(f"taken {first} {BATCH}")
        results = await carrier.results(BATCH)
        if first % 3:
            carrier.acknowledge(results)
            say("acknowledged " + " ".join(str(result.id) for result in results))
        first += BATCH


def say(line: str) -> None:
    """Tell the test, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
