-- A report is a row from its message's settlement to its delivery, in the order in which it is asked for. The table has
-- only the debts, so that it stays small, and needs no index beside it; when a message was reported, it says itself.
CREATE TABLE owed_report (
    account        INTEGER NOT NULL,
    service        INTEGER NOT NULL,
    way            INTEGER NOT NULL CHECK (way = 1),  -- 1: a report connection
    message        INTEGER NOT NULL,  -- goes with its message; no foreign key, whose check costs as much as the row
    owner          INTEGER,
    lease_until_ms INTEGER,
    attempts       INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, service, way, message),
    CONSTRAINT an_owner_has_a_lease CHECK ((owner IS NULL) = (lease_until_ms IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO owed_report (account, service, way, message, owner, lease_until_ms, attempts)
SELECT account, service, way, message, owner, lease_until_ms, attempts FROM report WHERE delivered_at_ms IS NULL;

DROP TABLE report;
ALTER TABLE owed_report RENAME TO report;
