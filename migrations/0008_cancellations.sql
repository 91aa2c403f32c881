-- Queued jobs of older builds that a rule wants cancelled in LAVA: asked for with the newer build's decision, carried out
-- through LAVA's own API, tried again until LAVA has answered or a day is over.
CREATE TABLE boardcast.cancellation (
  job_id        integer PRIMARY KEY,
  assignment_id bigint NOT NULL REFERENCES boardcast.assignment ON DELETE CASCADE,
  -- The event of the newer build. No foreign key: the older work ends even if that is pruned.
  event_id      bigint NOT NULL,
  asked_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts      integer NOT NULL DEFAULT 0,
  next_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  problem       text,
  ended_at      timestamptz,
  result        text CHECK (result IN ('cancelled', 'started', 'over', 'given_up')),
  CHECK ((ended_at IS NULL) = (result IS NULL))
);
CREATE INDEX cancellation_open ON boardcast.cancellation (next_at) WHERE ended_at IS NULL;
CREATE INDEX cancellation_assignment ON boardcast.cancellation (assignment_id);
