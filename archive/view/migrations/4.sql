ALTER TABLE captures ADD COLUMN method TEXT NOT NULL DEFAULT 'GET'; -- of the request; what others answer is no look at an article
ALTER TABLE captures ADD COLUMN stated_digest TEXT; -- the payload digest that another tool's record states, where it is another
CREATE INDEX captures_stated ON captures (stated_digest) WHERE stated_digest IS NOT NULL;
