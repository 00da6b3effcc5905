ALTER TABLE captures ADD COLUMN urlkey TEXT NOT NULL DEFAULT '';
UPDATE captures SET urlkey = url_key(url, original_url, archived_at);
CREATE INDEX captures_urlkey ON captures (urlkey);
