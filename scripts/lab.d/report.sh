# What the lab tells its user: progress with seconds, and one clear line when it cannot go on.

started_at=$EPOCHREALTIME

# say WORDS: one progress line, with the seconds since the command began. On stderr: stdout is for facts.
say() {
  local now=$EPOCHREALTIME tenths
  tenths=$(((${now/[.,]/} - ${started_at/[.,]/}) / 100000))
  printf '%4d.%d s  %s\n' $((tenths / 10)) $((tenths % 10)) "$*" >&2
}

# refuse WHAT: ends the command with one line that says what is wrong and how to mend it.
refuse() {
  printf 'scripts/lab: %s\n' "$*" >&2
  exit 1
}

# refuse_with_log WHAT FILE: the same, with the last lines of the log that says why.
refuse_with_log() {
  if [ -s "$2" ]; then
    tail -n 15 "$2" | sed 's/^/    /' >&2
  fi
  refuse "$1 (log: $2)"
}

no_more_words() {
  [ ${#rest[@]} -eq 0 ] || refuse "$command does not understand '${rest[0]}'; see scripts/lab --help"
}
