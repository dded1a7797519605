"""Settings of the gateways that are killed: TOML, in pieces that are put together."""

from typing import Final

GATEWAY: Final = """
base_port = 0
waits = { upkeep_seconds = 0.05, poll_seconds = 0.1 }
limits = { claim_batch = 40, results_in_push = 30, reports_in_memory = 200 }
"""
"""Small batches, so that there are many moments to be killed in."""
SIMULATOR: Final = """
seed = 7
keep_journal = true
refused = { receivers = ["01099998888"] }
refused_result = 13
"""
CARRIER: Final = f"""
[simulator]{SIMULATOR}"""
DELAYED: Final = "delay_ms = 30\ndelay_spread_ms = 100\n"
TROUBLE: Final = """
answer_lost = { share = 0.1 }
lost_mid_batch = { share = 0.1 }
result_before_answer = { share = 0.1 }
result_twice = { share = 0.1 }
delay_ms = 20
delay_spread_ms = 60
journal_segment_bytes = 20_000
"""
RELUCTANT: Final = """
later = { share = 0.1 }
throughput = 2_000
"""
"""Some messages only at the second attempt, and not too many at once."""
BY_REFERENCE: Final = "by_reference = { share = 0.3 }\n"
NO_MEMORY: Final = "idempotent = false\n"
"""The carrier does not recognise what it had: an unknown outcome waits for its report."""
TWO_CARRIERS: Final = f"""
[[routes]]
route = "long"
services = ["MMS", "KMS"]

[[carriers]]
name = "one"
kind = "simulator"
[carriers.options]
{SIMULATOR}{TROUBLE}
[[carriers]]
name = "both"
kind = "simulator"
routes = ["default", "long"]
[carriers.options]
{SIMULATOR}{DELAYED}answer_lost = {{ share = 0.1 }}
"""
"""One takes SMS alone, and shares them with the other, which takes everything."""
