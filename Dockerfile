# One image for both services of compose.yaml: the round on its timer, and Datasette.
FROM python:3.12-slim-bookworm AS build
WORKDIR /app
COPY requirements-run.lock pyproject.toml README.md LICENSE ./
# what runs, and nothing that tests or leads a browser
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-run.lock
COPY archive archive
COPY crawler crawler
COPY extract extract
COPY scrapy.cfg ./
RUN /venv/bin/pip install --no-cache-dir --no-deps . && /venv/bin/zhuanzai list > /dev/null # its compiled patterns are kept

FROM python:3.12-slim-bookworm
COPY --from=build /venv /venv
RUN useradd --uid 10001 --user-group --home-dir /srv/news --create-home archive
ENV PATH=/venv/bin:$PATH \
    SCRAPY_SETTINGS_MODULE=crawler.settings \
    PYTHONUNBUFFERED=1
USER 10001
WORKDIR /srv/news
VOLUME /srv/news
STOPSIGNAL SIGTERM
ENTRYPOINT ["scrapy"]
CMD ["round", "-s", "ARCHIVE_DIR=/srv/news/data"]
