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

CREATE VIEW host_ways AS             -- from which host each host takes its texts, where the parent is likely
WITH taken AS (
    SELECT
        p.site AS from_site,
        a.site AS to_site,
        d.credited,
        CASE
            WHEN a.published_precision IN ('second', 'minute') AND p.published_precision IN ('second', 'minute')
            THEN (julianday(a.published_at) - julianday(p.published_at)) * 24
        END AS delay_hours           -- a day alone would count as midnight
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
