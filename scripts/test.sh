#!/usr/bin/env bash
# Everything that must hold before a change is merged: `./justw test`.
#   scripts/test.sh [PART…]    only these parts
# Each part runs even when an earlier one failed, and a part that cannot run has failed. The closing line
# counts single tests where a part has them, and the part itself where it has none.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

results=$(mktemp -d "${TMPDIR:-/tmp}/callboard-test.XXXXXX")
trap 'rm -rf "$results"' EXIT
all_parts=(format clippy clippy-page scripts rust page-logic page page-size openapi configuration licences examples clients browser)

title_of() {
  case "$1" in
    format) echo "format" ;;
    clippy) echo "lints of server and model" ;;
    clippy-page) echo "lints of the page" ;;
    scripts) echo "scripts parse" ;;
    rust) echo "server and model, SQLite and PostgreSQL" ;;
    page-logic) echo "logic of the page" ;;
    page) echo "page builds" ;;
    page-size) echo "page within its size budget" ;;
    openapi) echo "openapi/callboard.json is current" ;;
    configuration) echo "docs/configuration.md is current" ;;
    licences) echo "licences of others are current" ;;
    examples) echo "example catalog is valid" ;;
    clients) echo "clients that others made or generated" ;;
    browser) echo "browser journeys" ;;
    *) return 1 ;;
  esac
}

# The server as the tests use it, built at most once a run. A copy: the build folder may be shared with
# another clone, which would replace the program while the browser tests run.
server() {
  if [ ! -x "$results/callboard" ]; then
    local built
    scripts/tools.sh page binary >&2
    scripts/page.sh >&2
    built=$(scripts/binary.sh)
    cp "$built" "$results/callboard"
  fi
  echo "$results/callboard"
}

part_format() {
  scripts/tools.sh lint
  cargo fmt --all --check
}
part_clippy() {
  scripts/tools.sh lint binary
  cargo clippy --locked --all-targets -- -D warnings
}
part_clippy-page() {
  scripts/tools.sh lint binary
  cargo clippy --locked -p frontend --all-targets -- -D warnings
}
part_scripts() {
  local file
  for file in scripts/*.sh .ci/run docker/*.sh; do bash -n "$file"; done
  sh -n justw
}
part_rust() {
  scripts/tools.sh test postgres
  scripts/with-postgres.sh cargo nextest run --locked --no-fail-fast ${CI:+--profile ci}
}
part_page-logic() {
  scripts/tools.sh test
  # No test yet is no failure: what is not logic has its tests in the browser.
  cargo nextest run --locked -p frontend --no-fail-fast --no-tests pass ${CI:+--profile ci}
}
part_page() {
  scripts/tools.sh page
  scripts/page.sh
}
part_page-size() { node scripts/page-size.mjs; }
part_openapi() {
  local program
  program=$(server)
  scripts/generated.sh check openapi "$program"
}
part_configuration() {
  local program
  program=$(server)
  scripts/generated.sh check configuration "$program"
}
part_licences() {
  scripts/tools.sh page binary
  node scripts/licences.mjs check
}
part_examples() {
  local program
  program=$(server)
  "$program" check examples/catalog-info.yaml
}
part_clients() {
  scripts/tools.sh clients
  local program
  program=$(server)
  scripts/clients.sh "$program" "$results/clients"
}
part_browser() {
  scripts/tools.sh browser
  local chromium program
  chromium=$(scripts/chromium.sh)
  program=$(server)
  (cd e2e && node_modules/.bin/tsc --noEmit)
  (cd e2e && CALLBOARD_BIN="$program" CALLBOARD_CHROMIUM="$chromium" CALLBOARD_E2E_RESULTS="$results/browser.json" \
    node_modules/.bin/playwright test)
}

# count PART STATUS: passed, failed and skipped tests of a part, from what its runner printed.
count() {
  local part=$1 status=$2 passed=0 failed=0 skipped=0 line suite_passed suite_failed
  case "$part" in
    rust | page-logic)
      line=$(sed $'s/\033\\[[0-9;]*m//g' "$results/$part.log" | grep -aE '^ *Summary \[.*\] .*tests? run:' | tail -n 1 || true)
      passed=$(number "$line" passed) failed=$(($(number "$line" failed) + $(number "$line" 'timed out')))
      skipped=$(number "$line" skipped)
      ;;
    clients)
      for line in "$results"/clients/*; do
        [ -f "$line" ] || continue
        read -r suite_passed suite_failed <"$line"
        passed=$((passed + suite_passed)) failed=$((failed + suite_failed))
      done
      ;;
    browser)
      if [ -f "$results/browser.json" ]; then
        read -r passed failed skipped < <(node -e '
          const { stats } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
          console.log(stats.expected, stats.unexpected + stats.flaky, stats.skipped);' "$results/browser.json")
      fi
      ;;
  esac
  # A part without single tests counts as one; so does one that stopped before its first test.
  if [ "$((passed + failed))" -eq 0 ] && [ "$status" -eq 0 ]; then passed=1; fi
  if [ "$failed" -eq 0 ] && [ "$status" -ne 0 ]; then failed=1; fi
  echo "$passed $failed $skipped"
}

# number "… 12 passed (1 slow), 3 failed …" passed: 12, or 0 where the word is missing.
number() {
  local found
  found=$(printf '%s' "$1" | grep -oE "[0-9]+ $2" | tail -n 1 || true)
  echo "${found%% *}" | grep -E '^[0-9]+$' || echo 0
}

parts=("$@")
[ $# -gt 0 ] || parts=("${all_parts[@]}")
for part in "${parts[@]}"; do
  title_of "$part" >/dev/null || die "no part '$part'; the parts are: ${all_parts[*]}"
done

summary='' total_passed=0 total_failed=0 total_skipped=0
for part in "${parts[@]}"; do
  title=$(title_of "$part")
  printf '\n── %s\n' "$title"
  started=$SECONDS status=0
  # Not in a condition: bash would ignore `set -e` inside the part.
  set +e
  (
    set -euo pipefail
    "part_$part"
  ) </dev/null 2>&1 | tee "$results/$part.log"
  status=${PIPESTATUS[0]}
  set -e
  read -r passed failed skipped < <(count "$part" "$status")
  total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed)) total_skipped=$((total_skipped + skipped))
  if [ "$failed" -eq 0 ]; then mark='✓'; else mark='✗'; fi
  summary+=$(printf '  %s %-42s %6d passed %5d failed %5d skipped  %s' "$mark" "$title" "$passed" "$failed" "$skipped" "$(duration $((SECONDS - started)))")$'\n'
done

printf '\n── summary\n%s\n' "$summary"
line="$total_passed passed, $total_failed failed"
if [ "$total_skipped" -gt 0 ]; then line+=", $total_skipped skipped"; fi
echo "$line"
[ "$total_failed" -eq 0 ]
