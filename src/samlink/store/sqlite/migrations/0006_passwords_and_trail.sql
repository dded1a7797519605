-- Two passwords while one is changed, the trail of administrative changes, and reasons that outlived their texts.

-- A row for each account whose password was ever changed.
CREATE TABLE password_change (
    account      INTEGER PRIMARY KEY REFERENCES account (no),
    no           INTEGER NOT NULL CHECK (no > 1),  -- of the password in use; the first has number 1 and no row here
    old          TEXT,     -- the hash of the one before, while that is good too
    old_until_ms INTEGER,
    CONSTRAINT an_old_one_ends CHECK ((old IS NULL) = (old_until_ms IS NULL))
) STRICT;

-- Who changed what. It holds no password, and no number of a person.
CREATE TABLE trail (
    no      INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    who     TEXT    NOT NULL,  -- the operating system's user
    tool    TEXT    NOT NULL,
    account INTEGER,           -- 0: everyone's list; NULL: the store as a whole
    verb    TEXT    NOT NULL,
    old     TEXT    NOT NULL CHECK (json_type(old) = 'object'),
    new     TEXT    NOT NULL CHECK (json_type(new) = 'object')
) STRICT;

CREATE INDEX trail_of_account ON trail (account, no);

CREATE TRIGGER trail_is_never_changed BEFORE UPDATE ON trail
BEGIN
    SELECT raise(ABORT, 'the trail is append-only');
END;

CREATE TRIGGER trail_is_never_deleted BEFORE DELETE ON trail
BEGIN
    SELECT raise(ABORT, 'the trail is append-only');
END;

-- What stands behind a rule's name may quote the message.
UPDATE message SET reason = substr(reason, 1, instr(reason, ': ') - 1) WHERE wiped = 1 AND instr(reason, ': ') > 0;
