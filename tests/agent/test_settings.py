"""The settings file: what is wrong is named, and a password is never shown or written there."""

from pathlib import Path

import pytest

from samlink.agent.errors import SettingsError
from samlink.agent.judge.charset import Beyond, Unfit
from samlink.agent.presets import preset
from samlink.agent.settings import AgentSettings, load_settings
from samlink.agent.tables.schema.mapping import Field, own_tables
from samlink.agent.template import settings_file
from samlink.testing.certificates import Authority
from samlink.vocabulary.problem import Problem
from samlink.vocabulary.services import Duty, Service

SECRET = "Kx7-secret-Q2"
GATEWAY = '[gateway]\nhost = "h"\nid = "shop"\npassword_env = "SAMLINK_PASSWORD"\n'
DATABASE = '[database]\nurl = "mysql+pymysql://agent@db/shop"\npassword_file = "secret"\n'
OWN_TABLE = """
[work]
own_tables = false

[[tables]]
table = "SC_TRAN"
service = 1
waiting = "0"
sending = "1"
finished = "2"
log = "SC_LOG_{month}"
[tables.columns]
id = "TR_NUM"
state = "TR_SENDSTAT"
result = "TR_RSLTSTAT"
receiver = "TR_PHONE"
text = "TR_MSG"
"""

OWN_STATE = OWN_TABLE.replace('finished = "2"', "").replace("TR_RSLTSTAT", "TR_SENDSTAT")


ODD_PATTERNS = ("{0}", "{}", "{other}", "{table.name}", "{table!r}", "{table:>9999999}", "{table[0]}", "{", "}")


def loaded(tmp_path: Path, text: str) -> AgentSettings:
    """Settings of a file with this text."""
    file = tmp_path / "agent.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file)


def test_the_written_file_is_read_back(tmp_path: Path) -> None:
    text = settings_file(
        url="sqlite:///가게.sqlite", needs_password=False, host='a"b', id="shop", base_port=40000, prefix="Shop"
    )
    settings = loaded(tmp_path, text)
    assert settings.database_url().database == str(tmp_path / "가게.sqlite")
    assert (settings.gateway.host, settings.gateway.id, settings.gateway.base_port) == ('a"b', "shop", 40000)
    assert settings.mappings == own_tables("Shop")
    assert settings.terms.files == tmp_path.resolve()


def test_rules_and_quiet_hours_are_read(tmp_path: Path) -> None:
    quiet = '[[quiet]]\nfrom = "21:00"\nto = "08:00"\ndays = ["fri"]\ntables = ["ushotsms"]\nservices = [1, 3]\n'
    rules = '[rules]\nunfit = "closest"\nduplicate_seconds = 60\nstrict_paths = true\n'
    settings = loaded(tmp_path, GATEWAY + DATABASE + rules + quiet)
    (window,) = settings.quiet
    assert (window.begin, window.end, window.days) == ("21:00", "08:00", ("fri",))
    assert window.services == (Service.SMS, Service.KMS)
    terms = settings.terms
    assert (terms.unfit, terms.duplicate_seconds, terms.strict_paths) == (Unfit.CLOSEST, 60, True)
    assert terms.files == tmp_path.resolve()


def test_nothing_is_refused_or_changed_that_does_not_have_to_be(tmp_path: Path) -> None:
    settings = loaded(tmp_path, GATEWAY + DATABASE)
    assert (settings.terms.duplicate_seconds, settings.terms.black_list, settings.quiet) == (0, "", ())
    assert (settings.terms.unfit, settings.terms.beyond_ksx1001) == (Unfit.REFUSE, Beyond.SEND)


def test_a_preset_is_written_out_whole_and_read_back(tmp_path: Path) -> None:
    values = {"url": "sqlite:///a", "needs_password": False, "host": "h", "id": "shop", "prefix": "UShot"}
    text = settings_file(**values, base_port=40000, presets=("emma", "lgu"))  # type: ignore[arg-type]
    settings = loaded(tmp_path, text)
    assert settings.mappings == (*preset("emma"), *preset("lgu"))
    assert [mapping.table for mapping in settings.mappings] == ["em_smt_tran", "em_mmt_tran", "SC_TRAN", "MMS_MSG"]


