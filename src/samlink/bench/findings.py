"""What a benchmark was asked and what it found, as values; `--json` prints them as they are.

Rates are messages a second unless their name says otherwise. CPU is user and system time together.
"""

import msgspec

from samlink.vocabulary.problem import Problem


class BenchError(Problem):
    """The benchmark cannot go on, or a message was lost."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to do, and how much of it."""

    messages: int = 120_000
    """Messages of each run, end to end and burst."""
    runs: int = 3
    """How often each of the two is run; the report has the median."""
    connections: int = 8
    """Send connections."""
    report_connections: int = 2
    batch: int = 30
    """Messages of one send request."""
    queued: int = 1_000_000
    """Messages in the queue of the gateway whose start is timed; 0 leaves that out."""
    rules: bool = True
    """Whether to measure what the rules of admission cost."""
    opt_outs: int = 1_000_000
    """Opt-outs for everyone meanwhile; the account itself has a tenth of it."""
    attacked: bool = False
    """Whether to measure how a good customer fares beside attacks."""
    paced_seconds: float = 4.0
    """How long each paced run lasts."""
    stall_seconds: float = 30.0
    """So long without an answer or a result means that something is lost."""

    @property
    def warm_up_messages(self) -> int:
        """How many messages go before the first that are timed."""
        return max(self.batch, self.messages // 20)


class Rate(msgspec.Struct, kw_only=True):
    """So many messages in so much time."""

    messages: int
    seconds: float
    messages_per_second: float


class Runs(Rate, kw_only=True):
    """The median of some runs."""

    all_per_second: list[float]
    """Each run's rate, in the order in which they were run."""


class EndToEnd(Runs, kw_only=True):
    """Accepted, carried, reported and acknowledged, all at once."""

    accepted_per_second: float
    """Until the last message was accepted."""
    cpu_seconds_per_1000: dict[str, float]
    """By process."""


class RulesBurst(Runs, kw_only=True):
    """Accepted while the carrier is held."""

    cpu_us_per_message: dict[str, float]
    """By process."""


class RulesCost(msgspec.Struct, kw_only=True):
    """The same burst for an account with all rules off and for one with all on, in turns."""

    off: RulesBurst
    on: RulesBurst
    ratio: float
    """The rate with the rules in parts of the one without."""
    senders: int
    """Registered numbers."""
    opt_outs_everyone: int
    opt_outs_account: int
    filtered_words: int
    filtered_receivers: int


class Latency(msgspec.Struct, kw_only=True):
    """From the moment at which a request was due to its answer, of requests at an even pace."""

    messages_per_second: float
    """The pace."""
    requests: int
    p50_ms: float
    p99_ms: float
    max_ms: float


class Start(msgspec.Struct, kw_only=True):
    """From starting the process to the first answered login."""

    queued: int
    seconds: float
    resident_mb: float
    """Gateway and writer, afterwards."""


class Attacked(msgspec.Struct, kw_only=True):
    """A good customer's accepts while an attack goes on beside it."""

    attack: str
    bare_p99_ms: float
    """While the same attack is on a server that accepts and closes, and nothing else: what the machine costs."""
    p99_ms: float
    ratio: float


class WireSpeed(msgspec.Struct, kw_only=True):
    """One frame of SMS (1020), the median of many rounds."""

    messages: int
    decode_us: float
    """Bytes of the frame to records."""
    encode_us: float
    """Records to bytes of the frame."""


class Floors(msgspec.Struct, kw_only=True):
    """What this machine can do at best, measured in the same run."""

    echo_per_second: float
    """The same bytes over as many connections, sent back as they are, in messages."""
    bare_lives_per_second: float
    """The same rows in one table, one process, commits of `commit_rows`: insert, claim, settle, delivered."""
    store_lives_per_second: float
    """The same by the store's own verbs, without the writer's socket."""
    commit_rows: int


class Machine(msgspec.Struct, kw_only=True):
    """Where it ran."""

    processor: str
    cores: int
    file_system: str
    """Of the data directory."""
    python: str
    load_average: float
    """Of the minute before."""
    anchor_us: list[float] = []
    """A fixed piece of Python, timed before each step: the processor's speed, which may change."""
    fdatasync_ms: list[float] = []
    """Having 4 KiB on the disk, timed before each step (the median of some): who else uses the disk shows here."""


class Findings(msgspec.Struct, kw_only=True):
    """Everything that one run found; what a run against another gateway cannot see is missing."""

    plan: Plan
    machine: Machine
    end_to_end: EndToEnd
    latency_end_to_end: Latency
    burst: Runs | None = None
    """Accepted (durable, answered) while the carrier is held."""
    latency_burst: Latency | None = None
    drain: Rate | None = None
    """The burst's messages, from the carrier's release to the last result."""
    resident_mb: dict[str, float] | None = None
    """Peak of each process, over all runs with traffic but those for the rules."""
    rules: RulesCost | None = None
    start: Start | None = None
    wire: WireSpeed | None = None
    floors: Floors | None = None
    attacked: list[Attacked] = []
    verified: int = 0
    """Messages whose one result came back; equal to those accepted, or the run fails."""
