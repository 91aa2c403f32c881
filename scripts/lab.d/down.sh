# down, status, logs, stop.

take_down() {
  if [ ! -e "$lab" ] && [ ! -e "$run" ]; then
    say "lab '$name' is not up"
    return
  fi
  hold_lab
  erase_lab
  say "lab '$name' is gone"
}

# erase_lab: its processes (with them its mounts), then its files.
erase_lab() {
  # First of all, so that a down that is killed leaves nothing that looks whole.
  rm -f "$lab/state/complete"
  stop_keeper
  rm -rf --one-file-system "$run"
  rm -rf --one-file-system "$lab"
  rmdir --ignore-fail-on-non-empty "$(dirname "$lab")" 2>/dev/null || true
}

stop_one() {
  local daemon=${1:-}
  case $daemon in
    postgres | images | gunicorn | publisher | scheduler | worker) ;;
    *) refuse "stop wants one of: postgres images gunicorn publisher scheduler worker" ;;
  esac
  require_lab
  hold_lab
  require_keeper
  end_daemon "$daemon"
}

show_status() {
  local daemon port state=0
  if [ ! -d "$lab/state" ]; then
    echo "lab '$name' is not up"
    exit 3
  fi
  if ! recall complete >/dev/null; then
    echo "lab '$name' is unfinished: being made, or its up was killed"
    exit 3
  fi
  echo "lab '$name': LAVA $(recall generation), $(recall mode), $lab"
  if ! find_keeper; then
    echo "  nothing runs; scripts/lab up --name $name starts it again"
    exit 3
  fi
  local daemons=(postgres)
  [ "$(recall mode)" != full ] || daemons+=(images gunicorn publisher scheduler worker)
  for daemon in "${daemons[@]}"; do
    port=$(recall "$daemon.port") || port=-
    if daemon_lives "$daemon"; then
      printf '  %-10s %-6s up\n' "$daemon" "$port"
    else
      printf '  %-10s %-6s down\n' "$daemon" "$port"
      state=3
    fi
  done
  exit "$state"
}

show_logs() {
  local follow=() word files=()
  for word; do
    case $word in
      -f) follow=(-f) ;;
      *[!a-z]*) refuse "logs wants a daemon's name, not '$word'" ;;
      *)
        [ -e "$lab/logs/$word.log" ] || refuse "lab '$name' has no log of '$word'"
        files+=("$lab/logs/$word.log") ;;
    esac
  done
  [ -d "$lab/logs" ] || refuse "lab '$name' is not up; scripts/lab up --name $name"
  [ ${#files[@]} -gt 0 ] || files=("$lab"/logs/*.log)
  exec tail -n 200 "${follow[@]}" -- "${files[@]}"
}
