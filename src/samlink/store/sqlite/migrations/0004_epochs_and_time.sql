-- What a start has to know of the starts before it.

-- One row for each start of a writer. The token is random: another line of this store's life never has it.
CREATE TABLE epoch (
    no            INTEGER PRIMARY KEY AUTOINCREMENT,
    token         INTEGER NOT NULL UNIQUE,
    started_at_ms INTEGER NOT NULL
) STRICT;

-- How far the store has come. The file samlink.mark beside it repeats the tick after its commit.
CREATE TABLE progress (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    tick       INTEGER NOT NULL,
    skipped    INTEGER NOT NULL DEFAULT 0,  -- ids between the epochs, which no message has had
    seen_at_ms INTEGER  -- the latest time that the gateway believed; NULL: no gateway has told one yet
) STRICT;

INSERT INTO progress (one, tick) VALUES (1, 0);

-- The row is there while the gateway does not believe the machine's clock.
CREATE TABLE clock_doubt (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    since_ms    INTEGER NOT NULL,  -- by the time that the gateway goes on with
    step_ms     INTEGER NOT NULL,  -- the machine's clock minus that time
    confirmed   INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1))
) STRICT;
