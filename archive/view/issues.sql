-- What printed newspapers held, as their layout pages (版) list it: the measure of coverage.

CREATE TABLE issue_pages (
    paper TEXT NOT NULL,             -- the newspaper's key in its addresses: rmrb
    date TEXT NOT NULL,
    path TEXT NOT NULL,              -- of the layout page: the same by http and https
    number INTEGER,                  -- as printed: 1 for 第01版
    name TEXT,                       -- 要闻
    listed INTEGER NOT NULL,         -- 1 once the page itself was read, 0 while other pages only link to it
    capture_id INTEGER NOT NULL REFERENCES captures (id), -- the capture that said so
    PRIMARY KEY (paper, date, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE issue_items (
    paper TEXT NOT NULL,
    date TEXT NOT NULL,
    path TEXT NOT NULL,              -- of the article's page
    url TEXT NOT NULL,
    page INTEGER,                    -- issue_pages.number
    n INTEGER NOT NULL,              -- place on its page, from 1
    title TEXT NOT NULL,
    kind TEXT NOT NULL,              -- article, photo, ad, note (duty editors), guide, masthead
    capture_id INTEGER NOT NULL REFERENCES captures (id),
    PRIMARY KEY (paper, date, path)
) STRICT, WITHOUT ROWID;

CREATE INDEX captures_elsewhere ON captures (original_url) WHERE via <> 'live';
