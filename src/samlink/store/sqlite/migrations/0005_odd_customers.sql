-- What customers whose programs are one byte off the manual need (docs/protocol.md 4 and 6).

-- How their texts are read, and whether a SAM10 report connection that is closed in order acknowledges at once.
ALTER TABLE account ADD COLUMN charset TEXT NOT NULL DEFAULT 'auto' CHECK (charset IN ('auto', 'cp949', 'utf-8'));
ALTER TABLE account ADD COLUMN close_acknowledges INTEGER NOT NULL DEFAULT 0 CHECK (close_acknowledges IN (0, 1));

ALTER TABLE message ADD COLUMN utf8 INTEGER NOT NULL DEFAULT 0 CHECK (utf8 IN (0, 1));  -- its text came in UTF-8
-- How often it was sent again under its key when its result was known; each time that result is reported once more.
ALTER TABLE message ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0 CHECK (repeats = 0 OR result IS NOT NULL);

CREATE INDEX message_utf8 ON message (account) WHERE utf8 = 1;
CREATE INDEX message_repeated ON message (account) WHERE repeats > 0;
