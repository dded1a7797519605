"""File descriptors: as many as the connections need, and some that connections never get.

The store, files, pictures and logs need descriptors, too. So the soft limit is raised as far as it may be, and if that
is not enough, fewer connections are taken than the settings allow.
"""

import resource
from typing import Final

from samlink.vocabulary.problem import N_, Problem

RESERVED: Final = 192
"""What everything but connections may have open: the system's and ours, six ports on some addresses, connections that
were accepted in this turn of the loop, files being written, checkers of pictures. Half of all, where all are few."""
LEAST_CONNECTIONS: Final = 8


class TooFewDescriptorsError(Problem):
    """The process may open too few files; the sentence says how many it needs."""


def room_for(connections: int) -> int:
    """Raise the limit so that `connections` fit, as far as it may be; how many do fit.

    Raises:
        TooFewDescriptorsError: not even a few.
    """
    wanted = connections + RESERVED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return connections
    highest = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if highest > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest, hard))
    limit = max(soft, highest)
    room = min(connections, limit - min(RESERVED, limit // 2))
    if room < min(connections, LEAST_CONNECTIONS):
        template = N_(
            "only {limit} files may be open at once (ulimit -n); at least {least} are needed, and {wanted} for "
            "limits.connections = {connections}"
        )
        needed = {"limit": limit, "least": 2 * LEAST_CONNECTIONS, "wanted": wanted, "connections": connections}
        raise TooFewDescriptorsError("gateway.open_files", template, **needed)
    return room
