# The keeper: process 1 of the lab's own mount, process and IPC namespaces.
#
# Everything a lab starts lives in them, so ending the keeper ends all of it (PostgreSQL's backends, a QEMU
# of a running job) and takes the mounts and shared memory along; nothing needs to be searched for.

# process_start PROC PID: field 22 of stat; together with the pid it names one process for ever.
process_start() {
  local line fields
  { read -r line <"$1/$2/stat"; } 2>/dev/null || return 1
  # The command's name, in brackets, may hold anything; the fields after it may not.
  read -ra fields <<<"${line##*) }"
  [ "${fields[0]}" != Z ] && [ "${fields[0]}" != X ] && printf '%s' "${fields[19]}"
}

# holder_lives: whether the noted parent of process 1 lives; sets holder to its pid. The note is under /run
# and not in the lab's folder: there it outlives a `git clean`, and not a restart of the machine.
holder_lives() {
  local start
  { read -r holder start <"$run/keeper"; } 2>/dev/null || return 1
  [ "$(process_start /proc "$holder")" = "$start" ]
}

# find_keeper: sets keeper to the host's pid of the lab's process 1, if it lives. What is noted is its
# parent, `unshare`, which knows its own pid before it begins and takes the child along when it dies.
find_keeper() {
  keeper=
  local stat ppid
  holder_lives || return 1
  for stat in /proc/[0-9]*/stat; do
    { read -r stat <"$stat"; } 2>/dev/null || continue
    read -r _ ppid _ <<<"${stat##*) }"
    [ "$ppid" != "$holder" ] || keeper=${stat%% *}
  done
  [ -n "$keeper" ]
}

require_keeper() {
  find_keeper || refuse "lab '$name' is not running; scripts/lab up --name $name"
}

# start_keeper ROOT SERVER: the namespaces, with the lab's folder at $run/lab, LAVA's world at $run/root, and that of a
# PostgreSQL which is not the machine's at $run/server.
start_keeper() {
  rm -f "$run/keeper" "$lab/state/ready" "$lab"/state/*.pid
  mkdir -p "$run"
  printf '%s\n' "$lab" >"$run/lab.path"
  mkdir -p "$run/lab" "$run/root" "$run/postgres" "$run/events"
  chown "postgres:$owner_gid" "$run/postgres"
  chmod 0750 "$run/postgres"
  # Written by the one it names, and before it lets go of the lab's lock: a lab that was killed while it
  # started can always be found.
  setsid --fork bash -c 'read -r line </proc/self/stat; read -ra fields <<<"${line##*) }"
    echo "$$ ${fields[19]}" >"$1/.keeper" && mv "$1/.keeper" "$1/keeper"
    shift; exec 9>&- "$@"' bash "$run" \
    unshare --mount --pid --ipc --fork --kill-child --mount-proc bash "$parts/keeper-init.sh" "$lab" "$run" "$1" "$2" \
    </dev/null >"$lab/logs/keeper.log" 2>&1
  local tries
  for ((tries = 0; tries < 400; tries++)); do
    if [ -e "$lab/state/ready" ] && find_keeper; then return 0; fi
    if [ -e "$run/keeper" ] && ! holder_lives; then break; fi
    sleep 0.025
  done
  refuse_with_log "the kernel gives no namespaces or mounts here (a container without CAP_SYS_ADMIN?)" \
    "$lab/logs/keeper.log"
}

# stop_keeper: ends it and waits until it is gone; it goes last, after all it kept.
stop_keeper() {
  local pid start tries
  find_keeper || true
  for pid in $keeper; do
    start=$(process_start /proc "$pid") || continue
    kill -KILL "$pid" 2>/dev/null || true
    for ((tries = 0; ; tries++)); do
      [ "$(process_start /proc "$pid")" = "$start" ] || break
      [ "$tries" -lt 600 ] || refuse "process $pid of lab '$name' does not end"
      sleep 0.05
    done
  done
  # `unshare` is just behind it, or had not come to forking yet.
  for ((tries = 0; tries < 100; tries++)); do
    holder_lives || return 0
    [ "$tries" -lt 20 ] || kill -KILL "$holder" 2>/dev/null || true
    sleep 0.05
  done
  refuse "process $holder of lab '$name' does not end"
}

# in_lab COMMAND...: runs it inside, seeing the host's files and the lab's folder at $run/lab. It does not
# hold the lab's lock: if we are killed, the next one need not wait for it but ends it with the keeper.
in_lab() {
  nsenter --target "$keeper" --mount --pid --ipc -- "$@" 9>&-
}

as_postgres() {
  in_lab "${as_server[@]}" env -i PATH="$postgres_bin:/usr/bin:/bin" \
    LC_ALL=C.UTF-8 HOME=/ "$@"
}

# in_lava USER COMMAND...: runs it in LAVA's world as one of its users, with the lab's settings.
in_lava() {
  local user=$1
  shift
  in_lab chroot --userspec="$user:$user" "$run/root" "${lava_environment[@]}" "$@"
}