def test_passwords_come_from_the_environment_and_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", SECRET)
    settings = loaded(tmp_path, GATEWAY + DATABASE)
    (tmp_path / "secret").touch(0o600)
    (tmp_path / "secret").write_text("p@ss/word\n", encoding="utf-8")
    assert settings.database_url().password == "p@ss/word"
    assert settings.client_settings().password == SECRET
    assert SECRET not in repr(settings) + repr(settings.client_settings())


def test_a_password_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    settings = loaded(tmp_path, GATEWAY + DATABASE)
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    (tmp_path / "secret").chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600") as refused:
        settings.database_url()
    assert SECRET not in str(refused.value)


def test_a_credential_of_systemd_may_show_a_groups_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(tmp_path, GATEWAY + DATABASE.replace("secret", "credentials/secret"))
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "secret").write_text(SECRET, encoding="utf-8")
    (tmp_path / "credentials" / "secret").chmod(0o440)
    with pytest.raises(SettingsError, match="chmod 600"):
        settings.database_url()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    assert settings.database_url().password == SECRET


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_a_monitor_of_this_machine_needs_no_token(tmp_path: Path, host: str) -> None:
    settings = loaded(tmp_path, GATEWAY + DATABASE + f'[monitor]\nhost = "{host}"\nport = 9433\n')
    assert settings.monitor_token() == ""


def test_a_monitor_for_others_has_its_token_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor = '[monitor]\nhost = "0.0.0.0"\nport = 9433\ntoken_env = "SAMLINK_MONITOR_TOKEN"\n'
    settings = loaded(tmp_path, GATEWAY + DATABASE + monitor)
    with pytest.raises(SettingsError, match="SAMLINK_MONITOR_TOKEN is not set"):
        settings.monitor_token()
    monkeypatch.setenv("SAMLINK_MONITOR_TOKEN", SECRET)
    assert settings.monitor_token() == SECRET


def test_the_link_is_set_as_the_clients_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", SECRET)
    more = (
        'version = "SAM10"\nuser_code = true\npadding = "nul"\nresend_unanswered = "no"\nhold_sms = "yes"\n'
        'source_address = "127.0.0.2"\nhalve_refused = false\n'
    )
    addresses = '[addresses]\nmms_send = "mms.example:33002"\nsms_report = 40001\n'
    link = loaded(tmp_path, GATEWAY + more + DATABASE + addresses).client_settings()
    assert (link.version, link.user_code, link.padding, link.source_address) == ("SAM10", True, "nul", "127.0.0.2")
    assert (link.resend_unanswered, link.hold_sms, link.halve_refused) == ("no", "yes", False)
    assert link.address(Service.MMS, Duty.SEND) == ("mms.example", 33002)
    assert link.address(Service.SMS, Duty.REPORT) == ("h", 40001)
    assert link.address(Service.SMS, Duty.SEND) == ("h", 33300)


def test_the_authorities_of_tls_lie_beside_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", SECRET)
    authority = Authority(tmp_path)
    tls = f'tls = true\ntls_ca_file = "{authority.ca_file.name}"\ntls_server_name = "gw.example"\n'
    link = loaded(tmp_path, GATEWAY + tls + DATABASE).client_settings()
    assert link.tls_context is not None
    assert link.tls_server_name == "gw.example"
    with pytest.raises(SettingsError, match=r"\[gateway\]: tls_ca_file"):
        loaded(tmp_path, GATEWAY + tls.replace("authority", "other") + DATABASE).client_settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[addresses]\nfax_send = "1"\n', "addresses.fax_send"),
        ('[addresses]\nsms_send = "h:0"\n', "addresses.sms_send"),
    ],
)
def test_an_address_that_is_wrong_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", SECRET)
    with pytest.raises(SettingsError, match=rf"\[gateway\]: {said}"):
        loaded(tmp_path, GATEWAY + DATABASE + text).client_settings()


def test_a_settings_file_that_others_may_write_is_refused(tmp_path: Path) -> None:
    loaded(tmp_path, GATEWAY + DATABASE)
    (tmp_path / "agent.toml").chmod(0o666)
    with pytest.raises(SettingsError, match=r"others can write .*agent.toml \(mode 0666\); run chmod o-w on it"):
        load_settings(tmp_path / "agent.toml")


def test_a_password_in_the_url_is_refused(tmp_path: Path) -> None:
    settings = loaded(tmp_path, GATEWAY + f'[database]\nurl = "mysql+pymysql://agent:{SECRET}@db/shop"\n')
    with pytest.raises(SettingsError, match="password_env") as refused:
        settings.database_url()
    assert SECRET not in str(refused.value)


