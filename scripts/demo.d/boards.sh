# shellcheck shell=bash
# The demo's boards: dictionaries where this lab's LAVA looks for them, rows made by LAVA's own commands.

# dictionary HOST TEMPLATE [LINE...]: writes a device dictionary.
dictionary() {
  local host=$1 template=$2
  shift 2
  {
    printf "{%% extends '%s.jinja2' %%}\n" "$template"
    [ $# -eq 0 ] || printf '%s\n' "$@"
  } >"$BOARDCAST_LAB_DEVICES/$host.jinja2"
}

register_boards() {
  local host
  for host in qemu-01 qemu-02 qemu-03; do
    dictionary "$host" qemu '{% set no_kvm = True %}' '{% set memory = 256 %}'
  done
  dictionary bbb-01 beaglebone-black
  dictionary x86-01 x86
  dictionary dragon-01 dragonboard-410c
  dictionary kiwi-01 panda
  "$repository/scripts/lab" manage shell -c "$(cat "$repository/scripts/demo.d/register.py")"
}
