// The tables of state.db as they grew: step N leads from format N to format N + 1.

#pragma once

#include <array>

#include "queue/schema.h"

namespace crafter {

/// "needs" is the lowest version of the program that reads this schema.
inline constexpr const char* kFirstTables = R"sql(
CREATE TABLE about (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO about VALUES ('needs', '0.1.0');

CREATE TABLE builds (
  ordinal     INTEGER PRIMARY KEY,  -- the order in which they were added
  id          TEXT    NOT NULL UNIQUE CHECK (length(id) = 36),
  server_name TEXT    NOT NULL CHECK (server_name <> ''),
  kind        TEXT    NOT NULL CHECK (kind IN ('create', 'update', 'delete')),
  state       TEXT    NOT NULL
              CHECK (state IN ('pending', 'in_progress', 'success', 'failed', 'cancelled')),
  progress    INTEGER NOT NULL CHECK (progress BETWEEN 0 AND 100),
  step        TEXT    NOT NULL,
  message     TEXT    NOT NULL,
  created_at  TEXT    NOT NULL,
  finished_at TEXT    NOT NULL,
  attempts    INTEGER NOT NULL CHECK (attempts BETWEEN 0 AND 3),
  form        TEXT    NOT NULL,
  diagnostics TEXT    NOT NULL,
  owner       TEXT    NOT NULL,     -- the process that works on it, or will
  lease_until INTEGER NOT NULL,     -- milliseconds since that machine's boot
  cancel      INTEGER NOT NULL CHECK (cancel IN (0, 1)),  -- somebody wishes it
  CHECK ((finished_at = '') = (state IN ('pending', 'in_progress')))
) STRICT;
CREATE UNIQUE INDEX running ON builds (server_name) WHERE state = 'in_progress';
CREATE INDEX unfinished ON builds (state, ordinal) WHERE state IN ('pending', 'in_progress');
CREATE TRIGGER legal_changes BEFORE UPDATE OF state ON builds
WHEN OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (VALUES
  ('pending', 'in_progress'), ('pending', 'cancelled'), ('in_progress', 'success'),
  ('in_progress', 'failed'), ('in_progress', 'cancelled'), ('in_progress', 'pending'))
BEGIN SELECT RAISE(ABORT, 'a build cannot change its state like that'); END;
CREATE TRIGGER born_pending BEFORE INSERT ON builds WHEN NEW.state <> 'pending'
BEGIN SELECT RAISE(ABORT, 'a build begins as pending'); END;
CREATE TRIGGER no_build_is_lost BEFORE DELETE ON builds
BEGIN SELECT RAISE(ABORT, 'builds are kept'); END;

CREATE TABLE events (
  number      INTEGER PRIMARY KEY,
  build_id    TEXT    NOT NULL REFERENCES builds (id),
  server_name TEXT    NOT NULL,
  state       TEXT    NOT NULL,
  progress    INTEGER NOT NULL,
  step        TEXT    NOT NULL,
  message     TEXT    NOT NULL,
  at          TEXT    NOT NULL
) STRICT;
CREATE INDEX events_of_build ON events (build_id, number);
CREATE TRIGGER no_gap BEFORE INSERT ON events
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM events)
BEGIN SELECT RAISE(ABORT, 'events are numbered without gaps'); END;
CREATE TRIGGER no_event_changes BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are kept as they are'); END;
CREATE TRIGGER no_event_is_lost BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are kept'); END;

CREATE TABLE servers (
  name     TEXT PRIMARY KEY,
  build_id TEXT NOT NULL REFERENCES builds (id)
) STRICT, WITHOUT ROWID;
)sql";

/// Builds have somebody who asked for them, and perhaps a key; servers belong to somebody.
inline constexpr const char* kAskers = R"sql(
ALTER TABLE builds ADD COLUMN principal TEXT NOT NULL DEFAULT 'owner' CHECK (principal <> '');
ALTER TABLE builds ADD COLUMN idempotency_key TEXT NOT NULL DEFAULT ''
  CHECK (length(idempotency_key) <= 128);
ALTER TABLE builds ADD COLUMN request TEXT NOT NULL DEFAULT ''
  CHECK ((request = '') = (idempotency_key = ''));
CREATE UNIQUE INDEX asked ON builds (principal, idempotency_key) WHERE idempotency_key <> '';
ALTER TABLE servers ADD COLUMN principal TEXT NOT NULL DEFAULT 'owner' CHECK (principal <> '');
)sql";

/// Never changed once released, only added to.
inline constexpr std::array kSchemaSteps{kFirstTables, kAskers};
static_assert(kSchemaSteps.size() == kSchemaVersion);

}  // namespace crafter
