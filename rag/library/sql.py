"""The statements on the catalogue's tables.

Those of many things are given all of them as one value, a JSON list, however many there are.
"""

from __future__ import annotations

_AMONG_GIVEN = "IN (SELECT value FROM json_each(:given))"
_COLUMNS_OF_PASSAGE = (
    'passages.id, passages.source, passages.start, passages."end", passages.section, '
    'substr(articles.text, passages.start + 1, passages."end" - passages.start), '
    "articles.title, articles.date, articles.page_starts, articles.group_id"
)
_WITH_ARTICLES = "FROM passages JOIN articles ON articles.source = passages.source"
_COLUMNS_OF_ARTICLE = (
    "source, title, text, date, date_origin, date_note, url, author, publisher, left_out, page_starts, group_id"
)

VALUE = "SELECT value FROM about WHERE name = :name"
VERSION = "SELECT name, value FROM about WHERE name IN ('library_id', 'change')"
SET_VALUE = "INSERT OR REPLACE INTO about (name, value) VALUES (:name, :value)"

ANY_ARTICLE = "SELECT source FROM articles LIMIT 1"
ARTICLE_COUNT = "SELECT count(*) FROM articles"
PASSAGE_COUNT = "SELECT count(*) FROM passages"
ALL_ARTICLES = f"SELECT {_COLUMNS_OF_ARTICLE} FROM articles ORDER BY source"
ARTICLE = f"SELECT {_COLUMNS_OF_ARTICLE} FROM articles WHERE source = :source"
FOLDERS = "SELECT DISTINCT folder FROM articles ORDER BY folder"
FILED = "SELECT source, path, content_hash FROM articles WHERE folder = :folder"
FILES = "SELECT path, content_hash FROM files WHERE folder = :folder"
SOURCES = "SELECT source FROM articles"
DATES = "SELECT source, date FROM articles"
RECORDS = "SELECT source, title, date, author, publisher FROM articles"
SIGNATURES = "SELECT source, group_id, signature FROM articles WHERE signature IS NOT NULL ORDER BY source"
UNSIGNED = "SELECT source, text FROM articles WHERE signature IS NULL LIMIT :most"

PASSAGES_OF_IDS = f"SELECT {_COLUMNS_OF_PASSAGE} {_WITH_ARTICLES} WHERE passages.id {_AMONG_GIVEN}"
PASSAGES_OF_ARTICLE = (
    f"SELECT {_COLUMNS_OF_PASSAGE} {_WITH_ARTICLES} WHERE passages.source = :source ORDER BY passages.start"
)
PASSAGE_IDS_OF_ARTICLES = f"SELECT id FROM passages WHERE source {_AMONG_GIVEN}"
VECTORS_OF_IDS = f"SELECT id, vector FROM passages WHERE id {_AMONG_GIVEN}"
CODES_OF_IDS = f"SELECT id, codes FROM passages WHERE id {_AMONG_GIVEN}"
EMBEDDINGS_OF_KEYS = f"SELECT vector_key, vector, codes FROM passages WHERE vector_key {_AMONG_GIVEN}"
UNFIT_COUNT = "SELECT count(*) FROM passages WHERE length(vector) != :size OR length(codes) % :code_size != 0"
SAMPLE = "SELECT id FROM passages ORDER BY random() LIMIT :count"
QUICK_CHECK = "PRAGMA quick_check(1)"

REMOVED_SINCE = "SELECT id FROM removed_passages WHERE change > :since"
COUNT_SINCE = "SELECT count(*) FROM passages WHERE change > :since"
ADDED_SINCE = (
    f"SELECT {_COLUMNS_OF_PASSAGE}, passages.vector {_WITH_ARTICLES} WHERE passages.change > :since "
    "ORDER BY passages.change, passages.id"
)

ADD_ARTICLES = (
    f"INSERT INTO articles ({_COLUMNS_OF_ARTICLE}, folder, path, content_hash, signature) "
    "VALUES (:source, :title, :text, :date, :date_origin, :date_note, :url, :author, :publisher, :left_out, "
    ":page_starts, :group, :folder, :path, :content_hash, :signature)"
)
ADD_PASSAGES = (
    'INSERT INTO passages (id, source, start, "end", section, vector_key, vector, change, codes) '
    "VALUES (:id, :source, :start, :end, :section, :vector_key, :vector, :change, :codes)"
)
ADD_FILES = "INSERT INTO files (folder, path, content_hash) VALUES (:folder, :path, :content_hash)"
NOTE_REMOVED = "INSERT OR REPLACE INTO removed_passages (id, change) VALUES (:id, :change)"
TAKE_OUT_PASSAGES = f"DELETE FROM passages WHERE source {_AMONG_GIVEN}"
TAKE_OUT_ARTICLES = f"DELETE FROM articles WHERE source {_AMONG_GIVEN}"
MOVE_FOLDER = (
    "UPDATE articles SET folder = :now WHERE folder = :before",
    "UPDATE files SET folder = :now WHERE folder = :before",
)
FORGET_FILES = "DELETE FROM files WHERE folder = :folder"
FORGET_REMOVED = "DELETE FROM removed_passages WHERE change <= :up_to"
SIGN = "UPDATE articles SET signature = :signature WHERE source = :source"
GROUP = "UPDATE articles SET group_id = :group WHERE source = :source"
EMPTY = (
    "DELETE FROM passages",
    "DELETE FROM articles",
    "DELETE FROM removed_passages",
    "DELETE FROM files",
    "DELETE FROM about WHERE name IN ('embedder', 'dimension', 'probe')",
)
