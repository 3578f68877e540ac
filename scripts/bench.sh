#!/usr/bin/env bash
# Measures the optimised program: the read model by itself, then the whole portal over HTTP.
#   scripts/bench.sh                 everything, about 12 minutes on two cores when nothing has to be built
#   scripts/bench.sh quick           the portal with 14,000 entities, about 2 minutes
#   scripts/bench.sh relevance       how well search finds what people look for, and nothing else; with Meilisearch where
#                                    MEILI_URL (and MEILI_KEY) name a server
#   scripts/bench.sh --write         also writes the table into docs/benchmarks.md
#   scripts/bench.sh --postgres      on a throw-away PostgreSQL instead of SQLite
# Other options go to the benchmark of the portal; --help lists them. Numbers that miss their goal are no
# failure: the exit code says whether everything could be measured.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

with=() options=() is_quick=no command="./justw bench"
for argument in "$@"; do
  case "$argument" in
    quick) is_quick=yes options+=(--quick) ;;
    --write) options+=(--write "$root/docs/benchmarks.md") ;;
    --postgres) with=(scripts/with-postgres.sh) ;;
    *) options+=("$argument") ;;
  esac
  if [ "$argument" != --write ]; then command+=" $argument"; fi
done

scripts/tools.sh page binary
scripts/page.sh
# With the features of the release, so that the program which is measured is the one that is shipped.
bench=(cargo bench --locked -p backend --features embed-page,jemalloc)
if [ "${1:-}" = relevance ]; then
  shift
  exec "${bench[@]}" --quiet --bench relevance -- "$@"
fi
stage "Building the server and the benchmarks, optimised" "${bench[@]}" --no-run --bench index --bench portal ||
  die "The benchmarks did not build; see above."

if [ "$is_quick" = no ]; then "${bench[@]}" --quiet --bench index; fi
if [ "${#with[@]}" -gt 0 ]; then
  scripts/tools.sh postgres
  # shellcheck disable=SC2016 # the inner shell knows the address
  exec "${with[@]}" bash -c '"$@" --postgres "$CALLBOARD_TEST_POSTGRES_URL"' _ \
    "${bench[@]}" --quiet --bench portal -- --written-by "$command" "${options[@]}"
fi
exec "${bench[@]}" --quiet --bench portal -- --written-by "$command" "${options[@]}"
