#!/usr/bin/env bash
# Measures the page in a browser: the released program with its page, 14,000 generated entities, headless Chromium.
#   scripts/bench-web.sh             about 3 minutes on two cores when nothing has to be built
#   scripts/bench-web.sh --write     also writes the table into docs/benchmarks.md
#   scripts/bench-web.sh --runs 9    measures each thing so often; 5 by default
#   scripts/bench-web.sh --program P measures a program that is there already
# Numbers that miss their goal are no failure: the exit code says whether everything could be measured.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

options=() program='' command="./justw bench-web"
while [ "$#" -gt 0 ]; do
  case "$1" in
    --write) options+=(--write "$root/docs/benchmarks.md") ;;
    --runs) options+=(--runs "${2:?--runs needs a number}") command+=" --runs $2"; shift ;;
    --program) program=${2:?--program needs a path}; shift ;;
    *) die "usage: scripts/bench-web.sh [--write] [--runs N] [--program PATH]" ;;
  esac
  shift
done

scripts/tools.sh browser
if [ -z "$program" ]; then
  scripts/tools.sh page binary
  scripts/page.sh
  program=$(scripts/binary.sh release)
fi
CALLBOARD_CHROMIUM=$(scripts/chromium.sh)
export CALLBOARD_CHROMIUM
exec node e2e/bench/main.mjs --program "$program" --written-by "$command" ${options[@]+"${options[@]}"}