def test_a_password_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAMLINK_PASSWORD", raising=False)
    settings = loaded(tmp_path, GATEWAY + DATABASE)
    with pytest.raises(SettingsError, match="SAMLINK_PASSWORD"):
        settings.client_settings()
    with pytest.raises(SettingsError, match="cannot be read"):
        settings.database_url()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[work", "not TOML"),
        (DATABASE, "gateway"),
        (GATEWAY + DATABASE + "[work]\nrows = 1001\n", "work.rows"),
        (GATEWAY + DATABASE + "[work]\nrow = 1\n", "row"),
        (GATEWAY + DATABASE + '[work]\nprefix = "a b"\n', "work.prefix"),
        (GATEWAY + DATABASE + "[work]\npoll_seconds = 0\n", "poll_seconds"),
        (GATEWAY + DATABASE + "[work]\nlease_seconds = 60\n", "lease_seconds"),
        (GATEWAY + DATABASE + '[monitor]\nhost = "0.0.0.0"\nport = 9433\n', "token_env or token_file"),
        (GATEWAY + DATABASE + '[monitor]\nhost = "db.example"\n', "beyond this machine"),
        (GATEWAY + DATABASE + "[monitor]\nport = 70000\n", "monitor.port"),
        (GATEWAY + DATABASE + "[work]\nown_tables = false\n", "no table"),
        (GATEWAY + DATABASE + "[rules]\nsms_bytes = 101\n", "rules.sms_bytes"),
        (GATEWAY + DATABASE + '[rules]\nunfit = "drop"\n', "unfit"),
        (GATEWAY + DATABASE + '[rules]\nbeyond_ksx1001 = "mms"\n', "beyond_ksx1001"),
        (GATEWAY + DATABASE + "[rules]\nlms_subject_bytes = 121\n", "rules.lms_subject_bytes"),
        (GATEWAY + DATABASE + '[rules]\nlms_subject = "😀"\n', "rules.lms_subject"),
        (GATEWAY + DATABASE + f'[rules]\nlms_subject = "{"가" * 61}"\n', "rules.lms_subject"),
        (GATEWAY + DATABASE + '[rules]\nlms_subject = "가"\nlms_subject_bytes = 9\n', "not both"),
        (GATEWAY + DATABASE + "[rules]\nduplicate_seconds = -1\n", "rules.duplicate_seconds"),
        (GATEWAY + DATABASE + f'[rules]\nblack_list = "{"b" * 65}"\n', "rules.black_list"),
        (GATEWAY + DATABASE + "[rules]\nfiles = 1\n", "files"),
        (GATEWAY + DATABASE + '[[quiet]]\nfrom = "21시"\nto = "08:00"\n', "quiet.from"),
        (GATEWAY + DATABASE + '[[quiet]]\nfrom = "21:00"\nto = "08:00"\ntables = ["Other"]\n', "quiet.tables"),
        (GATEWAY + DATABASE + OWN_TABLE.replace('receiver = "TR_PHONE"', ""), "receiver"),
        (GATEWAY + DATABASE + OWN_TABLE.replace('finished = "2"', ""), "finished"),
        (GATEWAY + DATABASE + "addresses = 1\n", "addresses"),
        (GATEWAY + 'padding = "zero"\n' + DATABASE, "padding"),
        (GATEWAY + 'resend_unanswered = "maybe"\n' + DATABASE, "resend_unanswered"),
        *(
            (GATEWAY + DATABASE + OWN_TABLE.replace("SC_LOG_{month}", f"L{odd}{{month}}"), "log")
            for odd in ODD_PATTERNS
        ),
        (GATEWAY + DATABASE + OWN_TABLE.replace("service = 1", 'service = 1\nview = "{month}"'), "view"),
        (GATEWAY + DATABASE + OWN_TABLE + "[tables.types]\n0 = 1\n", "type"),
        (GATEWAY + DATABASE + OWN_TABLE.replace("[tables.columns]", '[tables.columns]\ntype = "TR_MSGTYPE"'), "type"),
        (GATEWAY + DATABASE + OWN_TABLE + '[tables.contents]\ntable = "T"\nkey = "K"\nfile = "F"\n', "content_key"),
        (GATEWAY + DATABASE + OWN_TABLE + '[tables.contents]\ntable = "T"\nkey = "K"\n', "give columns or file"),
        (
            GATEWAY + DATABASE + OWN_TABLE + '[tables.contents]\ntable = "T"\nkey = "K"\ncolumns = {sender = "S"}\n',
            "it cannot have sender",
        ),
        (GATEWAY + DATABASE + OWN_STATE + '[tables.results]\n6 = "06"\n', "only in a column separate"),
    ],
)
def test_a_setting_that_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        loaded(tmp_path, text)


