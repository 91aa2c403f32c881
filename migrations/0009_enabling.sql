-- What `boardcast enable` and `boardcast disable` keep, and what a role of Boardcast's own needs beyond plain rights.

-- Whether Boardcast works in this database, and with which role of its own; NULL: with the role of whoever connects.
CREATE TABLE boardcast.enabling (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  enabled boolean NOT NULL DEFAULT true,
  role    text,
  since   timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO boardcast.enabling DEFAULT VALUES;

-- Triggers on LAVA's tables that `disable` took away, as PostgreSQL writes them; `enable` puts them back.
CREATE TABLE boardcast.removed_trigger (
  relation   text NOT NULL,
  name       text NOT NULL,
  definition text NOT NULL,
  PRIMARY KEY (relation, name)
);

-- Locks boards as a foreign key does, which asks for the right to change them; therefore it runs as the tables' owner,
-- and can do nothing else. With `skip`, boards that somebody else holds are given back as not locked.
CREATE FUNCTION boardcast.lock_boards(names text[], skip boolean)
  RETURNS TABLE (hostname text, worker text, locked boolean)
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF skip THEN
    RETURN QUERY
      WITH free AS MATERIALIZED (
        SELECT x.hostname FROM public.lava_scheduler_app_device x WHERE x.hostname = ANY (names)
           FOR KEY SHARE SKIP LOCKED
      )
      SELECT d.hostname::text, d.worker_host_id::text, f.hostname IS NOT NULL
        FROM public.lava_scheduler_app_device d LEFT JOIN free f ON f.hostname = d.hostname
       WHERE d.hostname = ANY (names);
  ELSE
    RETURN QUERY
      SELECT d.hostname::text, d.worker_host_id::text, true
        FROM public.lava_scheduler_app_device d WHERE d.hostname = ANY (names) ORDER BY d.hostname FOR KEY SHARE;
  END IF;
END
$$;
REVOKE ALL ON FUNCTION boardcast.lock_boards(text[], boolean) FROM PUBLIC;

-- Whose token it is that somebody shows at a door. It runs as the tables' owner, so that a role of Boardcast's own can
-- ask about one token and read none.
CREATE FUNCTION boardcast.sender(secret text, name text)
  RETURNS TABLE (id integer, username text, is_superuser boolean, is_active boolean)
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
    SELECT u.id::integer, u.username::text, u.is_superuser, u.is_active
      FROM public.linaro_django_xmlrpc_authtoken t
      JOIN public.auth_user u ON u.id = t.user_id
     WHERE t.secret = sender.secret AND (name IS NULL OR u.username = name);
END
$$;
REVOKE ALL ON FUNCTION boardcast.sender(text, text) FROM PUBLIC;
