ALTER TABLE run_sites ADD COLUMN passed_over INTEGER NOT NULL DEFAULT 0;
CREATE TABLE passed_over (           -- pages fetched and read, and not kept: they name no source that was looked for
    id INTEGER PRIMARY KEY,          -- in the order of the record
    url TEXT NOT NULL,
    site TEXT NOT NULL,
    run_id TEXT REFERENCES runs (id),
    seen_at TEXT NOT NULL,
    title TEXT,
    published_at TEXT,
    characters INTEGER NOT NULL,     -- of its text
    names TEXT NOT NULL,             -- JSON list: the media it names
    wanted TEXT NOT NULL,            -- those looked for
    status INTEGER NOT NULL,
    payload_digest TEXT NOT NULL,    -- of what was not kept
    bytes INTEGER NOT NULL,
    extractor TEXT NOT NULL,
    warc_file TEXT NOT NULL REFERENCES warc_files (name), -- of the metadata record that says so
    warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL,
    record_id TEXT NOT NULL
) STRICT;
CREATE INDEX passed_over_url ON passed_over (url);
CREATE UNIQUE INDEX passed_over_record ON passed_over (record_id);
