# The image the lab's boards boot: Debian's cloud kernel and an initramfs of busybox.

# ensure_image: makes the image if this kernel, busybox and init are new, and puts it into the lab.
ensure_image() {
  local vmlinuz image key
  vmlinuz=$(printf '%s\n' "$lava_root"/boardcast/vmlinuz-* | sort -V | tail -n 1)
  key=$({ printf %s "$vmlinuz"; cat "$lava_root/bin/busybox" "$parts/image-init.sh" \
    "$parts/image-selftest.sh"; } | sha256sum | cut -c 1-12)
  image=$cache/image-$key
  if [ ! -d "$image" ]; then
    hold_cache "the boards' image"
    [ -d "$image" ] || build_image "$vmlinuz" "$image"
    release_cache
  fi
  cp --reflink=auto "$image"/{vmlinuz,vmlinuz.name,initramfs.cpio.gz} "$lab/images/"
}

# build_image KERNEL FOLDER: with cpio from LAVA's folder, so that the machine needs none.
build_image() {
  local work=$cache/image.partial
  rm -rf --one-file-system "$work"
  mkdir -p "$work"/root/{proc,sys,dev,tmp}
  install -D -m 755 "$lava_root/bin/busybox" "$work/root/bin/busybox"
  install -m 755 "$parts/image-init.sh" "$work/root/init"
  install -m 755 "$parts/image-selftest.sh" "$work/root/bin/selftest"
  (cd "$work/root" && find . -print0) |
    unshare --mount bash -c 'mount --bind "$1/root" "$2/boardcast" && chroot "$2" sh -c \
      "cd /boardcast && cpio --quiet --null -o -H newc -R 0:0"' bash "$work" "$lava_root" |
    gzip -n -9 >"$work/initramfs.cpio.gz"
  cp "$1" "$work/vmlinuz"
  basename "$1" >"$work/vmlinuz.name"
  rm -rf "$work/root"
  mv -T "$work" "$2"
  say "image: $(cat "$2/vmlinuz.name") and busybox"
}
