-- Boards that lab staff registered with `boardcast boards apply`: what was applied last, and what this board can run
-- where it differs from its type. LAVA's own rows stay the truth on everything LAVA knows; a row here may outlive its device.
CREATE TABLE boardcast.registration (
  hostname     text PRIMARY KEY,
  -- Only the kinds the board's file names: architectures, image_families, boot_methods, deploy_methods (lists of names),
  -- device_tree (a string).
  capabilities jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(capabilities) = 'object'),
  -- Everything the file said, so that the next apply can tell its own last word from a change by hand.
  applied      jsonb NOT NULL CHECK (jsonb_typeof(applied) = 'object'),
  -- SHA-256 in hex of the dictionary as it was written; NULL when the file has none.
  dictionary   text,
  -- The file and line that says it.
  source       text NOT NULL,
  applied_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  applied_by   text NOT NULL
);
