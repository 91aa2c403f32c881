#!/usr/bin/env bash
# Tests of scripts/lab, by hand or in CI: real labs, real kills. Needs root. About two minutes.
# usage: Tests/lab.sh [--no-boot]     (--no-boot leaves out the job that boots a QEMU board)
set -uo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
here=$PWD
first=t$$-a
second=t$$-b
third=t$$-c
copy=
said=$(mktemp /tmp/boardcast-lab-test.XXXXXX)
passed=0
failed=0

# check WHAT COMMAND...: one line; the command's output is shown when it fails.
check() {
  local what=$1
  shift
  if "$@" >"$said" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $what"
  else
    failed=$((failed + 1))
    echo "FAILED  $what"
    sed 's/^/          /' "$said"
  fi
}

fails() { ! "$@"; }
lab() { "$here/scripts/lab" "$@"; }
# in_env LAB COMMAND...: with that lab's environment.
in_env() (
  eval "$(lab env --name "$1")" || exit 1
  shift
  "$@"
)
keeper_of() { cat "$(run_of "$1")/keeper"; }
run_of() { echo "/run/boardcast-lab-$(printf %s "$here/.lab/$1" | sha256sum | cut -c 1-12)"; }
get() { curl -fsS --noproxy '*' -o /dev/null "$@"; }

# traces PATTERN: processes, mounts in any process's view, and files that still mention a lab.
traces() {
  # The pattern on stdin: on grep's command line it would find itself.
  grep -lsE --file=- /proc/[0-9]*/mountinfo <<<"$1"
  grep -lsaE --file=- /proc/[0-9]*/cmdline <<<"$1"
  compgen -G "$here/.lab/t$$-*"
  local path
  for path in /run/boardcast-lab-*/lab.path; do
    [ -e "$path" ] && grep -sE "$1" "$path"
  done
  return 0
}
nothing_left() {
  local found tries
  for tries in 1 2 3 4 5; do
    found=$(traces "t$$-[abc]|lab-copy-$$")
    [ -n "$found" ] || return 0
    sleep 0.2
  done
  echo "$found"
  return 1
}
# orphans: shared memory that no process uses any more; another program's database may be at work meanwhile.
orphans() {
  local segment
  for segment in /dev/shm/PostgreSQL.*; do
    [ ! -e "$segment" ] || grep -qsF "$segment" /proc/[0-9]*/maps || echo "$segment"
  done
  awk 'NR > 1 && $7 == 0 { print "System V segment", $2 }' /proc/sysvipc/shm
}
no_new_orphans() {
  local found
  found=$(comm -13 <(sort <<<"$memory_before") <(orphans | sort))
  [ -z "$found" ] || { echo "$found"; return 1; }
}

finish() {
  for name in "$first" "$second" "$third"; do lab down --name "$name" 2>/dev/null; done
  if [ -n "$copy" ]; then
    "$copy/scripts/lab" down --name "$first" 2>/dev/null
    rm -rf "$copy_root"
  fi
  rm -f "$said"
}
trap finish EXIT

[ "$(id -u)" -eq 0 ] || { echo "Tests/lab.sh needs root"; exit 1; }
memory_before=$(orphans)

# -- one lab ---------------------------------------------------------------------------------------------
lab up --name "$first" --database-only >"$said" 2>&1 || true # whatever the cache lacks is made here, untimed
lab down --name "$first" >/dev/null 2>&1
began=$SECONDS
check "up" lab up --name "$first"
took=$((SECONDS - began))
check "up takes 60 s or less (took $took s)" test "$took" -le 60
check "status says all of it is up" lab status --name "$first"

web_answers() { get "$BOARDCAST_LAB_LAVA_URL/api/v0.2/system/version/"; }
check "LAVA's REST answers" in_env "$first" web_answers
token_status() { curl -sS -o /dev/null -w '%{http_code}' -H "Authorization: Token $1" \
  "$BOARDCAST_LAB_LAVA_URL/api/v0.2/jobs/"; }
