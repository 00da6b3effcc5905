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
