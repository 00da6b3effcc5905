-- The same pictures of a whole archive in the time of reading them: 10^5 pictures in 2 s, where each was held against each.

DROP VIEW same_pictures;

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
