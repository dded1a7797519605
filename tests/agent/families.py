"""Tables of other agents as their customers have them, for each database: what a preset has to work on as it is."""

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

COUNTERS: Final[Mapping[str, str]] = {
    "sqlite": "INTEGER PRIMARY KEY",
    "mysql": "INT NOT NULL AUTO_INCREMENT PRIMARY KEY",
    "postgresql": "SERIAL PRIMARY KEY",
}
TIMES: Final[Mapping[str, str]] = {"sqlite": "DATETIME", "mysql": "DATETIME", "postgresql": "TIMESTAMP"}

MSG_DATA: Final = """
CREATE TABLE MSG_DATA (
    MSG_SEQ {counter}, CUR_STATE INT NOT NULL DEFAULT 0, SENT_DATE {time}, RSLT_DATE {time}, REQ_DATE {time} NOT NULL,
    RSLT_CODE INT, RSLT_CODE2 CHAR(1), RSLT_NET VARCHAR(3), CALL_TO VARCHAR(12) NOT NULL, CALL_FROM VARCHAR(12),
    SMS_TXT VARCHAR(160), MSG_TYPE INT NOT NULL, CONT_SEQ INT, ORDER_NO VARCHAR(20)
);
CREATE TABLE MMS_CONTENTS_INFO (
    CONT_SEQ {counter}, MMS_REQ_DATE {time}, FILE_CNT INT NOT NULL, MMS_BODY VARCHAR(2000), MMS_SUBJECT VARCHAR(40),
    FILE_TYPE1 VARCHAR(3), FILE_NAME1 VARCHAR(100), FILE_NAME2 VARCHAR(100), FILE_NAME3 VARCHAR(100),
    FILE_NAME4 VARCHAR(100), FILE_NAME5 VARCHAR(100)
)
"""
_EMMA_COLUMNS: Final = """
    mt_refkey VARCHAR(20), priority CHAR(2) DEFAULT 'S' NOT NULL, date_client_req {time} NOT NULL,
    content VARCHAR(4000) NOT NULL, callback VARCHAR(25) NOT NULL, service_type CHAR(2) NOT NULL,
    broadcast_yn CHAR(1) DEFAULT 'N' NOT NULL, msg_status CHAR(1) DEFAULT '1' NOT NULL, recipient_num VARCHAR(25),
    date_mt_sent {time}, date_rslt {time}, date_mt_report {time}, mt_report_code_ib CHAR(4), carrier NUMERIC(5),
    emma_id CHAR(2) DEFAULT ' ', reg_date {time} DEFAULT CURRENT_TIMESTAMP
"""
EMMA: Final = f"""
CREATE TABLE em_smt_tran (mt_pr NUMERIC(11) NOT NULL PRIMARY KEY, {_EMMA_COLUMNS});
CREATE TABLE em_mmt_tran (
    mt_pr NUMERIC(11) NOT NULL PRIMARY KEY, subject VARCHAR(40) NOT NULL, attach_file_group_key NUMERIC(11) DEFAULT 0,
    {_EMMA_COLUMNS}
);
CREATE TABLE em_mmt_file (
    attach_file_group_key NUMERIC(11) NOT NULL, attach_file_group_seq NUMERIC(11) NOT NULL,
    attach_file_subpath VARCHAR(64), attach_file_name VARCHAR(64) NOT NULL,
    PRIMARY KEY (attach_file_group_key, attach_file_group_seq)
)
"""
EMMA_LOG: Final = f"""
CREATE TABLE em_smt_log_{{month}} (
    mt_pr NUMERIC(11) NOT NULL, mt_seq NUMERIC(11) NOT NULL, {_EMMA_COLUMNS}, reg_date_tran {{time}},
    PRIMARY KEY (mt_pr, mt_seq)
)
"""
LGU: Final = """
CREATE TABLE SC_TRAN (
    TR_NUM {counter}, TR_SENDDATE {time} NOT NULL, TR_SERIALNUM INT, TR_ID VARCHAR(16),
    TR_SENDSTAT VARCHAR(1) DEFAULT '0' NOT NULL, TR_RSLTSTAT VARCHAR(2) DEFAULT '00',
    TR_MSGTYPE VARCHAR(1) DEFAULT '0' NOT NULL, TR_PHONE VARCHAR(20) DEFAULT '' NOT NULL, TR_CALLBACK VARCHAR(20),
    TR_RSLTDATE {time}, TR_MODIFIED {time}, TR_MSG VARCHAR(160), TR_NET VARCHAR(4), TR_ETC1 VARCHAR(64),
    TR_ETC2 VARCHAR(32), TR_ETC6 VARCHAR(32), TR_REALSENDDATE {time}
);
CREATE TABLE MMS_MSG (
    MSGKEY {counter}, SUBJECT VARCHAR(120), PHONE VARCHAR(15) NOT NULL, CALLBACK VARCHAR(15) NOT NULL,
    STATUS VARCHAR(2) DEFAULT '0' NOT NULL, REQDATE {time} NOT NULL, MSG VARCHAR(4000), FILE_CNT INT DEFAULT 0,
    FILE_PATH1 VARCHAR(512), FILE_PATH2 VARCHAR(512), FILE_PATH3 VARCHAR(512), FILE_PATH4 VARCHAR(512),
    FILE_PATH5 VARCHAR(512), EXPIRETIME VARCHAR(10) DEFAULT '43200' NOT NULL, SENTDATE {time}, RSLTDATE {time},
    REPORTDATE {time}, TERMINATEDDATE {time}, RSLT VARCHAR(4), TYPE VARCHAR(2) DEFAULT '0' NOT NULL,
    TELCOINFO VARCHAR(10), ETC1 VARCHAR(64), ETC4 INT
)
"""


def make(engine: sa.Engine, statements: str, **values: str) -> None:
    """Make tables, in the words of a database."""
    name = engine.dialect.name
    with engine.begin() as connection:
        for statement in statements.format(counter=COUNTERS[name], time=TIMES[name], **values).split(";"):
            connection.exec_driver_sql(statement)
