# Where a lab is, and what it remembers about itself.

# locate_lab NAME: sets lab (its folder), run (its short folder under /run) and cache.
locate_lab() {
  lab=$repository/.lab/$1
  # Sockets must fit in 107 bytes however long the clone's path is, and PostgreSQL's user must get to
  # them whoever owns the clone. The name follows from the lab's path, so `down` finds the folder even if
  # `up` was killed before it could write anything down.
  run=/run/boardcast-lab-$(printf %s "$lab" | sha256sum | cut -c 1-12)
  cache=${BOARDCAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/boardcast}
}

# remember KEY VALUE, recall KEY: the lab's notes, one file each, written whole or not at all.
remember() {
  printf '%s\n' "$2" >"$lab/state/.$1.$$"
  mv "$lab/state/.$1.$$" "$lab/state/$1"
}

recall() {
  [ -f "$lab/state/$1" ] && cat "$lab/state/$1"
}

# require_lab: for commands that make no sense without one; hold_lab would make its folder.
require_lab() {
  [ -d "$lab/state" ] || refuse "lab '$name' is not up; scripts/lab up --name $name"
}

# hold_lab: no two commands change one lab at once. The lock is the folder itself, so it goes with it.
hold_lab() {
  local waited=
  while :; do
    mkdir -p "$lab"
    exec 9<"$lab"
    if ! flock -n 9; then
      [ -n "$waited" ] || say "waiting for another scripts/lab that works on lab '$name'"
      waited=yes
      flock -w 900 9 || refuse "lab '$name' has been busy for 15 minutes; is another scripts/lab stuck?"
    fi
    # The one before us may have been `down`: then this is a folder that is no longer there.
    [ "$lab" -ef /proc/self/fd/9 ] && return
  done
}

require_environment() {
  [ -e "$lab/lab.env" ] || refuse "lab '$name' is not up; scripts/lab up --name $name"
  [ -r "$lab/lab.env" ] || refuse "$lab/lab.env belongs to another user; run this as the one who ran up"
}

load_environment() {
  require_environment
  # shellcheck source=/dev/null
  source "$lab/lab.env"
}
