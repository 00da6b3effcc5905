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

CREATE TABLE images (                -- of the pictures held, by payload
    sha256 TEXT PRIMARY KEY,         -- captures.sha256
    kind TEXT,                       -- jpeg, png, gif ...; NULL without the extra `pictures`
    width INTEGER,
    height INTEGER,
    phash TEXT                       -- difference hash, 16 hex digits; NULL where it would say nothing
) STRICT, WITHOUT ROWID;
CREATE INDEX images_phash ON images (phash) WHERE phash IS NOT NULL;

CREATE VIEW requisites AS            -- each with the capture nearest in time to its page; NULL: not held
SELECT
    n.capture_id,
    (
        SELECT near.id
        FROM (
            SELECT
                c.id,
                abs(julianday(coalesce(c.archived_at, c.captured_at)) - julianday(n.at)) AS away
            FROM captures AS c
            WHERE c.urlkey = n.urlkey AND c.method = 'GET' AND c.truncated IS NULL
                AND (c.status = 200 OR (c.status = 304 AND c.revisit_of IS NOT NULL))
        ) AS near
        ORDER BY near.away, near.id
        LIMIT 1
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
SELECT
    p.article_id,
    p.n,
    q.article_id AS other_article_id,
    q.n AS other_n,
    CASE WHEN p.sha256 = q.sha256 THEN 'bytes' ELSE 'look' END AS alike,
    p.caption,
    q.caption AS other_caption
FROM pictures AS p
JOIN pictures AS q ON q.article_id <> p.article_id AND (p.sha256 = q.sha256 OR p.phash = q.phash);

CREATE VIEW picture_changes AS       -- what copies did with the pictures of their origin
SELECT m.story_id, m.article_id, 'dropped' AS change, p.n, p.url, p.caption, NULL AS other_caption
FROM members AS m
JOIN stories AS s ON s.id = m.story_id AND s.origin_article_id <> m.article_id
JOIN pictures AS p ON p.article_id = s.origin_article_id
WHERE m.relation IN ('copy', 'abridged') AND NOT EXISTS (
    SELECT 1 FROM pictures AS q
    WHERE q.article_id = m.article_id AND (q.sha256 = p.sha256 OR q.phash = p.phash OR q.url = p.url)
)
UNION ALL
SELECT m.story_id, m.article_id, 'added', p.n, p.url, p.caption, NULL
FROM members AS m
JOIN stories AS s ON s.id = m.story_id AND s.origin_article_id <> m.article_id
JOIN pictures AS p ON p.article_id = m.article_id
WHERE m.relation IN ('copy', 'abridged') AND NOT EXISTS (
    SELECT 1 FROM pictures AS q
    WHERE q.article_id = s.origin_article_id AND (q.sha256 = p.sha256 OR q.phash = p.phash OR q.url = p.url)
)
UNION ALL
SELECT m.story_id, m.article_id, 'caption', p.n, p.url, p.caption, q.caption
FROM members AS m
JOIN stories AS s ON s.id = m.story_id AND s.origin_article_id <> m.article_id
JOIN pictures AS p ON p.article_id = s.origin_article_id
JOIN pictures AS q ON q.article_id = m.article_id AND (q.sha256 = p.sha256 OR q.phash = p.phash OR q.url = p.url)
WHERE m.relation IN ('copy', 'abridged') AND p.caption IS NOT q.caption;
