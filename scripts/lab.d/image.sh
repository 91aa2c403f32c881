# The image the lab's boards boot: Debian's cloud kernel and an initramfs of busybox.

# ensure_image: makes the image if this kernel, busybox and init are new, and puts it into the lab.
ensure_image() {
  local vmlinuz image key
  vmlinuz=$(printf '%s\n' "$lava_root"/boardcast/vmlinuz-* | sort -V | tail -n 1)
  key=$({ printf %s "$vmlinuz"; cat "$lava_root/bin/busybox" "$parts/image-init.sh" \
    "$parts/image-selftest.sh"; } | sha256sum | cut -c 1-12)
  image=$cache/image-$key
  if [ ! -d "$image" ]; then
    local work
    work=$(mktemp -d "$cache/image.XXXXXX")
    chmod 755 "$work"
    install -D -m 755 "$lava_root/bin/busybox" "$work/root/bin/busybox"
    mkdir "$work"/root/{proc,sys,dev,tmp}
    install -m 755 "$parts/image-init.sh" "$work/root/init"
    install -m 755 "$parts/image-selftest.sh" "$work/root/bin/selftest"
    # cpio from LAVA's folder, so that the machine needs none.
    mkdir "$work/empty"
    (cd "$work/root" && find . -print0) |
      unshare --mount bash -c 'mount --bind "$1/root" "$2/boardcast" && chroot "$2" sh -c \
        "cd /boardcast && cpio --quiet --null -o -H newc -R 0:0"' bash "$work" "$lava_root" |
      gzip -n -9 >"$work/initramfs.cpio.gz"
    cp "$vmlinuz" "$work/vmlinuz"
    basename "$vmlinuz" >"$work/vmlinuz.name"
    rm -rf "$work/root" "$work/empty"
    # Another lab may have been quicker; its image is as good.
    mv -T "$work" "$image" 2>/dev/null || rm -rf "$work"
    say "image: $(cat "$image/vmlinuz.name") and busybox"
  fi
  cp --reflink=auto "$image"/{vmlinuz,vmlinuz.name,initramfs.cpio.gz} "$lab/images/"
}
