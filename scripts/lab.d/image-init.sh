#!/bin/busybox sh
# Process 1 of a board: the fewest mounts a shell needs, one line to recognise it by, then the prompt.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
hostname nano
echo "boardcast-image: nano ready, Linux $(uname -r)"
# From here on the console is the test's: only the kernel's errors may come in between.
dmesg -n 4
# The prompt that jobs wait for; left to itself, busybox 1.38 takes / for a home and shows '~ #'.
export PS1='/ # '
# A terminal of its own, or the shell complains about job control.
while :; do
  setsid cttyhack sh
done
