#!/usr/bin/env bash
# Runs a command beside a throw-away PostgreSQL and exports its address as CALLBOARD_TEST_POSTGRES_URL.
#   scripts/with-postgres.sh cargo nextest run
#   scripts/with-postgres.sh --find            prints the folder of the server programs
# The cluster lives in a temporary folder, listens on loopback only, asks for a random password, trades
# durability for speed, and is gone when the command ends, however it ends. A CALLBOARD_TEST_POSTGRES_URL
# that is set already is used as it is.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# The newest PostgreSQL of this machine, without caring whether its programs are on PATH.
find_programs() {
  local folder
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(dirname -- "$(readlink -f "$(command -v initdb || echo /nonexistent)")")"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/postgres" ]; then
      echo "$folder"
      return
    fi
  done
  echo "no PostgreSQL server programs found: run 'scripts/tools.sh postgres'" >&2
  return 1
}

programs=$(find_programs)
case "${1:-}" in
  --find) echo "$programs"; exit 0 ;;
  '') die "usage: scripts/with-postgres.sh COMMAND…" ;;
esac
if [ -n "${CALLBOARD_TEST_POSTGRES_URL:-}" ]; then exec "$@"; fi

# PostgreSQL refuses to run as root.
as_server() {
  if [ "$(id -u)" -eq 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/callboard-postgres.XXXXXX")
child=''
stop() {
  trap '' INT TERM HUP
  if [ -n "$child" ]; then kill -TERM "$child" 2>/dev/null || true; wait "$child" 2>/dev/null || true; fi
  # Immediate: nobody needs this data, so nothing has to be written back.
  if [ -f "$folder/data/postmaster.pid" ]; then
    as_server "$programs/pg_ctl" -D "$folder/data" -m immediate -w -t 30 stop >/dev/null ||
      echo "the throw-away PostgreSQL in $folder did not stop" >&2
  fi
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s\n' "$password" >"$folder/password")
if [ "$(id -u)" -eq 0 ]; then chown -R postgres "$folder"; fi
# `password`, not the usual scram: its 4,096 rounds of hashing on the client's side would cost an unoptimised
# test binary more than the queries do.
as_server "$programs/initdb" -D "$folder/data" -U callboard --pwfile="$folder/password" \
  --auth-local=reject --auth-host=password --encoding=UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 ||
  die "initdb failed:
$(cat "$folder/initdb.log")"

cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
CONF

# The port is free when it is chosen and may be taken a moment later, so there is more than one try.
for attempt in 1 2 3; do
  port=$(free_port)
  if as_server "$programs/pg_ctl" -D "$folder/data" -l "$folder/server.log" -o "-p $port" -w -t 60 start >"$folder/start.log" 2>&1 </dev/null; then
    break
  elif [ "$attempt" -eq 3 ]; then
    die "the throw-away PostgreSQL did not start:
$(cat "$folder/start.log" "$folder/server.log")"
  fi
done

export CALLBOARD_TEST_POSTGRES_URL="postgres://callboard:$password@127.0.0.1:$port/postgres"
# In the background, so that a signal is handled at once and not after the command.
"$@" <&0 &
child=$!
status=0
wait "$child" || status=$?
child=''
exit "$status"
