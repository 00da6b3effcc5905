-- Articles have the address that their source line links; `scrapy rebuild` reads it of the pages held.
-- The median delay between hosts counts the copies where both pages print a time of day: a day alone was midnight.

ALTER TABLE articles ADD COLUMN source_url TEXT;

DROP VIEW host_ways;

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
