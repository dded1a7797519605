-- Limits, policies, Kakao with its fallback, and what remains of a message that is wiped or pruned.

ALTER TABLE account ADD COLUMN at_cost INTEGER NOT NULL DEFAULT 800 CHECK (at_cost >= 0);
ALTER TABLE account ADD COLUMN ft_cost INTEGER NOT NULL DEFAULT 1500 CHECK (ft_cost >= 0);
ALTER TABLE account ADD COLUMN month_limit INTEGER CHECK (month_limit >= 0);
ALTER TABLE account ADD COLUMN day_limit INTEGER CHECK (day_limit >= 0);
ALTER TABLE account ADD COLUMN second_limit INTEGER CHECK (second_limit >= 0);
ALTER TABLE account ADD COLUMN duplicate_window_seconds INTEGER NOT NULL DEFAULT 600
    CHECK (duplicate_window_seconds BETWEEN 1 AND 604800);
ALTER TABLE account ADD COLUMN default_sender TEXT NOT NULL DEFAULT '' CHECK (length(default_sender) <= 12);
ALTER TABLE account ADD COLUMN kinds TEXT NOT NULL DEFAULT 'sms,lms,mms,at,ft';  -- joined by commas
ALTER TABLE account ADD COLUMN rules TEXT NOT NULL DEFAULT '{}' CHECK (json_type(rules) = 'object');
ALTER TABLE account ADD COLUMN refund TEXT NOT NULL DEFAULT '{}' CHECK (json_type(refund) = 'object');

CREATE INDEX account_refund ON account (no) WHERE refund <> '{}';

-- How many messages were accepted for sending (refused ones and fallbacks do not count) on each day of Korea.
CREATE TABLE usage (
    account  INTEGER NOT NULL REFERENCES account (no),
    day      INTEGER NOT NULL,  -- days since 1970-01-01, in KST
    messages INTEGER NOT NULL CHECK (messages > 0),
    pruned   INTEGER NOT NULL DEFAULT 0 CHECK (pruned BETWEEN 0 AND messages),  -- of those, no longer in `message`
    PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;

-- The same for the current second, of accounts with a limit on that.
CREATE TABLE rate (
    account  INTEGER PRIMARY KEY REFERENCES account (no),
    second   INTEGER NOT NULL,  -- seconds since 1970
    messages INTEGER NOT NULL CHECK (messages > 0)
) STRICT;

-- What was accepted lately, of accounts that refuse duplicates.
CREATE TABLE digest (
    account INTEGER NOT NULL REFERENCES account (no),
    digest  BLOB    NOT NULL,  -- of receiver and content
    at_ms   INTEGER NOT NULL,
    PRIMARY KEY (account, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX digest_age ON digest (account, at_ms);


ALTER TABLE message ADD COLUMN reason TEXT NOT NULL DEFAULT '';  -- the rule that refused it, or its fallback
ALTER TABLE message ADD COLUMN counted INTEGER NOT NULL DEFAULT 0 CHECK (counted IN (0, 1));  -- in `usage`
ALTER TABLE message ADD COLUMN parent INTEGER;  -- a fallback's Kakao message
-- A Kakao message's fallback, whose result becomes its own. While it waits for that it counts as sent, and has no
-- deadline that could pass.
ALTER TABLE message ADD COLUMN fallback INTEGER
    CHECK (fallback IS NULL OR (parent IS NULL AND (result IS NOT NULL OR submitted_at_ms IS NOT NULL)));
ALTER TABLE message ADD COLUMN late_at_ms INTEGER CHECK (late_at_ms IS NULL OR late_result IS NOT NULL);
-- Its text and numbers are gone; `receiver` holds a digest of them.
ALTER TABLE message ADD COLUMN wiped INTEGER NOT NULL DEFAULT 0
    CHECK (wiped = 0 OR (wiped = 1 AND reported_at_ms IS NOT NULL));

CREATE INDEX message_finished ON message (wiped, settled_at_ms) WHERE reported_at_ms IS NOT NULL AND parent IS NULL;
CREATE INDEX message_wiped ON message (account, group_id) WHERE wiped = 1;

ALTER TABLE content ADD COLUMN kakao TEXT NOT NULL DEFAULT '';  -- JSON

-- What a charge's pruned messages were, so that the ledger can still be proved.
CREATE TABLE pruned_charge (
    charge          INTEGER PRIMARY KEY REFERENCES ledger (no),
    messages        INTEGER NOT NULL CHECK (messages > 0),
    total           INTEGER NOT NULL CHECK (total > 0),
    refunds         INTEGER NOT NULL CHECK (refunds BETWEEN 0 AND messages),
    refunded_total  INTEGER NOT NULL CHECK (refunded_total BETWEEN 0 AND total)
) STRICT;

CREATE INDEX file_age ON file (stored_at_ms);


-- What the admission rules look up. Account 0 is everyone's, for opt-outs.
CREATE TABLE sender (
    account  INTEGER NOT NULL REFERENCES account (no),
    number   TEXT    NOT NULL CHECK (number NOT GLOB '*[^0-9]*' AND length(number) BETWEEN 8 AND 12),
    added_at_ms INTEGER NOT NULL,
    PRIMARY KEY (account, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE opt_out (
    account     INTEGER NOT NULL,
    number      INTEGER NOT NULL CHECK (number > 0),  -- without its leading zero
    added_at_ms INTEGER NOT NULL,
    PRIMARY KEY (account, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE filter (
    no      INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (no),
    kind    TEXT    NOT NULL CHECK (kind IN ('sender', 'receiver', 'words')),
    value   TEXT    NOT NULL CHECK (value <> ''),
    UNIQUE (account, kind, value)
) STRICT;

CREATE TABLE profile (
    account    INTEGER NOT NULL REFERENCES account (no),
    sender_key TEXT    NOT NULL CHECK (length(sender_key) BETWEEN 1 AND 40),
    name       TEXT    NOT NULL,
    blocked    INTEGER NOT NULL CHECK (blocked IN (0, 1)),
    PRIMARY KEY (account, sender_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE template (
    account    INTEGER NOT NULL,
    sender_key TEXT    NOT NULL,
    code       TEXT    NOT NULL CHECK (length(code) BETWEEN 1 AND 30),
    text       TEXT    NOT NULL,
    buttons    TEXT    NOT NULL,  -- JSON, or empty for none
    blocked    INTEGER NOT NULL CHECK (blocked IN (0, 1)),
    PRIMARY KEY (account, sender_key, code),
    FOREIGN KEY (account, sender_key) REFERENCES profile (account, sender_key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- How often what an account's rules look up has changed, so that only what has changed is read again.
CREATE TABLE policy_version (
    account  INTEGER PRIMARY KEY,
    lists    INTEGER NOT NULL DEFAULT 0,  -- all but opt-outs
    opt_outs INTEGER NOT NULL DEFAULT 0
) STRICT;
