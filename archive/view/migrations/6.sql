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

DROP VIEW source_counts;
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
