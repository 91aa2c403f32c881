# Starting, finding and ending one daemon inside the keeper. Pids here count inside the lab.

# daemon_lives DAEMON: whether its first process runs.
daemon_lives() {
  local noted pid start
  noted=$(recall "$1.pid") || return 1
  read -r pid start <<<"$noted"
  [ "$(process_start "/proc/$keeper/root/proc" "$pid")" = "$start" ]
}

# launch DAEMON COMMAND...: starts it in a session of its own and notes its pid. It and its children hold a
# lock, so that a successor does not start before the last of them is gone (PostgreSQL's backends, gunicorn's
# workers): they would fight for the port or the data.
launch() {
  local daemon=$1
  shift
  rm -f "$lab/state/$daemon.pid"
  in_lab setsid --fork bash -c '
    for descriptor in /proc/self/fd/*; do
      descriptor=${descriptor##*/}
      if [ "$descriptor" -gt 2 ]; then eval "exec $descriptor>&-"; fi
    done
    state=$1 daemon=$2; shift 2
    exec 8>"$state/$daemon.lock"
    flock -w 20 8 || { echo "the $daemon before this one does not end"; exit 1; }
    read -r line </proc/self/stat; read -ra fields <<<"${line##*) }"
    echo "$$ ${fields[19]}" >"$state/.$daemon.pid" && mv "$state/.$daemon.pid" "$state/$daemon.pid"
    exec "$@"' bash "$run/lab/state" "$daemon" "$@" </dev/null >>"$lab/logs/$daemon.log" 2>&1
}

# await DAEMON SECONDS TEST...: waits until TEST succeeds; fails at once when the daemon is dead.
await() {
  local daemon=$1 deadline=$((SECONDS + $2))
  shift 2
  until "$@"; do
    if [ -e "$lab/state/$daemon.pid" ] && ! daemon_lives "$daemon"; then return 1; fi
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# end_daemon DAEMON: its whole session, at once.
end_daemon() {
  local noted pid
  daemon_lives "$1" || return 0
  noted=$(recall "$1.pid")
  pid=${noted%% *}
  in_lab kill -KILL -- "-$pid"
  until ! daemon_lives "$1"; do sleep 0.02; done
}

# port_of DAEMON: the port it has, or a free one noted for it. What another process holds is not kept.
port_of() {
  local port
  port=$(recall "$1.port") || port=
  if [ -z "$port" ]; then
    port=$(probe free-port)
    remember "$1.port" "$port"
  fi
  printf '%s' "$port"
}

# port_state PORT: free, ours or other.
port_state() {
  probe owner "$1" "$(readlink "/proc/$keeper/ns/pid")"
}

listens() {
  [ "$(port_state "$1")" = ours ]
}

# serve DAEMON SECONDS START TEST: starts a daemon that listens on a port of its own, by calling START PORT,
# and waits for TEST PORT. Another process may take the port between choosing and binding: then another port.
serve() {
  local daemon=$1 seconds=$2 start=$3 test=$4 port attempt
  for attempt in 1 2 3 4 5; do
    port=$(port_of "$daemon")
    "$start" "$port"
    if await "$daemon" "$seconds" "$test" "$port"; then return 0; fi
    end_daemon "$daemon"
    [ "$(port_state "$port")" = other ] || break
    say "port $port was taken meanwhile; another one for $daemon"
    rm -f "$lab/state/$daemon.port"
  done
  refuse_with_log "$daemon of lab '$name' does not start" "$lab/logs/$daemon.log"
}
