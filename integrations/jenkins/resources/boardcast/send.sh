#!/bin/sh
# Sends a build's record to Boardcast and, if asked, waits for its boards. curl is all it needs beside a POSIX shell.
# The GitHub action and the Jenkins step run this; it can be run by itself too.
#
#   send.sh RECORD.json
#
# BOARDCAST_URL       the lab's address, such as https://lab.example.org:8070
# BOARDCAST_TOKEN     a LAVA API token
# BOARDCAST_WAIT      true: wait until every job is over, and fail unless all ended Complete
# BOARDCAST_TIMEOUT   how many seconds to wait at most, a day if not said; the jobs go on
# BOARDCAST_RETRIES   how often a lab that cannot be reached is tried again, 6 times within a minute if not said
#
# Exit code: 0 all is well; 1 the event was not taken; 2 called wrongly; 3 a job did not end Complete, or no rule gave
# the event to any board; 4 the time was up.
set -eu

folder=
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

# end CODE WORDS: ends the build with one line that is seen.
end() {
  code=$1
  shift
  if [ -n "${GITHUB_ACTIONS:-}" ]; then
    # Percent signs first: they begin an escape there.
    printf '::error title=Boardcast::%s\n' "$(printf '%s' "$*" | sed 's/%/%25/g')"
  fi
  printf 'boardcast: %s\n' "$*" >&2
  exit "$code"
}

# call FILE CURL-OPTIONS...: the status of the answer, 000 for none; the answer is in FILE. The token goes by standard
# input, so that no list of processes shows it, and what curl says of its options is nobody's business.
call() {
  answer=$1
  shift
  printf 'header = "Authorization: Token %s"\n' "$BOARDCAST_TOKEN" |
    curl --config - --silent --show-error --output "$answer" --write-out '%{http_code}' "$@" 2>"$folder/trouble" || :
}

# shown: the beginning of what comes in, on one line, without control characters.
shown() { tr -d '\000-\037\177' | cut -c1-500; }

# value NAME: what the report says.
value() { sed -n "s/^$1: //p" "$folder/report"; }

record=${1:-}
wait=${BOARDCAST_WAIT:-false}
timeout=${BOARDCAST_TIMEOUT:-86400}
retries=${BOARDCAST_RETRIES:-6}
[ -n "$record" ] || end 2 "which record? call it as: send.sh RECORD.json"
[ -r "$record" ] || end 2 "the record $record cannot be read; does the step before this one write it?"
[ -n "${BOARDCAST_URL:-}" ] || end 2 "BOARDCAST_URL is not set; it is the lab's address"
[ -n "${BOARDCAST_TOKEN:-}" ] || end 2 "BOARDCAST_TOKEN is not set; is the secret there for this branch?"
case $BOARDCAST_TOKEN in
  *[!A-Za-z0-9._-]*) end 2 "BOARDCAST_TOKEN is no LAVA API token; it is made of letters and digits" ;;
esac
case $wait in
  true | false) ;;
  *) end 2 "wait is '$wait'; it is true or false" ;;
esac
case $timeout in
  '' | *[!0-9]*) end 2 "the timeout is '$timeout'; it is a number of seconds" ;;
esac
command -v curl >/dev/null || end 2 "curl is not here; install it"
folder=$(mktemp -d)
events=${BOARDCAST_URL%/}/api/v1/events

status=$(call "$folder/receipt" --max-time 60 --retry "$retries" --retry-connrefused \
  --header 'Content-Type: application/json' --data-binary @"$record" "$events")
case $status in
  2??) ;;
  # Each try has said the same.
  000) end 1 "$BOARDCAST_URL cannot be reached: $(tail -n 1 "$folder/trouble" | shown)" ;;
  401 | 403) end 1 "the lab does not know the token (HTTP $status)" ;;
  *) end 1 "the lab refused the record with HTTP $status: $(shown <"$folder/receipt")" ;;
esac
event=$(tr -d '\n' <"$folder/receipt" | sed -n 's/.*"id": *\([0-9][0-9]*\).*/\1/p')
[ -n "$event" ] || end 1 "$BOARDCAST_URL gave an answer that is not Boardcast's"
echo "boardcast: event $event, $events/$event"
[ -z "${GITHUB_OUTPUT:-}" ] || echo "event=$event" >>"$GITHUB_OUTPUT"
[ "$wait" = true ] || exit 0

begun=$(date +%s)
before=
while :; do
  left=$((begun + timeout - $(date +%s)))
  [ "$left" -gt 0 ] || end 4 "event $event is not over after $timeout s; its jobs go on, $events/$event tells how"
  [ "$left" -lt 60 ] || left=60
  status=$(call "$folder/report" --max-time 120 --header 'Accept: text/plain' "$events/$event?wait=$left")
  case $status in
    200)
      now=$(cat "$folder/report")
      [ "$now" = "$before" ] || printf '%s\n' "$now"
      before=$now
      case $(value over) in
        yes) break ;;
        no) ;;
        *) end 1 "$BOARDCAST_URL gave an answer that is not Boardcast's" ;;
      esac
      ;;
    # A restart of the lab's server is no reason to fail a build.
    000 | 429 | 5??) sleep 5 ;;
    *) end 1 "event $event cannot be seen: HTTP $status" ;;
  esac
done
[ -z "${GITHUB_OUTPUT:-}" ] || echo "passed=$(value passed)" >>"$GITHUB_OUTPUT"
[ "$(value passed)" = yes ] && exit 0
[ "$(value boards)" != 0 ] || end 3 "no rule gave event $event to any board; 'boardcast explain' at the lab says why"
end 3 "$(value complete) of $(value boards) jobs of event $event ended Complete"
