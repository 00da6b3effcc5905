CREATE VIEW carriers AS              -- members that carry the story's own text: its origin and its copies, whole or abridged
SELECT *
FROM members
WHERE relation IN ('origin', 'copy', 'abridged');

DROP VIEW vanished;
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
