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
