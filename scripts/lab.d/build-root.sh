#!/usr/bin/env bash
# Fills a folder with Debian and LAVA; runs as process 1 of namespaces of its own, so that its mounts and
# daemons end with it. Steps on stdout, everything else on stderr.
# Arguments: folder, suite, mirror, keyring, apt's options, packages.
set -euo pipefail
root=$1 suite=$2 mirror=$3 keyring=$4
read -ra apt_options <<<"$5"
read -ra packages <<<"$6"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
exec 3>&1 1>&2

inside() {
  # The caller's TMPDIR is a folder outside.
  chroot "$root" env -u TMPDIR PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}

echo "debootstrap" >&3
debootstrap --variant=minbase --keyring="$keyring" "$suite" "$root" "$mirror"

mount --bind /dev "$root/dev"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount -t proc proc "$root/proc"
# No package may start a daemon, and a folder that is thrown away when unfinished needs no fsync.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/boardcast"
printf 'path-exclude=/usr/share/%s/*\n' doc man locale >>"$root/etc/dpkg/dpkg.cfg.d/boardcast"
[ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$root/etc/resolv.conf"

echo "packages: ${packages[*]}" >&3
inside apt-get -q "${apt_options[@]}" update
inside apt-get -q -y "${apt_options[@]}" install "${packages[@]}"

echo "kernel for the boards' image" >&3
mkdir -p "$root/boardcast" "$root/lab"
# The metapackage names today's kernel; unpacked, not installed: no modules, no boot loader. Debian after 13 keeps the
# kernel itself in linux-binary-*, as /usr/lib/modules/VERSION/vmlinuz.
image=$(inside apt-cache depends linux-image-cloud-amd64 |
  sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
kernel=$(inside apt-cache depends "$image" | sed -n 's/^ *Depends: \(linux-binary-[0-9].*\)/\1/p' | head -n 1)
(cd "$root/boardcast" && inside sh -c "cd /boardcast && apt-get -q ${apt_options[*]} download ${kernel:-$image}")
dpkg-deb --fsys-tarfile "$root"/boardcast/linux-*.deb |
  tar -x --transform "s|.*/vmlinuz.*|vmlinuz-${image#linux-image-}|" -C "$root/boardcast" --wildcards '*/vmlinuz*'
rm "$root"/boardcast/linux-*.deb

inside apt-get clean
rm -rf "$root"/var/lib/apt/lists/*
# LAVA's web server stops at a link that leads nowhere; this one leads into a package nobody needs here.
mkdir -p "$root/usr/share/doc/lava-server-doc/html"
# A LAVA that finds settings of its own could reach for the machine's database; a lab's come by environment.
rm -f "$root"/etc/lava-server/settings.d/*
inside dpkg-query -W -f '${Version}\n' lava-server >"$root/boardcast/version"
sync -f "$root"
