#!/usr/bin/env bash
# Process 1 of a lab: lays the mounts, then adopts and buries what the lab's daemons leave behind.
# Arguments: the lab's folder, its folder under /run, LAVA's root, the root of a PostgreSQL (each may be empty: none).
set -euo pipefail
lab=$1 run=$2 root=$3 server=$4

# Nothing of the caller may hang on to us but the three standard streams.
for descriptor in /proc/self/fd/*; do
  descriptor=${descriptor##*/}
  if [ "$descriptor" -gt 2 ] && [ "$descriptor" -ne 255 ]; then eval "exec $descriptor>&-"; fi
done

mount --bind "$lab" "$run/lab"
# PostgreSQL's shared memory: in the machine's /dev/shm a killed server would leave it behind.
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
if [ -n "$server" ]; then
  mkdir -p "$run/server"
  mount --bind "$server" "$run/server"
  mount -o remount,bind,ro "$run/server"
  mount -t proc proc "$run/server/proc"
  mount --rbind /dev "$run/server/dev"
  mount -t tmpfs -o mode=1777 tmpfs "$run/server/tmp"
  mount -t tmpfs -o mode=0755 tmpfs "$run/server/run"
  # One user postgres, and one path to the data and the socket, inside and outside.
  mount --bind /etc/passwd "$run/server/etc/passwd"
  mount --bind /etc/group "$run/server/etc/group"
  mkdir -p "$run/server$run/lab" "$run/server$run/postgres"
  mount --bind "$lab" "$run/server$run/lab"
  mount --bind "$run/postgres" "$run/server$run/postgres"
fi
if [ -n "$root" ]; then
  # Labs share LAVA's folder: they may read it, and each writes into its own instead.
  mount --bind "$root" "$run/root"
  mount -o remount,bind,ro "$run/root"
  mount -t proc proc "$run/root/proc"
  mount --bind /sys "$run/root/sys"
  mount --bind /dev "$run/root/dev"
  # Without pseudo-terminals of its own the worker finds no console for QEMU.
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$run/root/dev/pts"
  mount -t tmpfs -o mode=1777 tmpfs "$run/root/dev/shm"
  mount -t tmpfs -o mode=0755 tmpfs "$run/root/run"
  # The event sockets have one path inside and outside.
  mkdir -p "$run/root$run/events"
  mount --bind "$run/events" "$run/root$run/events"
  mount --bind "$lab/lava" "$run/root/lab"
  mount --bind "$lab/lava/tmp" "$run/root/tmp"
  mount --bind "$lab/lava/tmp" "$run/root/var/tmp"
  mount --bind "$lab/lava/log" "$run/root/var/log"
  mount --bind "$lab/lava/dispatcher" "$run/root/var/lib/lava/dispatcher"
fi

touch "$lab/state/ready"
trap '' TERM INT HUP
while :; do
  sleep 86400 &
  wait $! || true
done
