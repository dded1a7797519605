-- Times are UTC epoch milliseconds (`_at_ms`), money is 1/100 won.

CREATE TABLE account (
    no            INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: an ID given out again gets a new number
    id            TEXT    NOT NULL CHECK (length(id) BETWEEN 1 AND 20),
    password      TEXT    NOT NULL,                   -- a hash that carries its scheme
    fee_type      INTEGER NOT NULL CHECK (fee_type IN (1, 2)),
    sms_cost      INTEGER NOT NULL CHECK (sms_cost >= 0),
    lms_cost      INTEGER NOT NULL CHECK (lms_cost >= 0),
    mms_cost      INTEGER NOT NULL CHECK (mms_cost >= 0),
    balance       INTEGER NOT NULL DEFAULT 0,         -- always the sum of the account's ledger
    batch_limit   INTEGER NOT NULL CHECK (batch_limit > 0),
    variable      INTEGER NOT NULL CHECK (variable IN (0, 1)),
    max_msg_size  INTEGER NOT NULL CHECK (max_msg_size > 0),
    service_class INTEGER NOT NULL CHECK (service_class IN (1, 2)),
    allow         TEXT    NOT NULL,                   -- networks, joined by a newline; empty: nobody
    redirect      TEXT    NOT NULL,
    created_at_ms INTEGER NOT NULL,
    closed_at_ms  INTEGER,
    CONSTRAINT prepaid_is_never_negative CHECK (fee_type = 2 OR balance >= 0)
) STRICT;

CREATE UNIQUE INDEX account_open_id ON account (id) WHERE closed_at_ms IS NULL;

CREATE TRIGGER account_is_never_deleted BEFORE DELETE ON account
BEGIN
    SELECT raise(ABORT, 'an account is closed, never deleted');
END;


CREATE TABLE ledger (
    no       INTEGER PRIMARY KEY AUTOINCREMENT,
    account  INTEGER NOT NULL REFERENCES account (no),
    at_ms    INTEGER NOT NULL,
    cause    TEXT    NOT NULL CHECK (cause IN ('top-up', 'charge', 'refund')),
    amount   INTEGER NOT NULL CHECK (amount <> 0),
    messages INTEGER NOT NULL,
    message  INTEGER,  -- a refund's message; no foreign key, since messages are pruned and the ledger is not
    note     TEXT    NOT NULL DEFAULT '',
    CONSTRAINT cause_and_columns_agree CHECK (
        CASE cause
            WHEN 'charge' THEN amount < 0 AND messages > 0 AND message IS NULL
            WHEN 'refund' THEN amount > 0 AND messages = 1 AND message IS NOT NULL
            ELSE messages = 0 AND message IS NULL
        END
    )
) STRICT;

CREATE INDEX ledger_of_account ON ledger (account, no);
CREATE UNIQUE INDEX ledger_one_refund ON ledger (message) WHERE message IS NOT NULL;

CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN
    SELECT raise(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_is_never_deleted BEFORE DELETE ON ledger
BEGIN
    SELECT raise(ABORT, 'the ledger is append-only');
END;


-- What changes in a message's life, and its key. What does not change is in `content`: every step of the life rewrites
-- the row, and a row that carries 2,000 bytes of text would be written to the log four times over.
CREATE TABLE message (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused; the carrier may know it
    account         INTEGER NOT NULL REFERENCES account (no),
    group_id        TEXT    NOT NULL,
    message_id      TEXT    NOT NULL,
    receiver        TEXT    NOT NULL,
    service         INTEGER NOT NULL CHECK (service BETWEEN 1 AND 3),
    kind            INTEGER NOT NULL CHECK (kind > 0),
    price           INTEGER NOT NULL CHECK (price >= 0),
    charge          INTEGER REFERENCES ledger (no),
    accepted_at_ms  INTEGER NOT NULL,
    due_at_ms       INTEGER NOT NULL,
    expires_at_ms   INTEGER,
    attempts        INTEGER NOT NULL DEFAULT 0,
    unknowns        INTEGER NOT NULL DEFAULT 0,
    claim_token     INTEGER,
    deadline_at_ms  INTEGER,  -- the lease's end while SENDING, the wait's end while SENT or UNKNOWN
    submitted_at_ms INTEGER,
    unknown_at_ms   INTEGER,
    carrier         TEXT,
    carrier_ref     TEXT,
    carrier_code    TEXT,
    result          INTEGER CHECK (result > 1),  -- 0 and 1 are states, not results
    settled_at_ms   INTEGER,
    sent_at_ms      INTEGER,
    telecom         TEXT,
    charged         INTEGER CHECK (charged IN (0, 1)),
    late_result     INTEGER,  -- a different result that came after the message had been settled
    reported_at_ms  INTEGER,
    UNIQUE (account, group_id, message_id, receiver),
    CONSTRAINT in_flight_means_a_deadline CHECK (
        (claim_token IS NOT NULL AND result IS NULL) = (deadline_at_ms IS NOT NULL)
    ),
    CONSTRAINT only_the_claimed_is_carried CHECK (
        claim_token IS NOT NULL OR (submitted_at_ms IS NULL AND unknown_at_ms IS NULL)
    ),
    CONSTRAINT sent_or_unknown CHECK (submitted_at_ms IS NULL OR unknown_at_ms IS NULL),
    CONSTRAINT a_claim_is_an_attempt CHECK (claim_token IS NULL OR attempts > 0),
    CONSTRAINT unknowns_are_attempts CHECK (unknowns BETWEEN 0 AND attempts),
    CONSTRAINT a_reference_has_a_carrier CHECK (carrier_ref IS NULL OR carrier IS NOT NULL),
    CONSTRAINT the_queued_has_no_reference CHECK (
        carrier_ref IS NULL OR submitted_at_ms IS NOT NULL OR result IS NOT NULL
    ),
    CONSTRAINT settled_whole CHECK (
        (result IS NULL) = (settled_at_ms IS NULL)
        AND (result IS NULL) = (sent_at_ms IS NULL)
        AND (result IS NULL) = (telecom IS NULL)
        AND (result IS NULL) = (charged IS NULL)
    ),
    CONSTRAINT only_the_settled_is_reported CHECK (
        result IS NOT NULL OR (reported_at_ms IS NULL AND late_result IS NULL)
    ),
    CONSTRAINT a_price_was_charged CHECK ((price = 0) = (charge IS NULL))
) STRICT;

CREATE INDEX message_queue ON message (due_at_ms, id)
    WHERE claim_token IS NULL AND result IS NULL;
CREATE INDEX message_flight ON message (deadline_at_ms)
    WHERE deadline_at_ms IS NOT NULL;
CREATE INDEX message_unknown ON message (id)
    WHERE unknown_at_ms IS NOT NULL AND result IS NULL;
CREATE INDEX message_report ON message (account, service, id)
    WHERE result IS NOT NULL AND reported_at_ms IS NULL;
CREATE INDEX message_expiry ON message (expires_at_ms)
    WHERE expires_at_ms IS NOT NULL AND claim_token IS NULL AND result IS NULL;
CREATE INDEX message_reference ON message (carrier, carrier_ref)
    WHERE carrier_ref IS NOT NULL;

CREATE TABLE content (
    id        INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    sender    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    text      TEXT NOT NULL,
    url       TEXT NOT NULL,
    user_code TEXT NOT NULL,
    files     TEXT NOT NULL  -- names of stored files, joined by a newline
) STRICT;

-- The one place that says which state the columns are.
CREATE VIEW message_state AS
SELECT
    id,
    CASE
        WHEN reported_at_ms IS NOT NULL THEN 'reported'
        WHEN result IS NOT NULL THEN 'done'
        WHEN claim_token IS NULL THEN 'queued'
        WHEN unknown_at_ms IS NOT NULL THEN 'unknown'
        WHEN submitted_at_ms IS NOT NULL THEN 'sent'
        ELSE 'sending'
    END AS state
FROM message;

-- Results by a carrier's reference that no message has yet: the result overtook the answer to the submit.
CREATE TABLE early_result (
    carrier      TEXT    NOT NULL,
    carrier_ref  TEXT    NOT NULL,
    result       INTEGER NOT NULL CHECK (result > 1),
    sent_at_ms   INTEGER NOT NULL,
    telecom      TEXT    NOT NULL,
    charged      INTEGER NOT NULL CHECK (charged IN (0, 1)),
    carrier_code TEXT    NOT NULL,
    came_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (carrier, carrier_ref)
) STRICT, WITHOUT ROWID;

CREATE INDEX early_result_age ON early_result (came_at_ms);

-- Uploaded files; their bytes lie in the file store beside the database.
CREATE TABLE file (
    account      INTEGER NOT NULL REFERENCES account (no),
    name         TEXT    NOT NULL,
    extension    TEXT    NOT NULL,
    size         INTEGER NOT NULL CHECK (size > 0),
    stored_at_ms INTEGER NOT NULL,
    PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
