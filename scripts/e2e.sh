#!/usr/bin/env bash
# Browser tests against the real server, built from what is here; arguments go to `playwright test`.
# CALLBOARD_BIN names another server, CALLBOARD_CHROMIUM another browser.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
scripts/tools.sh browser
if [ -z "${CALLBOARD_BIN:-}" ]; then
  scripts/tools.sh page binary
  scripts/page.sh
  CALLBOARD_BIN=$(scripts/binary.sh)
fi
CALLBOARD_CHROMIUM=$(scripts/chromium.sh)
export CALLBOARD_BIN CALLBOARD_CHROMIUM
cd e2e
exec node_modules/.bin/playwright test "$@"
