"""What is exposed is what Prometheus's own parser reads."""

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from samlink.watch.exposition import Metric, families, metrics_text


@given(
    label=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp"))) | st.just('a"b\\c\nd'),
    number=st.integers(0, 2**52) | st.floats(allow_nan=False),
)
def test_any_label_and_number_is_read_as_it_was(label: str, number: float) -> None:
    metrics = (
        Metric("seen", "counter", 'Seen; "quoted" \\ here.', ("who", "what"), lambda n: {(label, "x"): n}),
        Metric("now", "gauge", "One.", (), lambda n: n),
        Metric("unknown", "gauge", "There is no sample of it.", (), lambda _: None),
    )
    text = metrics_text(families(metrics, "samlink_", number)).decode()
    seen, now, unknown = text_string_to_metric_families(text)
    assert unknown.samples == []
    assert (seen.name, seen.type, now.name, now.type) == ("samlink_seen", "counter", "samlink_now", "gauge")
    assert seen.documentation == 'Seen; "quoted" \\ here.'
    assert [(one.name, one.labels, one.value) for one in seen.samples] == [
        ("samlink_seen_total", {"who": label, "what": "x"}, number)
    ]
    assert [one.value for one in now.samples] == [number]
