-- What explaining a decision later needs, beside the decision itself.

-- Why the other rules ignored an event, in their words when it was decided.
CREATE TABLE boardcast.ignored (
  event_id bigint PRIMARY KEY REFERENCES boardcast.event ON DELETE CASCADE,
  rules    jsonb NOT NULL
);

-- Which boards the lab had when: a row for each stay of a board in the lab, written when a decision sees another lab
-- than the one before. A decision that keeps reasons by device type needs no rows per board, because of this.
CREATE TABLE boardcast.roster (
  hostname    text NOT NULL,
  device_type text NOT NULL,
  since       timestamptz NOT NULL,
  until       timestamptz,
  PRIMARY KEY (hostname, since)
);

-- A digest of the boards that the last decision saw, so that decisions on the same lab need not compare them.
CREATE TABLE boardcast.roster_digest (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  digest  bigint NOT NULL
);
