"""Settings of all tests.

Property tests have no deadline for an example: how long one takes says how busy the machine is, and a test that fails
for that once in a hundred runs is believed by nobody.

A command that a test runs in its own process sends logs to the stderr of that test, which is closed afterwards: so each
test begins with structlog and logging as they are by default.

Ctrl-C reaches what tests start, though the tests run in the background of a script, which has its commands ignore it.
"""

import logging
import signal
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

settings.register_profile("samlink", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("samlink")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _logs_as_by_default() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    root = logging.getLogger()
    # The handlers of pytest are of classes of their own.
    for handler in [one for one in root.handlers if type(one) is logging.StreamHandler]:
        root.removeHandler(handler)
    root.setLevel(logging.WARNING)
