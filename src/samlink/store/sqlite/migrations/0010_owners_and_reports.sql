-- Who owns work, and a report for each settled message and way to its customer.

-- A row for each claimer's life. Its token is higher than every one before, and fences off what an older one still says.
CREATE TABLE owner (
    token    INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT    NOT NULL,  -- of the node
    since_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE report (
    message         INTEGER NOT NULL,  -- goes with its message; no foreign key, whose check costs as much as the row
    way             INTEGER NOT NULL CHECK (way = 1),  -- 1: a report connection
    account         INTEGER NOT NULL,
    service         INTEGER NOT NULL,
    owner           INTEGER,
    lease_until_ms  INTEGER,
    attempts        INTEGER NOT NULL DEFAULT 0,
    delivered_at_ms INTEGER,
    PRIMARY KEY (message, way),
    CONSTRAINT an_owner_has_a_lease CHECK ((owner IS NULL) = (lease_until_ms IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO report (message, way, account, service, delivered_at_ms)
SELECT id, 1, account, service, reported_at_ms FROM message WHERE result IS NOT NULL AND parent IS NULL;

CREATE INDEX report_owed ON report (account, service, way, message) WHERE delivered_at_ms IS NULL;
DROP INDEX message_report;
