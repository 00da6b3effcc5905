-- The view of the record. Everything here can be computed again from the WARC files (scrapy rebuild).
-- Times are ISO 8601; captured_at and other clock times are UTC with a Z, published_at is local to the publisher.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,            -- schema, fold, extractor, created_at
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE warc_files (
    name TEXT PRIMARY KEY,           -- relative to ARCHIVE_DIR/warc, or an absolute path for files ingested in place
    committed INTEGER NOT NULL,      -- bytes of the file that the database vouches for
    sealed INTEGER NOT NULL,         -- 1 once closed and renamed from .open
    ours INTEGER NOT NULL,           -- 0 for files made by other tools
    records INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    id TEXT PRIMARY KEY,             -- the warcinfo's run field: time-sortable
    command TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    ending TEXT,                     -- finished, shutdown, error, killed ...
    captures INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    articles_new INTEGER NOT NULL DEFAULT 0,
    articles_changed INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE captures (
    id INTEGER PRIMARY KEY,          -- in the order of the record
    url TEXT NOT NULL,
    site TEXT NOT NULL,              -- the site file's host, else the URL's
    run_id TEXT REFERENCES runs (id),
    captured_at TEXT NOT NULL,
    status INTEGER,                  -- NULL where no status line ever came
    mime TEXT,
    charset TEXT,
    via TEXT NOT NULL,               -- live, wayback, commoncrawl, import
    original_url TEXT NOT NULL,      -- the page's own address behind a web archive or gateway; else url
    archived_at TEXT,                -- when the web archive fetched it; NULL for live captures
    archived_digest TEXT,            -- the payload digest that the web archive states
    location TEXT,                   -- where a redirect led
    etag TEXT,                       -- validators as received, for asking whether it changed
    last_modified TEXT,
    warc_file TEXT REFERENCES warc_files (name),
    warc_offset INTEGER,
    warc_length INTEGER,
    record_id TEXT,
    payload_digest TEXT,             -- sha1: base32, Transfer-Encoding removed, Content-Encoding kept
    sha256 TEXT,                     -- hex, of the same payload
    revisit_of INTEGER REFERENCES captures (id),
    truncated TEXT,                  -- length, time, disconnect, unspecified
    failure TEXT,                    -- why nothing came: dns, refused, timeout ...
    method TEXT NOT NULL DEFAULT 'GET', -- of the request; what others answer is no look at an article
    stated_digest TEXT,              -- the payload digest that another tool's record states, where it is another
    urlkey TEXT NOT NULL DEFAULT ''  -- the address captured, as indexes of web archives sort it
) STRICT;
CREATE UNIQUE INDEX captures_record ON captures (record_id);
CREATE INDEX captures_url ON captures (url);
CREATE INDEX captures_digest ON captures (payload_digest);
CREATE INDEX captures_stated ON captures (stated_digest) WHERE stated_digest IS NOT NULL;
CREATE INDEX captures_site ON captures (site, captured_at);
CREATE INDEX captures_urlkey ON captures (urlkey);
CREATE INDEX captures_record_at ON captures (warc_file, warc_offset);

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    capture_id INTEGER NOT NULL REFERENCES captures (id), -- the capture this text was read from
    url TEXT NOT NULL UNIQUE,
    site TEXT NOT NULL,
    title TEXT,
    kicker TEXT,
    subtitle TEXT,
    text TEXT NOT NULL,              -- in the publisher's own script
    source TEXT,
    byline TEXT,
    editor TEXT,
    published_at TEXT,
    published_precision TEXT,
    paper_date TEXT,
    paper_page INTEGER,
    original_title TEXT,
    script TEXT,
    low_trust TEXT,
    extractor TEXT NOT NULL,
    notes TEXT NOT NULL,             -- JSON list of {kind, detail}
    confidence REAL,                 -- 0 to 1: that the text is the article's, whole and alone; NULL before zhuanzai 3
    source_url TEXT                  -- the address that its source line links
) STRICT;
CREATE INDEX articles_published ON articles (published_at);
CREATE INDEX articles_site ON articles (site, published_at);
CREATE INDEX articles_capture ON articles (capture_id);
CREATE INDEX articles_confidence ON articles (site, confidence);

