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
