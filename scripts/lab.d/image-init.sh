#!/bin/busybox sh
# Process 1 of a board: the fewest mounts a shell needs, one line to recognise it by, then the prompt.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
hostname nano
echo "boardcast-image: nano ready, Linux $(uname -r)"
# A terminal of its own, or the shell says it has no job control in the middle of LAVA's output.
while :; do
  setsid cttyhack sh
done
