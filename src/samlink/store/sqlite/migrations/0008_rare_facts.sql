-- Facts of few messages leave the table that every message goes through: each column there, with its check and its
-- index, costs all of them.

ALTER TABLE content ADD COLUMN utf8 INTEGER NOT NULL DEFAULT 0 CHECK (utf8 IN (0, 1));  -- the text came in UTF-8

-- How often a message was sent again under its key when its result was known; each time its result is reported again.
CREATE TABLE repeated (
    id    INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    times INTEGER NOT NULL CHECK (times > 0)
) STRICT;

UPDATE content SET utf8 = 1 WHERE id IN (SELECT id FROM message WHERE utf8 = 1);
INSERT INTO repeated (id, times) SELECT id, repeats FROM message WHERE repeats > 0;

DROP INDEX message_utf8;
DROP INDEX message_repeated;
ALTER TABLE message DROP COLUMN utf8;
ALTER TABLE message DROP COLUMN repeats;
