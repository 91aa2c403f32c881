-- Pools: many like jobs and many boards of one type under one tag of LAVA's, for LAVA before 2026.07 (docs/pool.md).
-- A board carries the tag while it is owed one of the jobs, and loses it in the transaction in which LAVA gives it one.

-- Each use of one of the tags. The slot is the number in the tag's name; it is free again when the pool is closed.
CREATE TABLE boardcast.pool (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slot      integer NOT NULL,
  tag_id    bigint NOT NULL,
  event_id  bigint NOT NULL,
  rule      text NOT NULL,
  shape_id  bigint NOT NULL,
  -- Jobs with a smaller id had the tag from an earlier use.
  first_job bigint NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  closed_at timestamptz
);
CREATE UNIQUE INDEX pool_open_slot ON boardcast.pool (slot) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX pool_open_tag ON boardcast.pool (tag_id) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX pool_open_shape ON boardcast.pool (shape_id) WHERE closed_at IS NULL;

ALTER TABLE boardcast.shape ADD COLUMN by_pool boolean NOT NULL DEFAULT false;

-- The pool whose job the assignment has, or had; while it is queued, which of the pool's jobs is not settled.
ALTER TABLE boardcast.assignment ADD COLUMN pool_id bigint;
CREATE INDEX assignment_pooled ON boardcast.assignment (pool_id) WHERE pool_id IS NOT NULL;

-- Jobs of pools that a board took which was not owed one. They are nobody's.
CREATE TABLE boardcast.pool_stray (
  job_id   integer PRIMARY KEY,
  pool_id  bigint NOT NULL,
  board    text NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Boards whose row LAVA changed in a transaction that is not over. Empty outside of transactions.
CREATE UNLOGGED TABLE boardcast.pool_note (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  board text NOT NULL
);

-- LAVA 2023.01 saves the device before the job (models.py:go_state_scheduled), so at the statement the job does not
-- name its board yet. What is to be done is put off to COMMIT by a note in a table of ours. A deferred trigger on LAVA's
-- own table would do too, but then a transaction that updates boards and alters their table fails.
-- Names of columns stand only in the body, which is bound late; every error is swallowed.
CREATE FUNCTION boardcast.note_pooled_boards() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  host text;
BEGIN
  IF NOT EXISTS (SELECT FROM boardcast.pool WHERE closed_at IS NULL) THEN
    RETURN NULL;
  END IF;
  FOR host IN SELECT n.hostname FROM new_rows n LOOP
    IF EXISTS (SELECT FROM public.lava_scheduler_app_device_tags t
                 JOIN boardcast.pool p ON p.tag_id = t.tag_id AND p.closed_at IS NULL
                WHERE t.device_id = host) THEN
      INSERT INTO boardcast.pool_note (board) VALUES (host);
    END IF;
  END LOOP;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$;

-- At COMMIT: takes those pool tags off the board of which LAVA gave it a job, whatever became of the job since. So it
-- also mends, at each later change of the board, what an earlier one could not do. It waits for nobody.
CREATE FUNCTION boardcast.settle_pool_tags() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM boardcast.pool_note WHERE id = NEW.id;
  BEGIN
    DELETE FROM public.lava_scheduler_app_device_tags WHERE id IN (
      SELECT t.id
        FROM public.lava_scheduler_app_device_tags t
        JOIN boardcast.pool p ON p.tag_id = t.tag_id AND p.closed_at IS NULL
       WHERE t.device_id = NEW.board
         AND EXISTS (SELECT FROM public.lava_scheduler_app_testjob j
                       JOIN public.lava_scheduler_app_testjob_tags x ON x.testjob_id = j.id AND x.tag_id = p.tag_id
                      WHERE j.actual_device_id = NEW.board AND j.id >= p.first_job AND j.state <> 0)
         FOR UPDATE OF t SKIP LOCKED);
  EXCEPTION WHEN OTHERS THEN
    NULL;
  END;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER boardcast_pool AFTER INSERT ON boardcast.pool_note
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION boardcast.settle_pool_tags();
CREATE TRIGGER boardcast_pool AFTER UPDATE ON public.lava_scheduler_app_device
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION boardcast.note_pooled_boards();

-- Gives boards the tags of pools, pair by pair, those boards that LAVA's scheduler does not hold just now and that had no
-- job of the pool yet. The lock comes first and the look at the jobs in a
-- statement after it: what LAVA gave the board before it let go of it is seen, and nothing can be given while we hold it.
CREATE FUNCTION boardcast.join_pools(pools bigint[], boards text[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  held text[];
BEGIN
  SELECT array_agg(h.hostname) INTO held
    FROM (SELECT d.hostname FROM public.lava_scheduler_app_device d
           WHERE d.hostname = ANY (boards) FOR KEY SHARE SKIP LOCKED) h;
  INSERT INTO public.lava_scheduler_app_device_tags (device_id, tag_id)
  SELECT w.host, p.tag_id
    FROM unnest(pools, boards) AS w (pool, host)
    JOIN boardcast.pool p ON p.id = w.pool AND p.closed_at IS NULL
   WHERE w.host = ANY (held)
     AND NOT EXISTS (SELECT FROM public.lava_scheduler_app_device_tags t
                      WHERE t.device_id = w.host AND t.tag_id = p.tag_id)
     AND NOT EXISTS (SELECT FROM public.lava_scheduler_app_testjob j
                       JOIN public.lava_scheduler_app_testjob_tags x ON x.testjob_id = j.id AND x.tag_id = p.tag_id
                      WHERE j.actual_device_id = w.host AND j.id >= p.first_job AND j.state <> 0)
  ON CONFLICT DO NOTHING;
END
$$;

-- Takes the tags of pools off boards, pair by pair, those boards that LAVA's scheduler does not hold just now.
CREATE FUNCTION boardcast.leave_pools(pools bigint[], boards text[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  held text[];
BEGIN
  SELECT array_agg(h.hostname) INTO held
    FROM (SELECT d.hostname FROM public.lava_scheduler_app_device d
           WHERE d.hostname = ANY (boards) FOR KEY SHARE SKIP LOCKED) h;
  DELETE FROM public.lava_scheduler_app_device_tags WHERE id IN (
    SELECT t.id
      FROM unnest(pools, boards) AS w (pool, host)
      JOIN boardcast.pool p ON p.id = w.pool
      JOIN public.lava_scheduler_app_device_tags t ON t.device_id = w.host AND t.tag_id = p.tag_id
     WHERE w.host = ANY (held)
       FOR UPDATE OF t SKIP LOCKED);
END
$$;

REVOKE ALL ON FUNCTION boardcast.note_pooled_boards(), boardcast.settle_pool_tags(),
  boardcast.join_pools(bigint[], text[]), boardcast.leave_pools(bigint[], text[]) FROM PUBLIC;
