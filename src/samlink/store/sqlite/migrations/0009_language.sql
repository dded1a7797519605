-- The language in which a customer's refused requests are answered (RESP_MESG).

ALTER TABLE account ADD COLUMN language TEXT NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'ko'));
