#!/usr/bin/env bash
# The committed files that the server writes about itself.
#   scripts/generated.sh write openapi|configuration SERVER
#   scripts/generated.sh check openapi|configuration SERVER    fails and shows the difference
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
action=${1:-} what=${2:-} server=${3:-}
case "$what" in
  openapi) file=openapi/callboard.json command=(openapi) recipe=openapi ;;
  configuration) file=docs/configuration.md command=(config reference) recipe=config-reference ;;
  *) die "usage: scripts/generated.sh write|check openapi|configuration SERVER" ;;
esac

# Beside the target, so that the rename is atomic and a failure leaves the old file alone.
mkdir -p "$(dirname -- "$file")"
new=$(mktemp "$file.XXXXXX")
trap 'rm -f "$new"' EXIT
[ -x "$server" ] || die "no server to ask: '$server' cannot be run"
"$server" "${command[@]}" >"$new"
[ -s "$new" ] || die "'callboard ${command[*]}' printed nothing"

case "$action" in
  write)
    chmod 644 "$new"
    mv "$new" "$file"
    echo "wrote $file"
    ;;
  check)
    [ -f "$file" ] || die "$file is missing: run ./justw $recipe and commit it"
    diff -u "$file" "$new" || die "$file differs from what the server says: run ./justw $recipe, read the difference, and commit it"
    ;;
  *) die "usage: scripts/generated.sh write|check openapi|configuration SERVER" ;;
esac