CREATE TABLE versions (              -- earlier states of articles whose text changed; the latest is in articles
    article_id INTEGER NOT NULL REFERENCES articles (id),
    n INTEGER NOT NULL,              -- 1 is the oldest
    capture_id INTEGER NOT NULL REFERENCES captures (id),
    title TEXT,
    text TEXT NOT NULL,
    source TEXT,
    byline TEXT,
    editor TEXT,
    published_at TEXT,
    extractor TEXT NOT NULL,
    PRIMARY KEY (article_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE parts (                 -- the pages of articles that a site spreads over several
    article_url TEXT NOT NULL,       -- the first page's address
    n INTEGER NOT NULL,              -- as the pages' addresses count; 0 is the first page
    capture_id INTEGER NOT NULL REFERENCES captures (id),
    text TEXT NOT NULL,
    PRIMARY KEY (article_url, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE sightings (             -- what each later look at an article's address found
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    capture_id INTEGER NOT NULL REFERENCES captures (id),
    seen_at TEXT NOT NULL,
    state TEXT NOT NULL              -- new, same, changed, gone, soft-gone, redirected, moved, blocked, back, failed
) STRICT;
CREATE INDEX sightings_article ON sightings (article_id, seen_at);

CREATE TABLE quarantine (            -- pages kept but not read
    id INTEGER PRIMARY KEY,
    capture_id INTEGER NOT NULL REFERENCES captures (id),
    url TEXT NOT NULL,
    reason TEXT NOT NULL,            -- decode, empty, listing, stub, blocked, not-html, error ...
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX quarantine_capture ON quarantine (capture_id);

CREATE TABLE stories (
    id INTEGER PRIMARY KEY,
    title TEXT,
    origin_article_id INTEGER REFERENCES articles (id),
    first_published_at TEXT,
    copies INTEGER NOT NULL,         -- members: the origin and its copies, not round-ups or follow-ups
    origin_source TEXT,              -- the publisher found, whatever each page claims
    origin_reasons TEXT NOT NULL DEFAULT '[]' -- JSON list: the evidence for the origin, in words
) STRICT;

CREATE TABLE members (               -- an article is origin, copy or abridged in at most one story; it may be
    story_id INTEGER NOT NULL REFERENCES stories (id), -- linked to others as roundup or followup
    article_id INTEGER NOT NULL REFERENCES articles (id),
    relation TEXT NOT NULL CHECK (relation IN ('origin', 'copy', 'abridged', 'roundup', 'followup')),
    similarity REAL NOT NULL,
    kept REAL,                       -- share of the origin's text that this one keeps
    added REAL,                      -- share of this text that is not the origin's
    claim TEXT CHECK (claim IN ('own', 'credited', 'none', 'other')), -- what its source line says beside the finding
    PRIMARY KEY (story_id, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_article ON members (article_id);
CREATE UNIQUE INDEX members_one_story ON members (article_id) WHERE relation IN ('origin', 'copy', 'abridged');

CREATE VIEW carriers AS              -- members that carry the story's own text: its origin and its copies, whole or abridged
SELECT *
FROM members
WHERE relation IN ('origin', 'copy', 'abridged');

CREATE VIEW copies AS
SELECT
    m.story_id,
    m.article_id,
    m.relation,
    m.similarity,
    m.kept,
    m.added,
    m.claim,
    a.url,
    a.site,
    a.title,
    a.source,
    a.published_at,
    a.script,
    c.captured_at
FROM members m
JOIN articles a ON a.id = m.article_id
JOIN captures c ON c.id = a.capture_id;
