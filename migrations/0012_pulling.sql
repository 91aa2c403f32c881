-- What is fetched instead of sent: how far each source was read, and what of it was taken or left, so that restarts and
-- crashes neither lose nor double a build. Written in the transaction that keeps the event or the delivery.
CREATE TABLE boardcast.pull (
  producer text NOT NULL,
  source   text NOT NULL,
  -- Where it is fetched from, and what of it.
  place    text NOT NULL,
  -- How far it was read, in the puller's own words.
  cursor   jsonb NOT NULL,
  moved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Why it cannot be read now; NULL while it can.
  trouble  text,
  since    timestamptz,
  PRIMARY KEY (producer, source, place)
);

-- Builds that were taken or left. KernelCI's are pruned when its own history has them no more; of a watched place the
-- oldest beyond ten thousand that it shows no more.
CREATE TABLE boardcast.pull_item (
  producer text NOT NULL,
  source   text NOT NULL,
  place    text NOT NULL,
  item     text NOT NULL,
  -- NULL: it was there before the watch began, or is no build that counts.
  taken_as text,
  noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (producer, source, place, item)
);
CREATE INDEX pull_item_noted ON boardcast.pull_item (producer, source, place, noted_at);

-- The newest image of each name and the newest hardware pack of each name that a pairing source published.
CREATE TABLE boardcast.image_half (
  producer text NOT NULL,
  source   text NOT NULL,
  -- 'image' or 'hwpack'.
  kind     text NOT NULL CHECK (kind IN ('image', 'hwpack')),
  -- 11.05-daily, or a distribution.
  platform text NOT NULL,
  name     text NOT NULL,
  -- DATE/SERIAL, or a number.
  build    text NOT NULL,
  url      text NOT NULL,
  arch     text,
  -- Of a hardware pack.
  boards   text[] NOT NULL,
  came_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (producer, source, kind, platform, name)
);
