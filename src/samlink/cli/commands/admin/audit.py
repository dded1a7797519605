"""`samlink audit`: the proof that the ledger, the balances, the messages and their results agree."""

from samlink.cli.commands.admin.clock import said
from samlink.cli.data_directory import administer
from samlink.cli.help.pages import command
from samlink.cli.language import note, say, tell
from samlink.cli.options import Data, Json, examples
from samlink.cli.output.formatting import clean, print_json

DISAGREES = 1


@command(
    short_help="Prove that ledger, balances and messages agree.",
    epilog=examples("samlink audit", "samlink audit --data /var/lib/samlink --json | jq .agrees"),
)
def audit(*, data: Data = None, as_json: Json = False) -> int:
    """Go over the whole store, and say what does not agree, a sentence a line.

    Each balance is the sum of its ledger; each charge the sum of its messages' prices; what is not charged was given
    back once; fallbacks and limits count what they should; and the database is whole, was not put back, and has lost
    neither its latest changes nor its key. The exit code is 0 when all agrees. It reads every row, beside a running
    gateway or not.
    """
    from samlink.operations.audit import audit as audited

    found, doubt = administer(data, audited)
    if as_json:
        print_json({"agrees": not found, "discrepancies": [str(one) for one in found], "clock_believed": doubt is None})
    elif found:
        for one in found:
            print(f"{clean(say('{why}', why=one))}.")
        tell("Discrepancies: {count}.", count=f"{len(found):,}")
    else:
        tell("The ledger, the balances, the messages and their results agree.")
    if doubt is not None and not as_json:
        note(said(doubt))
    return DISAGREES if found else 0