def test_a_table_of_the_customers_own_is_pure_data(tmp_path: Path) -> None:
    (mapping,) = loaded(tmp_path, GATEWAY + DATABASE + OWN_TABLE).mappings
    assert (mapping.service, mapping.columns[Field.TEXT]) == (Service.SMS, "TR_MSG")
    assert mapping.log == "SC_LOG_{month}"


def test_the_file_for_oshots_tables_names_those_that_oshot_has(tmp_path: Path) -> None:
    text = settings_file(url="sqlite:///s", needs_password=False, host="h", id="shop", base_port=40000, prefix="OShot")
    mappings = loaded(tmp_path, text).mappings
    assert [mapping.table for mapping in mappings] == ["OShotSMS", "OShotMMS"]
    assert [mapping.telecoms["01690"] for mapping in mappings] == ["016", "016"]


@pytest.mark.parametrize(
    ("name", "now"), [("long_sms_as_lms", "rules.long_sms_as_lms"), ("replace_unfit", "rules.unfit")]
)
def test_a_setting_of_an_earlier_version_names_its_new_place(tmp_path: Path, name: str, now: str) -> None:
    with pytest.raises(SettingsError, match=f"work\\.{name} of an earlier version is {now} now"):
        loaded(tmp_path, f"{GATEWAY}{DATABASE}[work]\n{name} = true\n")


@pytest.mark.parametrize("late", ["0", "1", "12", "999", '"leave"'])
def test_late_rows_get_a_result_of_the_manual_or_none(tmp_path: Path, late: str) -> None:
    with pytest.raises(SettingsError, match=r"work\.late_rows"):
        loaded(tmp_path, f"{GATEWAY}{DATABASE}[work]\nlate_rows = {late}\n")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp949"])
def test_files_that_notepad_saved_are_read(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "agent.toml").write_text(f"# 설정\r\n{GATEWAY}{DATABASE}", encoding=encoding)
    (tmp_path / "secret").touch(0o600)
    (tmp_path / "secret").write_text(f"{SECRET}\r\n", encoding=encoding, newline="")
    assert load_settings(tmp_path / "agent.toml").database_url().password == SECRET


def test_a_password_file_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    settings = loaded(tmp_path, GATEWAY + DATABASE)
    (tmp_path / "secret").touch(0o600)
    (tmp_path / "secret").write_bytes(b"\x80\x00" + SECRET.encode())
    with pytest.raises(SettingsError, match="not a text in UTF-8, UTF-16 or CP949") as refused:
        settings.database_url()
    assert SECRET not in str(refused.value)


ALL_DAY = '[[quiet]]\nfrom = "09:00"\nto = "09:00"\n'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[work]\nsms_result_hours = -1\n", "settings.not_positive"),
        ("[work]\nother_result_hours = 0\n", "settings.not_positive"),
        ("[work]\nkeys_hours = 1\n", "settings.short_keys"),
        (ALL_DAY, "settings.quiet_always"),
        (OWN_TABLE.replace('sending = "1"', 'sending = "0"'), "mapping.equal_states"),
        (OWN_TABLE.replace('finished = "2"', "finished = 1"), "mapping.equal_states"),
        (
            OWN_TABLE + OWN_TABLE.partition("own_tables = false")[2].replace("SC_TRAN", "sc_tran"),
            "settings.table_twice",
        ),
        ('[rules]\nunfit = "replac"\n', "setting.choice"),
        ('[work]\nlate_rows = "leave"\n', "setting.choice"),
    ],
)
def test_settings_that_send_twice_or_never_are_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(SettingsError) as raised:
        loaded(tmp_path, GATEWAY + DATABASE + text)
    why = raised.value.values["why"]
    assert isinstance(why, Problem)
    assert why.code == code


def test_a_window_of_a_whole_day_on_some_days_is_taken(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, f'{GATEWAY}{DATABASE}{ALL_DAY}days = ["sat", "sun"]\n').quiet) == 1
