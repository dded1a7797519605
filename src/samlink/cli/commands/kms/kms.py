"""`samlink kms`: the Kakao profiles and templates of accounts."""

from samlink.cli.commands.kms import profile, template
from samlink.cli.help.pages import Commands
from samlink.cli.options import examples

app = Commands(
    help="Kakao: the profiles and templates of an account. Changes take effect at once.",
    epilog=examples(
        "samlink kms profile add shop 3f2a91c0 --name '@shop'",
        "samlink kms template add shop ORDER1 '#{name}님, 주문이 접수되었습니다.'",
        "samlink kms template list shop",
    ),
)
app.add_typer(profile.app, name="profile")
app.add_typer(template.app, name="template")
