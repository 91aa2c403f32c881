# The lab's PostgreSQL, and LAVA's database in it.

start_postgres() {
  local port=$1
  # A postmaster that was killed leaves this behind. Whether its pid lives says nothing in a new namespace,
  # and the lock of launch says that none is alive.
  rm -f "$lab/postgres/postmaster.pid"
  launch postgres "${as_server[@]}" env -i LC_ALL=C.UTF-8 \
    "$postgres_bin/postgres" -D "$run/lab/postgres" -c port="$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories="$run/postgres" -c unix_socket_permissions=0777 -c max_connections=200 \
    -c fsync="$(recall fsync)" -c log_line_prefix='%m %u@%d '
}

postgres_answers() {
  listens "$1" && as_postgres psql -qX -h "$run/postgres" -p "$1" -d postgres -c '' >/dev/null 2>&1
}

# make_cluster: an empty cluster. Only who may enter the socket's folder is trusted; TCP wants the password.
make_cluster() {
  install -d -o postgres -g postgres -m 0700 "$lab/postgres"
  if ! as_postgres initdb --no-sync --encoding=UTF8 --locale=C.UTF-8 --auth-local=trust \
    --auth-host=scram-sha-256 -D "$run/lab/postgres" >"$lab/logs/initdb.log" 2>&1; then
    refuse_with_log "initdb fails" "$lab/logs/initdb.log"
  fi
}

# sql DATABASE [ARGS]: psql as superuser, SQL on stdin, first error ends it.
sql() {
  local database=$1
  shift
  PGOPTIONS='-c client_min_messages=warning -c synchronous_commit=off' \
    psql -qXAt -v ON_ERROR_STOP=1 -h "$run/postgres" -p "$(recall postgres.port)" -U postgres -d "$database" "$@"
}

# make_databases: the role as Debian's LAVA makes it, LAVA's database and the template that tests clone.
make_databases() {
  local log=$lab/logs/migrate.log dump
  sql postgres <<SQL
CREATE ROLE lavaserver NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT LOGIN PASSWORD '$(recall database.secret)';
CREATE DATABASE lavaserver OWNER lavaserver;
SQL
  dump=$(dump_path)
  if [ -s "$dump" ]; then
    restore lavaserver
    say "database: LAVA's tables from the cache"
  else
    say "database: LAVA's migrations (once per LAVA version)"
    in_lava lavaserver lava-server manage migrate --noinput </dev/null >"$log" 2>&1 ||
      refuse_with_log "LAVA's migrations fail" "$log"
    in_lava lavaserver lava-server manage shell <"$parts/seed.py" >>"$log" 2>&1 ||
      refuse_with_log "LAVA's users and worker cannot be made" "$log"
    # Read as text so that one cached file serves every PostgreSQL from this one on.
    hold_cache "the migrated database"
    as_postgres pg_dump --no-owner --no-privileges -h "$run/postgres" -p "$(recall postgres.port)" -U postgres \
      -d lavaserver >"$cache/database.partial" || refuse "pg_dump of the migrated database fails"
    mv "$cache/database.partial" "$dump"
    release_cache
  fi
  set_secrets lavaserver
  sql postgres -c 'CREATE DATABASE lava_template OWNER lavaserver TEMPLATE lavaserver'
  seal_template
}

# restore DATABASE: LAVA's migrated tables, owned by lavaserver, all or nothing; by the server's own psql, which knows what
# its pg_dump writes.
restore() {
  local log=$lab/logs/restore.log
  { printf 'SET ROLE lavaserver;\n'; cat "$(dump_path)"; } |
    as_postgres env PGOPTIONS='-c client_min_messages=warning -c synchronous_commit=off' \
      psql -qXAt -v ON_ERROR_STOP=1 -h "$run/postgres" -p "$(recall postgres.port)" -d "$1" \
      --single-transaction >"$log" 2>&1 ||
    refuse_with_log "the cached database does not restore; remove $(dump_path)" "$log"
}

# dump_path: the cache's file for this LAVA package, these users and this PostgreSQL.
dump_path() {
  printf '%s/database-%s-pg%s-%s.sql' "$cache" "$(recall lava.version)" \
    "$(basename "$(dirname "$postgres_bin")")" "$(sha256sum <"$parts/seed.py" | cut -c 1-8)"
}

# set_secrets DATABASE: this lab's own tokens in place of the cached ones.
set_secrets() {
  sql "$1" <<SQL
UPDATE linaro_django_xmlrpc_authtoken t SET secret = s.secret
  FROM auth_user u, (VALUES ('admin', '$(recall admin.secret)'), ('ci-bot', '$(recall ci-bot.secret)'),
    ('gone', '$(recall gone.secret)')) s (username, secret)
  WHERE u.id = t.user_id AND u.username = s.username;
UPDATE auth_user SET password = '$(recall admin.hash)' WHERE username = 'admin';
UPDATE lava_scheduler_app_worker SET token = '$(recall worker.secret)' WHERE hostname = 'worker-1';
SQL
}

# seal_template: nobody connects to it, so that it can be cloned at any time; boards and their worker
# are up to the test.
seal_template() {
  sql lava_template -c "DELETE FROM lava_scheduler_app_worker WHERE hostname = 'worker-1'"
  sql postgres -c 'ALTER DATABASE lava_template WITH IS_TEMPLATE true ALLOW_CONNECTIONS false'
}

template_is_sealed() {
  [ "$(sql postgres -c "SELECT count(*) FROM pg_database
    WHERE datname = 'lava_template' AND datistemplate AND NOT datallowconn")" = 1 ]
}

# offer_template: makes the template again if a test spoilt it.
offer_template() {
  require_lab
  hold_lab
  require_keeper
  ensure_server "$(recall server)"
  daemon_lives postgres || refuse "PostgreSQL of lab '$name' is down; scripts/lab up --name $name"
  if ! template_is_sealed; then
    sql postgres <<SQL
SELECT 'ALTER DATABASE lava_template IS_TEMPLATE false' FROM pg_database WHERE datname = 'lava_template' \gexec
DROP DATABASE IF EXISTS lava_template WITH (FORCE);
CREATE DATABASE lava_template OWNER lavaserver;
SQL
    restore lava_template
    set_secrets lava_template
    seal_template
  fi
  echo lava_template
}
