# The generations of LAVA a lab can run. To add one, add a row here: nothing else names a generation.

default_generation=2023.01

# describe_generation NAME: sets suite, apt_options and lava_packages.
describe_generation() {
  # Old suites and snapshots have Release files past their date.
  apt_options=(-o Acquire::Check-Valid-Until=false -o APT::Install-Recommends=false)
  # telnet and the rest of a worker's tools are not needed: the lab's boards are QEMU.
  lava_packages=(lava-server lava-dispatcher qemu-system-x86 busybox-static cpio)
  case $1 in
    2023.01) suite=bookworm ;;
    # Debian's unstable moves on: the folder says which LAVA it really got.
    2026.10) suite=sid ;;
    *) refuse "LAVA generation '$1' is not known here; known: 2023.01, 2026.10" ;;
  esac
}

# describe_server VERSION: sets server_suite, the Debian that has this PostgreSQL.
describe_server() {
  case $1 in
    13) server_suite=bullseye ;;
    15) server_suite=bookworm ;;
    17) server_suite=trixie ;;
    18) server_suite=sid ;;
    *) refuse "PostgreSQL '$1' is not known here; known: 13, 15, 17, 18" ;;
  esac
}
