-- What rules may limit, and the order in which sources and rules take turns.

-- The limits as the rule had them when the event was decided, and the line of builds the event belongs to.
ALTER TABLE boardcast.decision
  ADD COLUMN limits jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN line text NOT NULL DEFAULT '';
CREATE INDEX decision_line ON boardcast.decision (rule, line, event_id DESC);

ALTER TABLE boardcast.assignment
  ADD COLUMN source text NOT NULL DEFAULT '',
  ADD COLUMN line text NOT NULL DEFAULT '',
  ADD COLUMN superseded_by bigint;
UPDATE boardcast.assignment a SET source = e.source FROM boardcast.event e WHERE e.id = a.event_id;

DROP INDEX boardcast.assignment_waiting;
CREATE INDEX assignment_waiting ON boardcast.assignment (board, rule, line, priority DESC, id) WHERE state = 'waiting';
CREATE INDEX assignment_line ON boardcast.assignment (rule, line, board, queued_at DESC) WHERE queued_at IS NOT NULL;

-- When a source's rule was last served on a board, or on a device type: who waited longest is next.
CREATE TABLE boardcast.turn (
  scope  text NOT NULL CHECK (scope IN ('board', 'device_type')),
  name   text NOT NULL,
  source text NOT NULL,
  rule   text NOT NULL,
  served timestamptz NOT NULL,
  PRIMARY KEY (scope, name, source, rule)
);

-- Rules that queue nothing for now; '' stands for all of them.
CREATE TABLE boardcast.pause (
  rule   text PRIMARY KEY,
  since  timestamptz NOT NULL DEFAULT clock_timestamp(),
  author text NOT NULL,
  reason text NOT NULL
);
