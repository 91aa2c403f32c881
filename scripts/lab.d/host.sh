# What a lab needs of the machine: root, and a few Debian packages.

# become_root: the command again under sudo if we are not root. The cache stays the caller's own.
become_root() {
  [ "$(id -u)" -ne 0 ] || return 0
  command -v sudo >/dev/null ||
    refuse "'$command' needs root for namespaces and mounts, and there is no sudo here; run it as root"
  exec sudo env BOARDCAST_CACHE="$cache" BOARDCAST_MIRROR="${BOARDCAST_MIRROR:-}" \
    BOARDCAST_LAB_FSYNC="${BOARDCAST_LAB_FSYNC:-on}" BOARDCAST_LAB_NAME="$name" \
    "$repository/scripts/lab" "${caller[@]}"
}

# require_tools FILE=PACKAGE...: installs the packages whose file is missing, in one go.
require_tools() {
  local pair missing=()
  for pair; do
    compgen -G "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || refuse "missing here: ${missing[*]}; install them (there is no apt-get to do it)"
  say "installing ${missing[*]}"
  keep_debian_from_making_a_cluster "${missing[@]}"
  local log
  log=$(mktemp /tmp/boardcast-apt.XXXXXX)
  if ! { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install \
    "${missing[@]}"; } </dev/null >"$log" 2>&1; then
    refuse_with_log "apt-get cannot install ${missing[*]}" "$log"
  fi
  rm -f "$log"
}

# Debian makes a cluster of the machine's own when PostgreSQL is installed; nobody asked for one here.
keep_debian_from_making_a_cluster() {
  [[ " $* " == *" postgresql "* ]] || return 0
  [ ! -e /etc/postgresql-common/createcluster.conf ] || return 0
  mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
}

# find_postgres: sets postgres_bin to the newest server's programs.
find_postgres() {
  require_tools "/usr/lib/postgresql/*/bin/initdb=postgresql" /usr/bin/python3=python3
  postgres_bin=$(dirname "$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)")
}

probe() {
  /usr/bin/python3 -I "$parts/probe.py" "$@"
}

# The person behind sudo, who must be able to read the lab's secrets and reach its socket.
owner_uid=${SUDO_UID:-0}
owner_gid=${SUDO_GID:-0}
