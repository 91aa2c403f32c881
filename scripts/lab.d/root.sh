# LAVA's world: a folder with Debian and LAVA's packages, made once per generation and shared by all labs.

# hold_cache WHAT, release_cache: one lab at a time makes what all of them share; the others wait for it.
hold_cache() {
  mkdir -p "$cache"
  exec 7>"$cache/lock"
  flock -n 7 && return
  say "waiting for another scripts/lab that fills the cache ($1)"
  flock 7
}

release_cache() {
  exec 7>&-
}

# ensure_root GENERATION: makes the folder if it is not there; sets lava_root.
ensure_root() {
  lava_root=$cache/lava-$1
  describe_generation "$1"
  if [ ! -d "$lava_root" ]; then
    require_tools /usr/sbin/debootstrap=debootstrap \
      /usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring
    hold_cache "LAVA's folder"
    [ -d "$lava_root" ] || build_root "$1"
    release_cache
  fi
}

# build_root GENERATION: under another name until it is whole. Should we be killed, the kernel kills all of it:
# a half-made folder has no processes and no mounts, and is simply removed the next time.
build_root() {
  local partial=$lava_root.partial log=$cache/lava-$1.log mirror keyring step
  local source
  source=$(/usr/bin/python3 -I "$parts/mirror.py")
  read -r mirror keyring <<<"$source"
  mirror=${BOARDCAST_MIRROR:-$mirror}
  say "LAVA $1: making its folder from $mirror ($suite), about 2 minutes; log: $log"
  rm -rf --one-file-system "$partial"
  mkdir -p "$partial"
  : >"$log"
  setpriv --pdeathsig KILL unshare --mount --pid --ipc --fork --kill-child --mount-proc \
    bash "$parts/build-root.sh" "$partial" "$suite" "$mirror" "$keyring" "${apt_options[*]}" \
    "${lava_packages[*]}" </dev/null 2>>"$log" |
    while read -r step; do say "LAVA $1: $step"; done
  [ "${PIPESTATUS[0]}" -eq 0 ] || refuse_with_log "LAVA's folder cannot be made" "$log"
  # A suite that moves on may have another LAVA by now: then this is not the generation that was asked for.
  [[ $(cat "$partial/boardcast/version") == "$1"* ]] ||
    say "beware: $suite has LAVA $(cat "$partial/boardcast/version"), not $1"
  mv "$partial" "$lava_root"
  say "LAVA $1: $(cat "$lava_root/boardcast/version") in $lava_root"
}
