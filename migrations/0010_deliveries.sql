-- What came to producers' doors and is no event: messages that no mapping covers, which wait for one, and messages that
-- announce no finished build, with the reason. Everything else stands in event alone.
CREATE TABLE boardcast.delivery (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  times        integer NOT NULL DEFAULT 1,
  producer     text NOT NULL,
  source       text NOT NULL,
  -- SHA-256 of what reading it depends on: the same message sent again is the same row.
  digest       bytea NOT NULL,
  subject      text NOT NULL,
  state        text NOT NULL CHECK (state IN ('unmapped', 'ignored', 'event')),
  reason       text NOT NULL,
  field        text,
  -- The event it became when it was tried again.
  event_id     bigint REFERENCES boardcast.event ON DELETE SET NULL,
  content_type text,
  headers      jsonb NOT NULL,
  -- Empty for what is ignored.
  raw          bytea NOT NULL,
  UNIQUE (producer, source, digest)
);
CREATE INDEX delivery_state ON boardcast.delivery (state, producer, source, id);