tokens() { [ "$(token_status "$BOARDCAST_LAB_TOKEN")$(token_status "$BOARDCAST_LAB_ADMIN_TOKEN")" = 200200 ]; }
check "the tokens of ci-bot and admin are good" in_env "$first" tokens
# LAVA says 403 where one would expect 401: its first way to authenticate, the session, asks for nothing.
inactive() { [ "$(token_status "$BOARDCAST_LAB_INACTIVE_TOKEN")" = 403 ]; }
check "the inactive user's token is refused" in_env "$first" inactive
images() { get "$BOARDCAST_LAB_IMAGES_URL/vmlinuz" && get "$BOARDCAST_LAB_IMAGES_URL/initramfs.cpio.gz"; }
check "kernel and initramfs are served" in_env "$first" images
by_socket() { [ "$(psql -qXAt "$BOARDCAST_LAB_URL" -c 'SELECT current_user')" = lavaserver ]; }
check "the database answers on the socket" in_env "$first" by_socket
by_tcp() { [ "$(psql -qXAt "$BOARDCAST_LAB_TCP_URL" -c 'SELECT 1')" = 1 ]; }
check "the database answers by TCP with the password" in_env "$first" by_tcp
wrong_password() { fails psql -qX "$(sed 's/:[^:@]*@/:wrong@/' <<<"$BOARDCAST_LAB_TCP_URL")" -c ''; }
check "a wrong password is refused" in_env "$first" wrong_password
check "secrets are nobody else's to read" test "$(stat -c %a ".lab/$first/lab.env")" = 600
outside() { [ "$(su -s /bin/sh nobody -c "psql -qXAt '$BOARDCAST_LAB_URL' -c 'SELECT 1'" 2>/dev/null)" != 1 ]; }
check "a stranger on the machine does not get to the trusted socket" in_env "$first" outside
no_mounts() { fails grep "$first" /proc/self/mountinfo; }
check "the machine sees none of the lab's mounts" no_mounts

before=$(keeper_of "$first")
check "a second up is harmless" lab up --name "$first"
check "and nothing was started again" test "$before" = "$(keeper_of "$first")"

clone() {
  psql -qX "$BOARDCAST_LAB_ADMIN_URL" -c 'CREATE DATABASE mine TEMPLATE lava_template OWNER lavaserver' &&
    [ "$(psql -qXAt "${BOARDCAST_LAB_URL/lavaserver\?/mine?}" -c "SELECT count(*) FROM auth_user
      WHERE username IN ('admin', 'ci-bot', 'gone')")" = 3 ] &&
    psql -qX "$BOARDCAST_LAB_ADMIN_URL" -c 'DROP DATABASE mine'
}
check "the template is cloned and has the users" in_env "$first" clone
spoil() {
  psql -qX "$BOARDCAST_LAB_ADMIN_URL" -c 'ALTER DATABASE lava_template IS_TEMPLATE false' \
    -c 'DROP DATABASE lava_template' && [ "$(lab template --name "$first")" = lava_template ] && clone
}
check "a spoilt template is made again" in_env "$first" spoil

for daemon in postgres gunicorn worker; do
  check "stop $daemon" lab stop --name "$first" "$daemon"
  check "status sees it" fails lab status --name "$first"
  check "up starts $daemon again" lab up --name "$first"
  check "status is whole again" lab status --name "$first"
done

boot() {
  printf '%s\n' "{% extends 'qemu.jinja2' %}" '{% set no_kvm = True %}' '{% set memory = 256 %}' \
    >"$BOARDCAST_LAB_DEVICES/qemu-01.jinja2"
  lab manage --name "$first" device-types add qemu || return 1
  lab manage --name "$first" devices add qemu-01 --device-type qemu --worker worker-1 || return 1
  local job
  job=$(/usr/bin/python3 -I - "$BOARDCAST_LAB_IMAGES_URL" <<'PYTHON'
import json, sys
images = sys.argv[1]
print(json.dumps({"definition": json.dumps({
    "job_name": "Tests/lab.sh", "device_type": "qemu", "visibility": "public", "priority": "medium",
    "context": {"arch": "amd64"}, "timeouts": {"job": {"minutes": 5}, "action": {"minutes": 3}},
    "actions": [
        {"deploy": {"to": "tmpfs", "timeout": {"minutes": 2}, "images": {
            "kernel": {"image_arg": '-kernel {kernel} -append "console=ttyS0 rdinit=/init"',
                       "url": images + "/vmlinuz"},
            "ramdisk": {"image_arg": "-initrd {ramdisk}", "url": images + "/initramfs.cpio.gz"}}}},
        {"boot": {"method": "qemu", "media": "tmpfs", "timeout": {"minutes": 2}, "prompts": ["/ #"]}},
        {"test": {"timeout": {"minutes": 1}, "interactive": [{"name": "selftest", "prompts": ["/ #"], "script": [
            {"name": "selftest", "command": "selftest", "successes": [{"message": "selftest done"}],
             "failures": [{"message": ": fail"}]}]}]}}]})}))
PYTHON
  )
  curl -fsS -H "Authorization: Token $BOARDCAST_LAB_TOKEN" -H 'Content-Type: application/json' \
    --data "$job" "$BOARDCAST_LAB_LAVA_URL/api/v0.2/jobs/" || return 1
  local state tries
  for ((tries = 0; tries < 90; tries++)); do
    state=$(lab psql --name "$first" -qXAt -c 'SELECT state, health FROM lava_scheduler_app_testjob')
    [ "$state" != '5|1' ] || return 0
    [[ $state != 5* ]] || break
    sleep 1
  done
  echo "job's state and health: $state"
  return 1
}
if [ "${1:-}" != --no-boot ]; then
  check "a job boots a QEMU board and ends Complete" in_env "$first" boot
