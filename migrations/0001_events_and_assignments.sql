-- What Boardcast keeps, all of it in its own schema of LAVA's database. No foreign key points at LAVA's tables:
-- LAVA may delete a user, a device or a job at any time and must never be stopped by us.

-- One message that a build finished. The identity is source, build, fingerprint of the artifact and status.
CREATE TABLE boardcast.event (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  source          text NOT NULL,
  build_id        text NOT NULL,
  fingerprint     text NOT NULL,
  status          text NOT NULL,
  door            text NOT NULL,
  sender_id       integer NOT NULL,
  sender_name     text NOT NULL,
  envelope_source text,
  envelope_id     text,
  record          jsonb NOT NULL,
  raw             bytea NOT NULL,
  state           text NOT NULL CHECK (state IN ('accepted', 'decided', 'kept')),
  hold            text,
  decided_at      timestamptz,
  UNIQUE (source, build_id, fingerprint, status)
);
CREATE UNIQUE INDEX event_envelope ON boardcast.event (envelope_source, envelope_id) WHERE envelope_id IS NOT NULL;
CREATE INDEX event_undecided ON boardcast.event (id) WHERE state = 'accepted';

-- What one rule made of one event: counts by reason, reasons per device type, and the boards that differ.
CREATE TABLE boardcast.decision (
  event_id   bigint NOT NULL REFERENCES boardcast.event ON DELETE CASCADE,
  rule       text NOT NULL,
  decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  summary    jsonb NOT NULL,
  PRIMARY KEY (event_id, rule)
);

-- A job definition rendered once for (event, rule, device type), or for one board where its template names the board.
-- The board's own tag stands in it as a placeholder.
CREATE TABLE boardcast.shape (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id       bigint NOT NULL REFERENCES boardcast.event ON DELETE CASCADE,
  rule           text NOT NULL,
  device_type    text NOT NULL,
  board          text,
  template       text NOT NULL,
  definition     text NOT NULL,
  job_name       text NOT NULL,
  visibility     text NOT NULL CHECK (visibility IN ('public', 'personal', 'groups', 'nobody')),
  viewing_groups text[] NOT NULL DEFAULT '{}',
  tags           text[] NOT NULL DEFAULT '{}',
  priority       integer NOT NULL CHECK (priority BETWEEN 0 AND 100),
  queue_timeout  bigint,
  metadata       jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX shape_event ON boardcast.shape (event_id);

-- One (event, rule, board): waited for, queued, followed, explained.
CREATE TABLE boardcast.assignment (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id     bigint NOT NULL REFERENCES boardcast.event ON DELETE CASCADE,
  rule         text NOT NULL,
  board        text NOT NULL,
  device_type  text NOT NULL,
  shape_id     bigint NOT NULL REFERENCES boardcast.shape ON DELETE CASCADE,
  submitter_id integer NOT NULL,
  submitter    text NOT NULL,
  priority     integer NOT NULL,
  state        text NOT NULL DEFAULT 'waiting'
               CHECK (state IN ('waiting', 'queued', 'running', 'finished', 'expired', 'cancelled', 'refused', 'superseded')),
  reason       text,
  detail       text,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at   timestamptz,
  job_id       integer,
  queued_at    timestamptz,
  started_at   timestamptz,
  finished_at  timestamptz,
  outcome      text,
  UNIQUE (event_id, rule, board),
  CHECK ((state IN ('queued', 'running', 'finished')) = (job_id IS NOT NULL))
);
CREATE INDEX assignment_waiting ON boardcast.assignment (board, priority DESC, id) WHERE state = 'waiting';
CREATE INDEX assignment_live ON boardcast.assignment (job_id) WHERE state IN ('queued', 'running');
CREATE INDEX assignment_live_board ON boardcast.assignment (board) WHERE state IN ('queued', 'running');
