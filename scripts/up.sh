#!/usr/bin/env bash
# From a clone to a running portal: tools, page, server, start. What is there already is skipped.
#   scripts/up.sh [PORT] [dev|release]
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
port=${1:-7007}
profile=${2:-dev}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

# The state of the readiness check: the HTTP status, or nothing while there is no answer.
readiness() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET /.backstage/health/v1/readiness HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
    IFS=' ' read -r -t 5 _ status _ <&3
    printf '%s' "$status"
  ) 2>/dev/null
}

case "$profile" in dev | release) ;; *) die "usage: ./justw up [PORT] [dev|release]" ;; esac
case "$port" in '' | *[!0-9]*) die "usage: ./justw up [PORT] [dev|release]" ;; esac
# Said now, not after ten minutes of building.
if answers; then
  die "Something listens on port $port already: stop it, or choose another port with './justw up 7008'."
fi

if ! command -v trunk >/dev/null 2>&1; then
  printf '  The first start compiles tools, page and server: about 20 minutes on 2 cores. Later ones take seconds.\n' >&2
fi
scripts/tools.sh page binary
scripts/page.sh
binary=$(scripts/binary.sh "$profile")

# Says where the portal is as soon as it answers, while the server below has the terminal.
(
  server=$$
  for ((tenths = 0; tenths < 600; tenths++)); do
    kill -0 "$server" 2>/dev/null || exit 0
    if [ "$(readiness)" = 200 ]; then
      printf '\n  Callboard is running on http://localhost:%s (stop it with Ctrl-C)\n\n' "$port" >&2
      exit 0
    fi
    sleep 0.1
  done
) &
printf '  … Starting the portal with the example catalog\n' >&2
exec "$binary" serve --config app-config.yaml --port "$port"
