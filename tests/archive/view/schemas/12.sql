-- the tables of schema 12 (0.1.0 before its release), and what it said of itself
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
    confidence REAL                  -- 0 to 1: that the text is the article's, whole and alone; NULL before zhuanzai 3
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

-- Which texts share a passage, and how articles hold together as stories. Everything here follows from articles.

CREATE TABLE postings (              -- sampled grams of the articles, few rows a gram: what everybody prints tells nothing
    hash INTEGER NOT NULL,           -- of eight folded characters, 32 bits
    article_id INTEGER NOT NULL,     -- 0 alone: everybody's
    PRIMARY KEY (hash, article_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE placed (
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    story_id INTEGER REFERENCES stories (id), -- NULL: a round-up, which belongs to none
    length INTEGER NOT NULL          -- folded characters
) STRICT;
CREATE INDEX placed_story ON placed (story_id);

CREATE TABLE likenesses (            -- pairs that share a passage; those of one text hold a story together
    article_id INTEGER NOT NULL,     -- the part, or the later one
    whole_id INTEGER NOT NULL,       -- the text that holds it
    same INTEGER NOT NULL,           -- 1: one text, whole or in part; 0: a passage only
    share INTEGER NOT NULL,          -- of the part's rare characters found in the whole, per cent
    found INTEGER NOT NULL,          -- those characters
    region_start INTEGER NOT NULL,   -- where in the whole, in folded characters
    region_end INTEGER NOT NULL,
    PRIMARY KEY (article_id, whole_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX likenesses_whole ON likenesses (whole_id);

CREATE TABLE story_events (          -- merges and splits; a story that was merged away is found again by its old number
    id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('merged', 'split', 'left', 'ended')),
    other_story_id INTEGER,          -- merged: the story it is now part of; split: the new one
    article_id INTEGER NOT NULL      -- the article that proved it
) STRICT;
CREATE INDEX story_events_story ON story_events (story_id);

-- Counts: `articles` are all of them, round-ups too; `stories` counts each story once, however many articles carry it.
-- A story is counted at every site and source that carries it: the sums of a column are not the archive's totals.

CREATE VIEW site_counts AS
SELECT
    a.site,
    count(*) AS articles,
    count(DISTINCT p.story_id) AS stories,
    count(s.id) AS origins
FROM articles AS a
LEFT JOIN placed AS p ON p.article_id = a.id
LEFT JOIN stories AS s ON s.origin_article_id = a.id
GROUP BY a.site;

CREATE VIEW day_counts AS
SELECT
    substr(a.published_at, 1, 10) AS day,
    count(*) AS articles,
    count(DISTINCT p.story_id) AS stories,
    count(DISTINCT CASE
        WHEN substr(s.first_published_at, 1, 10) = substr(a.published_at, 1, 10) THEN s.id
    END) AS new_stories
FROM articles AS a
LEFT JOIN placed AS p ON p.article_id = a.id
LEFT JOIN stories AS s ON s.id = p.story_id
GROUP BY 1;

-- What sites and sources are called, in both scripts. Search, counts, charts and citations ask here.

CREATE TABLE sites (                 -- the registered sites, as the site files say today
    host TEXT PRIMARY KEY,           -- articles.site, captures.site
    name TEXT NOT NULL,              -- in Simplified script
    name_hant TEXT NOT NULL,         -- in Traditional script: its own, else converted
    names TEXT NOT NULL,             -- JSON list: further names that it goes by
    region TEXT,                     -- mainland, hongkong, macau, taiwan, overseas; NULL: the file does not say
    kind TEXT,                       -- central, ministry, province, city, press, portal, converter, archive
    family TEXT,                     -- the publishing system that its pages come from
    trust TEXT NOT NULL              -- full; low: being there is no evidence of publication
) STRICT, WITHOUT ROWID;

CREATE TABLE source_lines (          -- every source 来源 as pages print it: 人民網－人民日報
    source TEXT PRIMARY KEY,         -- articles.source
    folded TEXT NOT NULL             -- the same as comparison sees it: one script, no signs
) STRICT, WITHOUT ROWID;

CREATE TABLE sources (               -- the media that they name: 人民日报 and 人民网
    key TEXT PRIMARY KEY,            -- folded; a line names the medium where instr(source_lines.folded, key)
    name TEXT NOT NULL,              -- in Simplified script
    name_hant TEXT NOT NULL          -- in Traditional script
) STRICT, WITHOUT ROWID;

CREATE INDEX articles_source ON articles (source);

CREATE VIEW source_counts AS         -- 人民網－人民日報 counts for both; NULL: articles that name no source
SELECT
    s.name AS source,
    s.name_hant AS source_hant,
    count(*) AS articles,
    count(DISTINCT p.story_id) AS stories,
    sum(m.claim IN ('own', 'credited')) AS rightly
FROM sources AS s
JOIN source_lines AS l ON instr(l.folded, s.key)
JOIN articles AS a ON a.source = l.source
LEFT JOIN placed AS p ON p.article_id = a.id
LEFT JOIN members AS m ON m.article_id = a.id AND m.story_id = p.story_id
GROUP BY s.key
UNION ALL
SELECT
    NULL,
    NULL,
    count(*),
    count(DISTINCT p.story_id),
    sum(m.claim IN ('own', 'credited'))
FROM articles AS a
LEFT JOIN placed AS p ON p.article_id = a.id
LEFT JOIN members AS m ON m.article_id = a.id AND m.story_id = p.story_id
WHERE a.source IS NULL
HAVING count(*) > 0;

-- Who copied from whom: the tree of each story of two articles or more. Everything here follows from articles.

CREATE TABLE descents (
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    story_id INTEGER NOT NULL,
    origin_id INTEGER NOT NULL,      -- the origin that the departures are counted from
    parent_id INTEGER REFERENCES articles (id), -- the article it was taken from; NULL: the origin, or not held
    certainty REAL NOT NULL,         -- 0 to 1; below .5 other parents are as good
    runner_up_id INTEGER REFERENCES articles (id), -- the next best parent
    not_held INTEGER,                -- number within the story of a parent that nobody holds, shared by its copies
    beyond_id INTEGER REFERENCES articles (id), -- the held article that the parent not held descends from
    credited INTEGER NOT NULL,       -- 1 where its source line names the parent's site
    cost REAL NOT NULL,              -- minus the logarithm of the likelihood
    evidence TEXT NOT NULL           -- JSON: shared, new and lost departures, credit, delay, other parents
) STRICT;
CREATE INDEX descents_story ON descents (story_id);
CREATE INDEX descents_parent ON descents (parent_id);
CREATE INDEX descents_origin ON descents (origin_id);
CREATE INDEX descents_runner_up ON descents (runner_up_id);
CREATE INDEX descents_beyond ON descents (beyond_id);

CREATE TABLE untraced (              -- stories whose members changed: the commit makes their trees and empties this
    story_id INTEGER PRIMARY KEY,
    afresh INTEGER NOT NULL          -- 1 where texts or the origin may have changed
) STRICT;

CREATE TABLE departures (            -- what a copy changed of its origin, fact by fact
    origin_id INTEGER NOT NULL REFERENCES articles (id),
    kind TEXT NOT NULL,              -- cut, added, line, replaced, moved, title, split, joined, marks, glyph
    start INTEGER NOT NULL,          -- place in the origin's folded text
    stop INTEGER NOT NULL,
    mark INTEGER NOT NULL,           -- checksum of the words added, replaced or set as title
    article_id INTEGER NOT NULL REFERENCES articles (id),
    words TEXT NOT NULL,             -- what stands there, at most 40 characters
    PRIMARY KEY (origin_id, kind, start, stop, mark, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX departures_article ON departures (article_id);

CREATE VIEW host_ways AS             -- from which host each host takes its texts, where the tree is certain
WITH taken AS (
    SELECT
        p.site AS from_site,
        a.site AS to_site,
        d.credited,
        (julianday(a.published_at) - julianday(p.published_at)) * 24 AS delay_hours
    FROM descents AS d
    JOIN articles AS a ON a.id = d.article_id
    JOIN articles AS p ON p.id = d.parent_id
    WHERE d.certainty >= 0.5
),
ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY from_site, to_site ORDER BY delay_hours) AS n,
        count(delay_hours) OVER (PARTITION BY from_site, to_site) AS timed
    FROM taken
    WHERE delay_hours IS NOT NULL
)
SELECT
    t.from_site,
    t.to_site,
    count(*) AS copies,
    CAST(round(avg(t.credited) * 100) AS INTEGER) AS credited_percent,
    (
        SELECT round(avg(r.delay_hours), 2)
        FROM ranked AS r
        WHERE r.from_site = t.from_site AND r.to_site = t.to_site AND r.n IN ((r.timed + 1) / 2, (r.timed + 2) / 2)
    ) AS median_delay_hours
FROM taken AS t
GROUP BY t.from_site, t.to_site;

-- The search index: what archive/search/index.py writes beside every article and removes with it.
-- The tokens are made by archive/search/index.py; "ascii" only splits them at spaces and leaves every other character alone.

-- Overlapping pairs of folded characters. The comment tells Datasette's _search which table this index belongs to.
-- FTS5 writes two bytes more for every entry that is not in the first column: with the title there the index is half
-- as large again.
CREATE VIRTUAL TABLE articles_fts USING fts5 /* content="articles" */ (
    text,
    title,
    content='',
    tokenize='ascii'
);

-- Each character once per article: one-character words, which the pairs would answer slowly.
CREATE VIRTUAL TABLE articles_chars USING fts5 (
    chars,
    content='',
    columnsize=0,
    detail=none,
    tokenize='ascii'
);

-- FTS5 writes its buffer out at every commit; a larger one makes bulk work 3 times as fast (docs/decisions).
INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', 33554432);

-- What sorting and filtering need, without touching the rows that carry the texts.
CREATE INDEX articles_sieve ON articles (id, published_at, site, script, source);

-- The reading room's lists of stories.
CREATE INDEX stories_copies ON stories (copies);
CREATE INDEX stories_published ON stories (first_published_at);

-- The fold table as rows, for queries on a Datasette that lacks the plug-in; filled by archive/search/index.py.
CREATE TABLE hanzi_fold (
    ch TEXT PRIMARY KEY,             -- a character
    base TEXT NOT NULL               -- the one that stands for its class
) STRICT, WITHOUT ROWID;

-- What became of articles, and how runs went: kept as captures come in, so that a rebuilt view has the same rows.

CREATE TABLE looks (                 -- where each article stands after the latest look at its own (live) address
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    state TEXT NOT NULL,             -- the latest line of the ledger (sightings.state)
    standing TEXT NOT NULL,          -- here, gone, soft-gone, redirected: the latest look that was answered
    standing_since TEXT NOT NULL,
    event_at TEXT NOT NULL,          -- its latest news: published, changed, vanished, back ... ; ages count from here
    here_at TEXT,                    -- the latest look that found it
    looked_at TEXT NOT NULL,
    looks INTEGER NOT NULL
) STRICT;
CREATE INDEX looks_standing ON looks (standing) WHERE standing <> 'here';

CREATE TABLE run_sites (             -- what one run had of one site
    run_id TEXT NOT NULL REFERENCES runs (id),
    site TEXT NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    captures INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,        -- of payloads received
    answered INTEGER NOT NULL DEFAULT 0,     -- 200 and 304, robots.txt aside
    unchanged INTEGER NOT NULL DEFAULT 0,    -- 304
    blocked INTEGER NOT NULL DEFAULT 0,      -- 401, 403, 429, 503 and the like
    errors INTEGER NOT NULL DEFAULT 0,       -- other answers of 400 and above
    failures INTEGER NOT NULL DEFAULT 0,     -- no answer, or one that broke off
    quarantined INTEGER NOT NULL DEFAULT 0,
    articles_new INTEGER NOT NULL DEFAULT 0,
    articles_changed INTEGER NOT NULL DEFAULT 0,
    articles_lost INTEGER NOT NULL DEFAULT 0, -- looks at articles held that found them gone, soft-gone or redirected
    looks INTEGER NOT NULL DEFAULT 0,        -- at articles held already
    pages_read INTEGER NOT NULL DEFAULT 0,   -- pages read as articles, and of these those with ...
    with_title INTEGER NOT NULL DEFAULT 0,
    with_date INTEGER NOT NULL DEFAULT 0,
    with_source INTEGER NOT NULL DEFAULT 0,
    characters INTEGER NOT NULL DEFAULT 0,   -- of their texts together
    passed_over INTEGER NOT NULL DEFAULT 0,  -- pages not kept: they name no source that was looked for
    PRIMARY KEY (run_id, site)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_sites_site ON run_sites (site, run_id);

CREATE TABLE run_errors (            -- what went wrong in a run, by kind: a status, or why nothing came
    run_id TEXT NOT NULL REFERENCES runs (id),
    site TEXT NOT NULL,
    kind TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (run_id, site, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_alarms (            -- what a run told when it ended
    run_id TEXT NOT NULL REFERENCES runs (id),
    site TEXT NOT NULL,
    kind TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (run_id, site, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_tries (             -- where a run looked for copies of one article, and what came of it
    run_id TEXT NOT NULL REFERENCES runs (id),
    wanted TEXT NOT NULL,            -- the article's address
    way TEXT NOT NULL,               -- variant, search, list, archive
    site TEXT NOT NULL,
    asked INTEGER NOT NULL,          -- questions and lists
    candidates INTEGER NOT NULL,     -- links under its title
    fetched INTEGER NOT NULL,
    found INTEGER NOT NULL,          -- candidates that are of its story
    PRIMARY KEY (run_id, wanted, way, site)
) STRICT, WITHOUT ROWID;

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

CREATE VIEW vanished AS              -- articles that are not at their address any more, the latest first
SELECT
    l.standing AS state,
    l.standing_since AS vanished_at,
    l.here_at AS last_seen_at,
    a.id AS article_id,
    a.site,
    a.url,
    a.title,
    a.published_at,
    o.story_id,
    o.relation,
    (
        SELECT count(*)
        FROM carriers m
        LEFT JOIN looks other ON other.article_id = m.article_id
        WHERE m.story_id = o.story_id
            AND m.article_id <> a.id
            AND coalesce(other.standing, 'here') = 'here'
    ) AS copies_survive
FROM looks l
JOIN articles a ON a.id = l.article_id
LEFT JOIN carriers o ON o.article_id = a.id
WHERE l.standing <> 'here'
ORDER BY l.standing_since DESC, a.id;

CREATE VIEW changed AS               -- every change of an article's text or fields, the latest first
SELECT
    coalesce(c.archived_at, c.captured_at) AS changed_at,
    b.article_id,
    a.site,
    a.url,
    a.title,
    b.n,
    b.capture_id AS capture_before,
    coalesce(n.capture_id, a.capture_id) AS capture_after,
    b.title IS NOT iif(n.n IS NULL, a.title, n.title) AS title_changed,
    b.text IS NOT iif(n.n IS NULL, a.text, n.text) AS text_changed,
    b.source IS NOT iif(n.n IS NULL, a.source, n.source) AS source_changed,
    b.byline IS NOT iif(n.n IS NULL, a.byline, n.byline) AS byline_changed,
    b.editor IS NOT iif(n.n IS NULL, a.editor, n.editor) AS editor_changed,
    b.published_at IS NOT iif(n.n IS NULL, a.published_at, n.published_at) AS date_changed,
    length(b.text) AS characters_before,
    length(iif(n.n IS NULL, a.text, n.text)) AS characters_after
FROM versions b
JOIN articles a ON a.id = b.article_id
LEFT JOIN versions n ON n.article_id = b.article_id AND n.n = b.n + 1
JOIN captures c ON c.id = coalesce(n.capture_id, a.capture_id)
ORDER BY changed_at DESC, b.article_id;

CREATE VIEW half_lives AS            -- how long a site's articles stay: ln 2 x days watched / articles that went
SELECT
    a.site,
    count(*) AS articles,
    sum(l.standing <> 'here') AS vanished,
    round(sum(max(0.0, julianday(iif(l.standing = 'here', l.looked_at, l.standing_since))
        - julianday(s.first_at))), 1) AS days_watched,
    round(0.693147 * sum(max(0.0, julianday(iif(l.standing = 'here', l.looked_at, l.standing_since))
        - julianday(s.first_at))) / nullif(sum(l.standing <> 'here'), 0), 1) AS half_life_days
FROM looks l
JOIN articles a ON a.id = l.article_id
JOIN (SELECT article_id, min(seen_at) AS first_at FROM sightings GROUP BY article_id) s ON s.article_id = a.id
GROUP BY a.site
ORDER BY a.site;

-- What printed newspapers held, as their layout pages (版) list it: the measure of coverage.

CREATE TABLE issue_pages (
    paper TEXT NOT NULL,             -- the newspaper's key in its addresses: rmrb
    date TEXT NOT NULL,
    path TEXT NOT NULL,              -- of the layout page: the same by http and https
    number INTEGER,                  -- as printed: 1 for 第01版
    name TEXT,                       -- 要闻
    listed INTEGER NOT NULL,         -- 1 once the page itself was read, 0 while other pages only link to it
    capture_id INTEGER NOT NULL REFERENCES captures (id), -- the capture that said so
    PRIMARY KEY (paper, date, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE issue_items (
    paper TEXT NOT NULL,
    date TEXT NOT NULL,
    path TEXT NOT NULL,              -- of the article's page
    url TEXT NOT NULL,
    page INTEGER,                    -- issue_pages.number
    n INTEGER NOT NULL,              -- place on its page, from 1
    title TEXT NOT NULL,
    kind TEXT NOT NULL,              -- article, photo, ad, note (duty editors), guide, masthead
    capture_id INTEGER NOT NULL REFERENCES captures (id),
    PRIMARY KEY (paper, date, path)
) STRICT, WITHOUT ROWID;

CREATE INDEX captures_elsewhere ON captures (original_url) WHERE via <> 'live';

-- How pages looked: what they name beside their text, and what is known of the pictures that are held.

CREATE TABLE needs (                 -- what a page or stylesheet names; each address once
    capture_id INTEGER NOT NULL REFERENCES captures (id),
    n INTEGER NOT NULL,              -- in the order of the page, from 1
    url TEXT NOT NULL,
    urlkey TEXT NOT NULL,            -- as captures.urlkey
    role TEXT NOT NULL,              -- picture (of the article's text), image, stylesheet, background, font, poster, icon
    position INTEGER,                -- paragraphs of the text before a picture
    caption TEXT,
    alt TEXT,
    PRIMARY KEY (capture_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX needs_urlkey ON needs (urlkey);

CREATE TABLE images (                -- of the pictures held, by payload; what came for one and is markup has no row
    sha256 TEXT PRIMARY KEY,         -- captures.sha256
    kind TEXT,                       -- jpeg, png, gif ...; NULL without the extra `pictures`
    width INTEGER,
    height INTEGER,
    phash TEXT,                      -- difference hash, 16 hex digits; NULL where it would say nothing
    look TEXT                        -- the hash of the first picture that looks the same (6 bits of 64 apart at most)
) STRICT, WITHOUT ROWID;
CREATE INDEX images_look ON images (look) WHERE look IS NOT NULL;
-- of hashes 7 bits apart or fewer, one pair of digits is the same
CREATE INDEX images_digits_1 ON images (substr(look, 1, 2)) WHERE look = phash;
CREATE INDEX images_digits_3 ON images (substr(look, 3, 2)) WHERE look = phash;
CREATE INDEX images_digits_5 ON images (substr(look, 5, 2)) WHERE look = phash;
CREATE INDEX images_digits_7 ON images (substr(look, 7, 2)) WHERE look = phash;
CREATE INDEX images_digits_9 ON images (substr(look, 9, 2)) WHERE look = phash;
CREATE INDEX images_digits_11 ON images (substr(look, 11, 2)) WHERE look = phash;
CREATE INDEX images_digits_13 ON images (substr(look, 13, 2)) WHERE look = phash;
CREATE INDEX images_digits_15 ON images (substr(look, 15, 2)) WHERE look = phash;

-- a picture elsewhere is found from its bytes
CREATE INDEX captures_images ON captures (sha256) WHERE mime LIKE 'image/%';

CREATE VIEW redirects AS             -- where captures led, as an absolute address; paths beside the page's own are left out
SELECT
    c.id AS capture_id,
    c.url,
    c.urlkey,
    CASE
        WHEN c.location LIKE '//%' THEN substr(c.url, 1, instr(c.url, ':')) || c.location
        WHEN c.location LIKE '/%' THEN
            substr(c.url, 1, instr(c.url, '://') + 1 + instr(substr(c.url, instr(c.url, '://') + 3), '/'))
            || c.location
        ELSE c.location
    END AS target
FROM captures AS c
WHERE c.location IS NOT NULL AND c.method = 'GET' AND c.status IN (301, 302, 303, 307, 308);

CREATE VIEW requisites AS            -- each with the capture nearest in time to its page; NULL: not held
SELECT
    n.capture_id,
    coalesce(
        (
            SELECT near.id
            FROM (
                SELECT
                    c.id,
                    abs(julianday(coalesce(c.archived_at, c.captured_at)) - julianday(n.at)) AS away
                FROM captures AS c
                WHERE c.urlkey = n.urlkey AND c.method = 'GET' AND c.truncated IS NULL
                    AND (c.status = 200 OR (c.status = 304 AND c.revisit_of IS NOT NULL))
                    AND CASE         -- a page that says sorry is neither a picture nor a sheet
                        WHEN n.role IN ('stylesheet', 'font') THEN coalesce(c.mime, '') NOT LIKE '%html%'
                        ELSE EXISTS (SELECT 1 FROM images AS i WHERE i.sha256 = c.sha256)
                    END
            ) AS near
            ORDER BY near.away, near.id
            LIMIT 1
        ),
        (                            -- where redirects led from there
            WITH RECURSIVE
                hops (url, hop) AS (
                    SELECT r.target, 1
                    FROM redirects AS r
                    WHERE r.urlkey = n.urlkey
                    UNION
                    SELECT r.target, hops.hop + 1
                    FROM hops
                    JOIN redirects AS r ON r.url = hops.url
                    WHERE hops.hop < 4
                )
            SELECT led.id
            FROM (
                SELECT
                    c.id,
                    abs(julianday(coalesce(c.archived_at, c.captured_at)) - julianday(n.at)) AS away
                FROM hops
                JOIN captures AS c ON c.url = hops.url
                WHERE c.method = 'GET' AND c.truncated IS NULL
                    AND (c.status = 200 OR (c.status = 304 AND c.revisit_of IS NOT NULL))
                    AND CASE
                        WHEN n.role IN ('stylesheet', 'font') THEN coalesce(c.mime, '') NOT LIKE '%html%'
                        ELSE EXISTS (SELECT 1 FROM images AS i WHERE i.sha256 = c.sha256)
                    END
            ) AS led
            ORDER BY led.away, led.id
            LIMIT 1
        )
    ) AS requisite_capture_id,
    n.role,
    n.position,
    n.caption,
    n.alt,
    n.url,
    n.n
FROM (
    SELECT w.*, coalesce(p.archived_at, p.captured_at) AS at
    FROM needs AS w
    JOIN captures AS p ON p.id = w.capture_id
) AS n;

CREATE VIEW pictures AS              -- of an article as it was seen last
SELECT
    a.id AS article_id,
    r.capture_id,
    r.n,
    r.url,
    r.position,
    r.caption,
    r.alt,
    r.requisite_capture_id,
    c.sha256,
    i.phash,
    i.look,
    i.width,
    i.height
FROM articles AS a
JOIN requisites AS r ON r.role = 'picture' AND r.capture_id = (
    SELECT s.capture_id
    FROM sightings AS s
    WHERE s.article_id = a.id AND EXISTS (SELECT 1 FROM needs AS w WHERE w.capture_id = s.capture_id)
    ORDER BY s.seen_at DESC, s.id DESC
    LIMIT 1
)
LEFT JOIN captures AS c ON c.id = r.requisite_capture_id
LEFT JOIN images AS i ON i.sha256 = c.sha256;

CREATE VIEW same_pictures AS         -- the same picture elsewhere: the same bytes, or the same look
WITH
    shown AS MATERIALIZED (          -- read once: each picture is then found by its bytes and by its look
        SELECT article_id, n, sha256, look, caption
        FROM pictures
        WHERE sha256 IS NOT NULL
    )
SELECT
    p.article_id,
    p.n,
    q.article_id AS other_article_id,
    q.n AS other_n,
    'bytes' AS alike,
    p.caption,
    q.caption AS other_caption
FROM shown AS p
JOIN shown AS q ON q.sha256 = p.sha256 AND q.article_id <> p.article_id
UNION ALL
SELECT p.article_id, p.n, q.article_id, q.n, 'look', p.caption, q.caption
FROM shown AS p
JOIN shown AS q ON q.look = p.look AND q.sha256 <> p.sha256 AND q.article_id <> p.article_id;

CREATE VIEW picture_changes AS       -- what copies did with the pictures of their origin
WITH
    pairs (story_id, origin_id, article_id) AS MATERIALIZED (
        SELECT m.story_id, s.origin_article_id, m.article_id
        FROM members AS m
        JOIN stories AS s ON s.id = m.story_id AND s.origin_article_id <> m.article_id
        WHERE m.relation IN ('copy', 'abridged')
    ),
    shown AS MATERIALIZED (          -- with the paragraphs behind each, and its number among the pictures
        SELECT
            p.article_id, p.n, p.url, p.caption, p.sha256, p.look, p.position,
            length(a.text) - length(replace(a.text, char(10), '')) - p.position AS before_end,
            row_number() OVER (PARTITION BY p.article_id ORDER BY p.n) AS place
        FROM pictures AS p
        JOIN articles AS a ON a.id = p.article_id
        WHERE a.id IN (SELECT origin_id FROM pairs UNION SELECT article_id FROM pairs)
    ),
    kept AS MATERIALIZED (           -- the same bytes or look; the same address where one is not held
        SELECT r.story_id, r.article_id, p.n, q.n AS other_n, p.url, p.caption, q.caption AS other_caption
        FROM pairs AS r
        JOIN shown AS p ON p.article_id = r.origin_id
        JOIN shown AS q ON q.article_id = r.article_id AND (
            q.sha256 = p.sha256 OR q.look = p.look
            OR (q.url = p.url AND (q.sha256 IS NULL OR p.sha256 IS NULL))
        )
    ),
    lacked AS MATERIALIZED (         -- the origin's that the copy does not show
        SELECT r.story_id, r.article_id, p.*
        FROM pairs AS r
        JOIN shown AS p ON p.article_id = r.origin_id
        LEFT JOIN kept AS k ON k.story_id = r.story_id AND k.article_id = r.article_id AND k.n = p.n
        WHERE k.n IS NULL
    ),
    foreign_ones AS MATERIALIZED (   -- the copy's that the origin does not show
        SELECT r.story_id, q.*
        FROM pairs AS r
        JOIN shown AS q ON q.article_id = r.article_id
        LEFT JOIN kept AS k ON k.story_id = r.story_id AND k.article_id = r.article_id AND k.other_n = q.n
        WHERE k.n IS NULL
    ),
    near AS MATERIALIZED (           -- pairs over the same caption, or at the same place of the text
        SELECT
            p.story_id, q.article_id, p.n, q.n AS other_n, p.url, p.caption, q.caption AS other_caption,
            p.caption IS NULL OR p.caption IS NOT q.caption AS is_other,
            min(abs(p.position - q.position), abs(p.before_end - q.before_end)) AS apart,
            abs(p.place - q.place) AS place
        FROM lacked AS p
        JOIN foreign_ones AS q ON q.story_id = p.story_id AND q.article_id = p.article_id
        WHERE p.sha256 IS NOT NULL AND q.sha256 IS NOT NULL AND (
            p.caption = q.caption
            OR min(abs(p.position - q.position), abs(p.before_end - q.before_end)) <= 1
        )
    ),
    ranked AS MATERIALIZED (
        SELECT
            *,
            row_number() OVER (
                PARTITION BY story_id, article_id, n ORDER BY is_other, apart, place, other_n
            ) AS nearest,
            row_number() OVER (
                PARTITION BY story_id, article_id, other_n ORDER BY is_other, apart, place, n
            ) AS other_nearest
        FROM near
    ),
    swapped AS MATERIALIZED (SELECT * FROM ranked WHERE nearest = 1 AND other_nearest = 1)
SELECT story_id, article_id, 'swapped' AS change, n, other_n, url, caption, other_caption
FROM swapped
UNION ALL
SELECT story_id, article_id, 'caption', n, other_n, url, caption, other_caption
FROM kept
WHERE caption IS NOT other_caption
UNION ALL
SELECT p.story_id, p.article_id, 'dropped', p.n, NULL, p.url, p.caption, NULL
FROM lacked AS p
LEFT JOIN swapped AS w ON w.story_id = p.story_id AND w.article_id = p.article_id AND w.n = p.n
WHERE w.n IS NULL AND NOT EXISTS (   -- the copy's may be it: one of them is not held
    SELECT 1
    FROM foreign_ones AS q
    WHERE q.story_id = p.story_id AND q.article_id = p.article_id AND (q.sha256 IS NULL OR p.sha256 IS NULL)
)
UNION ALL
SELECT q.story_id, q.article_id, 'added', NULL, q.n, q.url, NULL, q.caption
FROM foreign_ones AS q
LEFT JOIN swapped AS w ON w.story_id = q.story_id AND w.article_id = q.article_id AND w.other_n = q.n
WHERE w.n IS NULL AND NOT EXISTS (
    SELECT 1
    FROM lacked AS p
    WHERE p.story_id = q.story_id AND p.article_id = q.article_id AND (q.sha256 IS NULL OR p.sha256 IS NULL)
);

INSERT INTO meta VALUES('schema', '12');
INSERT INTO meta VALUES('search', '1.1');
