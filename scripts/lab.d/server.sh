# PostgreSQL: the machine's own, or another version's out of a folder of its own, as LAVA's is.

# ensure_server VERSION: sets postgres_bin to that server's programs, as_server to the words by which they are run as its
# user, and server_root to its folder, which is made if it is not there. Without a version, or with the machine's own,
# server_root is empty.
ensure_server() {
  find_postgres
  server_root=
  as_server=(setpriv --reuid postgres --regid postgres --init-groups)
  if [ -z "$1" ] || [ "$postgres_bin" = "/usr/lib/postgresql/$1/bin" ]; then return; fi
  describe_server "$1"
  server_root=$cache/postgres-$1
  postgres_bin=/usr/lib/postgresql/$1/bin
  as_server=(chroot --userspec=postgres:postgres "$run/server")
  if [ ! -d "$server_root" ]; then
    require_tools /usr/sbin/debootstrap=debootstrap \
      /usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring
    hold_cache "PostgreSQL $1"
    [ -d "$server_root" ] || build_server "$1"
    release_cache
  fi
}

# build_server VERSION: the packages unpacked, not installed: none of their scripts is needed to run a server, and
# some of them fail in a folder. Like LAVA's folder it has another name until it is whole.
build_server() {
  local partial=$server_root.partial log=$cache/postgres-$1.log mirror keyring source package
  source=$(/usr/bin/python3 -I "$parts/mirror.py")
  read -r mirror keyring <<<"$source"
  mirror=${BOARDCAST_MIRROR:-$mirror}
  say "PostgreSQL $1: making its folder from $mirror ($server_suite), about a minute; log: $log"
  rm -rf --one-file-system "$partial"
  mkdir -p "$partial"
  if ! setpriv --pdeathsig KILL unshare --mount --pid --ipc --fork --kill-child --mount-proc \
    bash -euo pipefail -c '
      root=$1 suite=$2 mirror=$3 keyring=$4 version=$5
      debootstrap --foreign --variant=minbase --include="postgresql-$version" --keyring="$keyring" \
        "$suite" "$root" "$mirror"
      for package in "$root"/var/cache/apt/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$root"
      done
      rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/usr/share/{doc,man,locale}
      mkdir -p "$root"/{proc,dev,tmp,run}
      # Their packages make these when they are installed; a lab mounts those of the machine there.
      touch "$root"/etc/{passwd,group}
      chroot "$root" /sbin/ldconfig
      chroot "$root" "/usr/lib/postgresql/$version/bin/postgres" --version
      sync -f "$root"
    ' bash "$partial" "$server_suite" "$mirror" "$keyring" "$1" </dev/null >"$log" 2>&1; then
    refuse_with_log "PostgreSQL $1 cannot be had" "$log"
  fi
  mv "$partial" "$server_root"
  say "PostgreSQL $1: $(tail -n 1 "$log") in $server_root"
}