fi

# -- two labs --------------------------------------------------------------------------------------------
lab up --name "$second" >"$said.2" 2>&1 &
other=$!
lab up --name "$third" --database-only >/dev/null 2>&1 &
another=$!
check "two more labs come up side by side" wait "$other"
check "the second of them too" wait "$another"
rm -f "$said.2"
ports() { for name in "$first" "$second" "$third"; do cat ".lab/$name"/state/*.port; done; }
check "no port is shared" test "$(ports | sort | uniq -d | wc -l)" -eq 0
check "the first lab is whole" lab status --name "$first"
check "the second lab is whole" lab status --name "$second"
crossed() { [ "$(token_status "$(in_env "$first" printenv BOARDCAST_LAB_TOKEN)")" = 403 ]; }
check "one lab's token is refused in the other" in_env "$second" crossed
check "down of one" lab down --name "$second"
check "leaves the other alone" lab status --name "$first"

# -- kills -----------------------------------------------------------------------------------------------
mark() { psql -qX "$BOARDCAST_LAB_URL" -c 'CREATE TABLE mark ()'; }
check "(a mark in the database)" in_env "$first" mark
read -r holder _ <<<"$(keeper_of "$first")"
check "the keeper is killed" kill -KILL "$holder"
check "up starts everything again" lab up --name "$first"
marked() { psql -qX "$BOARDCAST_LAB_URL" -c 'SELECT FROM mark'; }
check "on the same data" in_env "$first" marked
check "down" lab down --name "$first"
check "down of the database-only lab" lab down --name "$third"
check "a second down is harmless" lab down --name "$first"
check "nothing is left" nothing_left

for moment in 0.05 0.15 0.3 0.5 0.8 1.1 1.4 2.0 3.0; do
  "$here/scripts/lab" up --name "$first" >/dev/null 2>&1 &
  victim=$!
  sleep "$moment"
  kill -KILL "$victim" 2>/dev/null
  wait "$victim" 2>/dev/null
  check "up killed after $moment s: down" lab down --name "$first"
  check "up killed after $moment s: nothing is left" nothing_left
done
for moment in 0.4 0.9 1.6; do
  "$here/scripts/lab" up --name "$first" >/dev/null 2>&1 &
  victim=$!
  sleep "$moment"
  kill -KILL "$victim" 2>/dev/null
  wait "$victim" 2>/dev/null
  check "up killed after $moment s: up again" lab up --name "$first"
  check "up killed after $moment s: all of it is up" lab status --name "$first"
  check "up killed after $moment s: down" lab down --name "$first"
done
check "nothing is left" nothing_left

# -- a clone in a private place with a long path ---------------------------------------------------------
copy_root=$(mktemp -d /root/lab-copy-$$.XXXXXX)
copy=$copy_root/a-folder-with-a-name-so-long/that-a-unix-socket-in-it/would-not-fit/into-the-107-bytes-it-may-have
chmod 700 "$copy_root"
mkdir -p "$copy"
cp -a scripts "$copy/"
check "up in a clone PostgreSQL's user cannot enter" "$copy/scripts/lab" up --name "$first"
check "its status" "$copy/scripts/lab" status --name "$first"
url_works() { [ "$(psql -qXAt "$("$copy/scripts/lab" url --name "$first")" -c 'SELECT 1')" = 1 ]; }
check "its URL works" url_works
check "its down" "$copy/scripts/lab" down --name "$first"
check "nothing is left" nothing_left
check "no shared memory is left" no_new_orphans

# -- words that make no sense ----------------------------------------------------------------------------
check "an unknown command is refused" fails lab flup
check "an unknown generation is refused" fails lab up --name "$first" --lava 1999.01
check "a lab's name is no path" fails lab up --name ../etc
check "an unknown word is refused" fails lab up --name "$first" now
check "env of a lab that is not up is refused" fails lab env --name "$first"
check "nothing is left" nothing_left

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
