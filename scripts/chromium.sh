#!/usr/bin/env bash
# Prints the Chromium that the browser tests drive; CALLBOARD_CHROMIUM names another one.
set -euo pipefail
if [ -n "${CALLBOARD_CHROMIUM:-}" ]; then
  [ -x "$CALLBOARD_CHROMIUM" ] || { echo "CALLBOARD_CHROMIUM: '$CALLBOARD_CHROMIUM' cannot be run" >&2; exit 1; }
  echo "$CALLBOARD_CHROMIUM"
  exit 0
fi
for name in chromium google-chrome-stable google-chrome; do
  path=$(command -v "$name" || true)
  case "$(readlink -f "${path:-/}")" in / | */snap) continue ;; esac
  echo "$path"
  exit 0
done
# Playwright's own, where it was installed.
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../e2e"
path=$(node -p 'require("@playwright/test").chromium.executablePath()' 2>/dev/null || true)
if [ -n "$path" ] && [ -x "$path" ]; then
  echo "$path"
  exit 0
fi
echo "no Chromium found: run 'scripts/tools.sh browser', or name one in CALLBOARD_CHROMIUM" >&2
exit 1
