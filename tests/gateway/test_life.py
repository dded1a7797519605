"""A message's way through a running gateway, in every form of the protocol."""

from pathlib import Path

from tests.gateway.running import running, sms


async def test_an_sms_goes_out_and_its_result_comes_back(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        answer = await sender.send([sms(1)])
        assert (answer.response, answer.message) == ("00000", "OK")
        [result] = await reports.taken(1)
        assert (result.group_id, result.message_id, result.receiver) == ("20250616", "1", "01012340001")
        assert result.result == 6
