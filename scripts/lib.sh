# shellcheck shell=bash
# What the scripts of this folder share: where things are, and how a stage reports itself.
# Source it; it changes to the root of the clone.

shopt -s inherit_errexit # a failure inside $(…) ends the script too
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd -- "$root" || exit 1
export CALLBOARD_TOOLS="${CALLBOARD_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/callboard/tools}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}"
# Trunk and cargo run in different directories, so a relative path would mean different folders.
case "$CARGO_TARGET_DIR" in /*) ;; *) export CARGO_TARGET_DIR="$root/$CARGO_TARGET_DIR" ;; esac
case ":$PATH:" in *":$CALLBOARD_TOOLS/bin:"*) ;; *) export PATH="$CALLBOARD_TOOLS/bin:$PATH" ;; esac

logs="$root/target/log"

# Prints a message and ends the script.
die() {
  printf '\n%s\n' "$*" >&2
  exit 1
}

# Seconds as `7 s` or `3 min 05 s`.
duration() {
  if [ "$1" -lt 60 ]; then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

# stage "what happens" command…
#
# Runs a command and shows one line for it: a live one with the seconds and the command's last words on a
# terminal, a sign of life every 30 s elsewhere. The output goes to target/log; on failure its end is shown.
# Answers the command's exit code.
stage() {
  local title=$1 log started=$SECONDS line='' part='' hint='' shown=-1 now status
  shift
  mkdir -p "$logs"
  log="$logs/$(printf '%s' "$title" | tr -cs 'A-Za-z0-9' '-' | sed 's/^-//; s/-$//').log"
  : >"$log"
  # The loop reads with a time limit, so the line also moves while the command is silent.
  "$@" </dev/null 2>&1 | {
    trap '' INT # Ctrl-C ends the command; what it says then still belongs in the log.
    while :; do
      if IFS= read -r -t 1 part; then
        line+=$part part=''
        printf '%s\n' "$line" >>"$log"
        if [ -n "${line//[[:space:]]/}" ]; then hint=$line; fi
        line=''
      else
        status=$?
        line+=$part part=''
        if [ "$status" -le 128 ]; then
          if [ -n "$line" ]; then printf '%s\n' "$line" >>"$log"; fi
          break
        fi
      fi
      now=$((SECONDS - started))
      if [ -t 2 ]; then
        if [ "$now" -ne "$shown" ]; then
          shown=$now
          hint_shown=$(printf '%s' "$hint" | tr -d '\033\r' | cut -c "1-$((${COLUMNS:-80} - ${#title} - 20 > 10 ? ${COLUMNS:-80} - ${#title} - 20 : 10))")
          printf '\r\033[K  … %s (%s)  %s' "$title" "$(duration "$now")" "$hint_shown" >&2
        fi
      elif [ $((now / 30)) -gt "$shown" ]; then
        shown=$((now / 30))
        if [ "$now" -ge 30 ]; then printf '  … %s (%s)  %s\n' "$title" "$(duration "$now")" "$hint" >&2; fi
      fi
    done
  }
  status=${PIPESTATUS[0]}
  if [ -t 2 ]; then printf '\r\033[K' >&2; fi
  if [ "$status" -eq 0 ]; then
    printf '  ✓ %s (%s)\n' "$title" "$(duration $((SECONDS - started)))" >&2
  else
    printf '  ✗ %s failed (%s); the end of %s:\n\n' "$title" "$(duration $((SECONDS - started)))" "${log#"$root"/}" >&2
    tail -n 40 "$log" >&2
    printf '\n' >&2
  fi
  return "$status"
}

# A port of the loopback interface that nothing listens on now.
free_port() {
  node -e 'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}
