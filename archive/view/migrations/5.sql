ALTER TABLE articles ADD COLUMN confidence REAL;
CREATE INDEX articles_confidence ON articles (site, confidence);
