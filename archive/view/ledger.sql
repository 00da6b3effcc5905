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
