# up: from nothing, or from what is left, to a lab that answers.

bring_up() {
  describe_generation "${generation:-$default_generation}"
  [ -z "$server" ] || describe_server "$server"
  hold_lab
  if [ -d "$lab/state" ] && ! recall complete >/dev/null; then
    say "lab '$name': what a killed up left is removed first"
    erase_lab
    hold_lab
  fi
  if recall complete >/dev/null; then
    [ -z "$generation" ] || [ "$generation" = "$(recall generation)" ] ||
      refuse "lab '$name' is a LAVA $(recall generation); scripts/lab down --name $name first"
    [ -z "$events" ] || [ "$events" = "$(recall events)" ] ||
      refuse "lab '$name' was made without --events; scripts/lab down --name $name first"
    [ -z "$server" ] || [ "$server" = "$(recall server)" ] ||
      refuse "lab '$name' was made with another PostgreSQL; scripts/lab down --name $name first"
  else
    lay_out
  fi
  ensure_server "$(recall server)"
  ensure_root "$(recall generation)"
  remember lava.version "$(cat "$lava_root/boardcast/version")"
  bring_up_keeper
  bring_up_postgres
  compute_environment
  if ! recall complete >/dev/null; then
    make_databases
    remember complete yes
  fi
  if [ -z "$database_only" ]; then
    remember mode full
  fi
  if [ "$(recall mode)" = full ]; then
    bring_up_lava
  fi
  write_environment
  say "lab '$name' is up: LAVA $(recall generation), $([ "$(recall mode)" = full ] &&
    echo "http://127.0.0.1:$(recall gunicorn.port)" || echo "database only")"
}

# lay_out: the lab's folders and secrets.
lay_out() {
  mkdir -p "$lab"/{logs,images} "$lab"/lava/{devices,device-types,health-checks,dispatcher.d,media,tmp,log} \
    "$lab"/lava/dispatcher/{worker,tmp} "$lab"/lava/log/{lava-server,lava-dispatcher}
  ln -sfn lava/devices "$lab/devices"
  chmod 1777 "$lab/lava/tmp"
  mkdir -p "$lab/state"
  chmod 0700 "$lab/state"
  remember generation "${generation:-$default_generation}"
  remember mode database
  remember events "${events:-no}"
  remember server "$server"
  remember fsync "${BOARDCAST_LAB_FSYNC:-on}"
  local secret
  for secret in database django admin ci-bot gone; do
    remember "$secret.secret" "$(random_hex 24)"
  done
  # LAVA's column for a worker's token holds 32 characters.
  remember worker.secret "$(random_hex 16)"
  remember password.secret "$(random_hex 8)"
  # As Django writes it, so that the superuser can log in to LAVA's pages.
  remember admin.hash "$(recall password.secret | /usr/bin/python3 -I -c '
import base64, hashlib, secrets, sys
salt, rounds = secrets.token_hex(8), 260000
digest = hashlib.pbkdf2_hmac("sha256", sys.stdin.readline().strip().encode(), salt.encode(), rounds)
print(f"pbkdf2_sha256${rounds}${salt}${base64.b64encode(digest).decode()}")')"
}

random_hex() {
  od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'
}

# bring_up_keeper: a living keeper, with LAVA's folder in it, and no port of a dead daemon in foreign hands.
bring_up_keeper() {
  local daemon port
  if find_keeper; then
    for daemon in postgres gunicorn publisher images events; do
      port=$(recall "$daemon.port") || continue
      [ "$(port_state "$port")" = other ] || continue
      # The others know this port; they get the new one by starting again.
      say "port $port of $daemon was taken by another program; the lab starts again with a new one"
      stop_keeper
      break
    done
  fi
  find_keeper && return 0
  for daemon in postgres gunicorn publisher images events; do
    port=$(recall "$daemon.port") || continue
    [ "$(probe owner "$port" none)" = free ] || rm -f "$lab/state/$daemon.port"
  done
  mkdir -p "$lab/lava" "$run/events"
  local uid gid
  uid=$(stat_of lavaserver 3)
  gid=$(stat_of lavaserver 4)
  # Or the first daemon that starts, still root, makes the log that the others cannot write.
  touch "$lab/lava/log/django.log"
  chown "$uid:$gid" "$run/events" \
    "$lab"/lava/{device-types,health-checks,dispatcher.d,media,log,log/lava-server,log/django.log}
  # Whoever runs the tests writes dictionaries here, and LAVA's REST and XML-RPC do.
  chown "$uid:$owner_gid" "$lab/lava/devices"
  chmod 2775 "$lab/lava/devices"
  chown "$owner_uid:$owner_gid" "$lab/images"
  start_keeper "$lava_root" "$server_root"
}

# stat_of USER FIELD: a field of LAVA's folder's own passwd; its uids are not the machine's.
stat_of() {
  sed -n "s/^$1:.*/&/p" "$lava_root/etc/passwd" | cut -d : -f "$2"
}

bring_up_postgres() {
  daemon_lives postgres && return 0
  [ -e "$lab/postgres/PG_VERSION" ] || make_cluster
  serve postgres 30 start_postgres postgres_answers
  say "PostgreSQL $(cat "$lab/postgres/PG_VERSION") on port $(recall postgres.port)"
}

# bring_up_lava: what is not alive, the slow starters side by side.
bring_up_lava() {
  ensure_image
  if ! daemon_lives images; then
    serve images 10 start_images images_answer
    say "images on port $(recall images.port)"
  fi
  if ! daemon_lives scheduler; then
    : >"$lab/logs/scheduler.log"
    start_scheduler
  fi
  if ! daemon_lives gunicorn; then
    local port
    port=$(port_of gunicorn)
    start_gunicorn "$port"
    started_early=yes
  fi
  if ! daemon_lives publisher; then
    serve publisher 40 start_publisher publisher_answers
    say "publisher on port $(recall publisher.port)"
  fi
  if [ -n "${started_early:-}" ]; then
    if ! await gunicorn 60 web_answers "$(recall gunicorn.port)"; then
      end_daemon gunicorn
      serve gunicorn 60 start_gunicorn web_answers
    fi
    say "LAVA's web server on port $(recall gunicorn.port)"
  fi
  await scheduler 40 scheduler_runs || refuse_with_log "the scheduler does not start" "$lab/logs/scheduler.log"
  say "scheduler"
  if ! daemon_lives worker; then
    local since
    since=$(sql lavaserver -c 'SELECT clock_timestamp()')
    start_worker
    await worker 60 worker_is_online "$since" || refuse_with_log "the worker does not get online" "$lab/logs/worker.log"
    say "worker-1 is online"
  fi
}
