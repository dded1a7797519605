-- The digests of each packet in one row at the table's end. `digest` has those that are too many for memory.

CREATE TABLE digest_packet (
    no      INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (no),
    at_ms   INTEGER NOT NULL,
    digests BLOB    NOT NULL  -- a MessagePack array of byte strings
) STRICT;

CREATE INDEX digest_packet_age ON digest_packet (account, at_ms);
