#!/usr/bin/env bash
# Runs judge.py inside an installed LAVA, in a mount and network namespace of its own: whatever the dispatcher writes is
# thrown away, the folder that other labs share stays as it is, and nothing outside can be reached.
# usage: unshare --mount --net judge.sh ROOT <JOBS >VERDICTS
set -euo pipefail
root=$1
judge=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)/judge.py

scratch=$(mktemp -d)
# The mounts end with the namespace; the empty folder is all that could stay.
trap 'umount -l "$scratch" && rmdir "$scratch"' EXIT
mount -t tmpfs templates "$scratch"
mkdir "$scratch"/{upper,work,lava}
mount -t overlay -o "lowerdir=$root,upperdir=$scratch/upper,workdir=$scratch/work" templates "$scratch/lava"
mount --bind /dev "$scratch/lava/dev"
mount -t proc proc "$scratch/lava/proc"
cp "$judge" "$scratch/lava/judge.py"

# Stand-in site facts, 1: the tools of a worker. The dispatcher only looks whether they are there.
mkdir -p "$scratch/lava/etc/default" "$scratch/lava/srv/tftp"
echo 'TFTP_DIRECTORY="/srv/tftp"' >"$scratch/lava/etc/default/tftpd-hpa"
echo '127.0.0.1 localhost images.example.com' >"$scratch/lava/etc/hosts"
# (QEMU's answers with a version; the dispatcher finds arm64's under its Debian package's name, else under this one.)
for tool in adb dfu-util fastboot git img2simg in.tftpd mkimage nbd-server rpcinfo simg2img telnet \
  qemu-system-{aarch64,arm,arm64,m68k,mips,mips64,mips64el,mipsel,ppc,ppc64,riscv64,s390x,sh4,sparc64}; do
  [ -e "$scratch/lava/usr/bin/$tool" ] && continue
  printf '#!/bin/sh\necho "QEMU emulator version 7.2.0"\n' >"$scratch/lava/usr/bin/$tool"
  chmod 755 "$scratch/lava/usr/bin/$tool"
done
chroot "$scratch/lava" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
  PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 /judge.py
