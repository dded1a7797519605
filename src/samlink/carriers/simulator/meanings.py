"""What each setting of the simulated carrier means, for `samlink simulator` and docs/simulator.md."""

from typing import Final

from samlink.vocabulary.problem import N_

MEANINGS: Final = {
    "seed": N_("the same seed and the same messages give the same results"),
    "digits": N_("the receiver's last two digits choose the result (docs/result-codes.md)"),
    "failure_mix": N_(
        "result code and share of the messages whose digits chose nothing; the rest is delivered; not Kakao's"
    ),
    "delay_ms": N_("from taking a message to its result"),
    "delay_spread_ms": N_("up to this much more, evenly spread"),
    "throughput": N_("messages a second; 0: no bound"),
    "over_throughput": N_("`wait`, or `later` to answer 95 beyond the throughput"),
    "held": N_("take nothing"),
    "idempotent": N_("recognise a message that it has had, and deliver nothing twice"),
    "answer_lost": N_("take a batch and lose its answer"),
    "lost_mid_batch": N_("break the connection inside a batch"),
    "lost_rest_taken": N_("share of such breaks in which the rest was taken too"),
    "result_before_answer": N_("give the result before the batch's answer"),
    "answer_wait_ms": N_("how long such an answer waits for the result to be fetched"),
    "result_late": N_("give the result `late_ms` after its time"),
    "late_ms": N_("by how much"),
    "result_twice": N_("give the result twice"),
    "never": N_("never give a result"),
    "refused": N_("refuse at once, with `refused_result`"),
    "refused_result": N_("the result of these"),
    "later": N_("answer `later_result` at the first `later_attempts` attempts"),
    "later_attempts": N_("how many attempts"),
    "later_result": N_("95 to 99"),
    "by_reference": N_("name the carrier's own reference in the result, not our id"),
    "batch_limit": N_("most messages taken at once"),
    "open_limit": N_("most results that are not acknowledged"),
    "remembered_ids": N_("ids that are recognised as repeats"),
    "repeat_after_ms": N_("when a result that was not acknowledged is given again"),
    "journal_segment_bytes": N_("size of a journal file"),
    "journal_segments": N_("journal files that are kept"),
    "keep_journal": N_("keep every journal file"),
}
