# LAVA's own daemons in the lab, as Debian's units start them, each pointed at the lab by its environment.

# compute_environment: sets lava_environment, all that LAVA's processes get of the outside world.
compute_environment() {
  json_settings=$(
    /usr/bin/python3 -I "$parts/settings.py" <<SETTINGS
port=$(recall postgres.port)
password=$(recall database.secret)
secret_key=$(recall django.secret)
events=$(recall events)
event_port=$(port_of events)
event_socket=$run/events/lava.events
SETTINGS
  )
  lava_environment=(/usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    LANG=C.UTF-8 HOME=/tmp PYTHONDONTWRITEBYTECODE=1 LAVA_JSON_SETTINGS="$json_settings")
}

# launch_in_lava DAEMON COMMAND...: as root, as Debian's units do; LAVA's daemons drop to lavaserver themselves.
launch_in_lava() {
  local daemon=$1
  shift
  launch "$daemon" chroot "$run/root" "${lava_environment[@]}" "$@"
}

start_gunicorn() {
  launch_in_lava gunicorn gunicorn3 lava_server.wsgi --user lavaserver --group lavaserver \
    --worker-class sync --workers 2 --timeout 120 --bind "127.0.0.1:$1" --log-file - --log-level info
}

# Only our LAVA knows our token, so this answer cannot come from another lab's.
web_answers() {
  probe http "http://127.0.0.1:$1/api/v0.2/workers/worker-1/" "$(recall admin.secret)"
}

start_publisher() {
  launch_in_lava publisher lava-server manage lava-publisher --log-file - --host 127.0.0.1 --port "$1"
}

publisher_answers() {
  listens "$1" && listens "$(recall events.port)"
}

start_scheduler() {
  launch_in_lava scheduler lava-server manage lava-scheduler --log-file - \
    --event-url "tcp://127.0.0.1:$(recall events.port)"
}

scheduler_runs() {
  grep -q 'Starting main loop' "$lab/logs/scheduler.log"
}

start_worker() {
  (umask 077 && recall worker.secret >"$lab/lava/dispatcher/token")
  # LAVA's own 20 seconds between two looks for a job would be most of a short job's time.
  launch_in_lava worker lava-worker --url "http://127.0.0.1:$(recall gunicorn.port)/" --name worker-1 \
    --token-file /var/lib/lava/dispatcher/token --worker-dir /var/lib/lava/dispatcher/worker \
    --ws-url "http://127.0.0.1:$(recall publisher.port)/ws/" --ping-interval 5 --log-file - --level INFO
}

# worker_is_online SINCE: LAVA says so, and heard of it since that moment; a worker that died stays online in
# the table for a minute.
worker_is_online() {
  [ "$(sql lavaserver -c "SELECT count(*) FROM lava_scheduler_app_worker
    WHERE hostname = 'worker-1' AND state = 0 AND last_ping > '$1'")" = 1 ]
}

start_images() {
  launch images setpriv --reuid 65534 --regid 65534 --clear-groups env -i /usr/bin/python3 -I -m http.server \
    --bind 127.0.0.1 --directory "$run/lab/images" "$1"
}

images_answer() {
  listens "$1" && probe http "http://127.0.0.1:$1/vmlinuz.name"
}

# lava_manage ARGS: LAVA's own management command, as LAVA's user.
lava_manage() {
  ensure_server "$(recall server)"
  [ "$(recall mode)" = full ] || [ -d "/proc/$keeper/root$run/root/usr" ] ||
    refuse "lab '$name' has no LAVA; scripts/lab up --name $name"
  compute_environment
  in_lava lavaserver lava-server manage "$@"
}

# write_environment: lab.env, what `scripts/lab env` prints.
write_environment() {
  local port web images
  port=$(recall postgres.port)
  web=$(recall gunicorn.port) || web=
  images=$(recall images.port) || images=
  (
    umask 077
    {
      export_line BOARDCAST_LAB_NAME "$name"
      export_line BOARDCAST_LAB_DIR "$lab"
      export_line BOARDCAST_LAB_LAVA "$(recall generation)"
      export_line BOARDCAST_LAVA_ROOT "$cache/lava-$(recall generation)"
      export_line BOARDCAST_LAB_URL "postgresql://lavaserver@/lavaserver?host=$run/postgres&port=$port"
      export_line BOARDCAST_LAB_TCP_URL \
        "postgresql://lavaserver:$(recall database.secret)@127.0.0.1:$port/lavaserver"
      export_line BOARDCAST_LAB_ADMIN_URL "postgresql://postgres@/postgres?host=$run/postgres&port=$port"
      export_line BOARDCAST_LAB_TEMPLATE lava_template
      export_line BOARDCAST_LAB_POSTGRES "$(basename "$(dirname "$postgres_bin")")"
      export_line BOARDCAST_LAB_POSTGRES_ROOT "$server_root"
      export_line BOARDCAST_LAB_LAVA_URL "${web:+http://127.0.0.1:$web}"
      export_line BOARDCAST_LAB_IMAGES_URL "${images:+http://127.0.0.1:$images}"
      export_line BOARDCAST_LAB_ADMIN_TOKEN "$(recall admin.secret)"
      export_line BOARDCAST_LAB_ADMIN_PASSWORD "$(recall password.secret)"
      export_line BOARDCAST_LAB_USER ci-bot
      export_line BOARDCAST_LAB_TOKEN "$(recall ci-bot.secret)"
      export_line BOARDCAST_LAB_INACTIVE_TOKEN "$(recall gone.secret)"
      export_line BOARDCAST_LAB_WORKER worker-1
      export_line BOARDCAST_LAB_DEVICES "$lab/lava/devices"
      export_line BOARDCAST_LAB_IMAGES "$lab/images"
      export_line BOARDCAST_LAB_EVENT_SOCKET "ipc://$run/events/lava.events"
      export_line BOARDCAST_LAB_JSON_SETTINGS "$json_settings"
    } >"$lab/.lab.env"
  )
  chown "$owner_uid:$owner_gid" "$lab/.lab.env"
  mv "$lab/.lab.env" "$lab/lab.env"
}

export_line() {
  printf 'export %s=%s\n' "$1" "${2@Q}"
}
