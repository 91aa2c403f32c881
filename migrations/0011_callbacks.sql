-- Who wants to be told when all is over for an event, what was told, and what a sender's limits say of the event's rules.

-- Which rules see the event and in whose name its jobs may be, as its sender's limits said when it came; NULL: no limit.
ALTER TABLE boardcast.event ADD COLUMN scope jsonb;

-- Digest of the producer files with which an unmapped message was read last without anybody asking for it.
ALTER TABLE boardcast.delivery ADD COLUMN tried_with text;

-- One wish per event.
CREATE TABLE boardcast.callback_order (
  event_id  bigint PRIMARY KEY REFERENCES boardcast.event ON DELETE CASCADE,
  url       text NOT NULL,
  -- Of the URL; slow hosts are kept from holding up others by it.
  host      text NOT NULL,
  each_job  boolean NOT NULL,
  -- Whose secret signs: 'user:NAME' or 'source:PRODUCER/NAME'.
  signer    text NOT NULL,
  -- Whether the lab's own file names the URL.
  by_lab    boolean NOT NULL,
  -- When all was over; opened again when the event is decided again.
  closed_at timestamptz
);
CREATE INDEX callback_order_open ON boardcast.callback_order (event_id) WHERE closed_at IS NULL;

-- One thing to tell: the end of the event, or that of one job. Rows are never made twice.
CREATE TABLE boardcast.callback (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id   bigint NOT NULL REFERENCES boardcast.callback_order ON DELETE CASCADE,
  kind       text NOT NULL CHECK (kind IN ('event', 'job')),
  -- LAVA's id of the job; 0 for the event itself.
  job_id     bigint NOT NULL DEFAULT 0,
  -- The same for every attempt, so that the receiver can tell what it has had.
  webhook_id uuid NOT NULL DEFAULT gen_random_uuid(),
  state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'given_up')),
  attempts   integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  next_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at   timestamptz,
  -- What the receiver said last, or why it could not be asked.
  problem    text,
  UNIQUE (event_id, kind, job_id)
);
CREATE INDEX callback_waiting ON boardcast.callback (next_at) WHERE state = 'waiting';
CREATE INDEX callback_given_up ON boardcast.callback (ended_at) WHERE state = 'given_up';
