#!/usr/bin/env bash
# Clients that others made or generated, against the real server; what they need is installed by `scripts/tools.sh clients`.
#   scripts/clients.sh SERVER RESULTS [SUITE…]    RESULTS is a folder that gets a file "passed failed" for each suite
# The suites: catalog-client typescript python rust schemathesis. All share one portal with the
# example catalog, a data folder of its own and a free port; schemathesis comes last, since it deletes what it finds.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
[ $# -ge 2 ] || die "usage: scripts/clients.sh SERVER RESULTS [SUITE…]"
server=$1 results=$2
shift 2
suites=("$@")
[ $# -gt 0 ] || suites=(catalog-client typescript python rust schemathesis)
[ -x "$server" ] || die "no server to ask: '$server' cannot be run"
server=$(realpath -- "$server")
mkdir -p "$results"
results=$(realpath -- "$results")

document="$root/openapi/callboard.json"
clients="$root/e2e/clients"
python="$CALLBOARD_TOOLS/clients-python/bin/python"
work=$(mktemp -d "${TMPDIR:-/tmp}/callboard-clients.XXXXXX")
portal=''
end() {
  if [ -n "$portal" ] && kill "$portal" 2>/dev/null; then wait "$portal" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap end EXIT

wants() {
  local suite
  for suite in "${suites[@]}"; do [ "$suite" != "$1" ] || return 0; done
  return 1
}

# What is generated; each of these commands is in docs/api.md, too.
generate() {
  if wants catalog-client || wants typescript; then
    rm -rf "$clients/generated" "$clients/build"
    mkdir -p "$clients/generated"
    stage "Generating the TypeScript client" \
      "$clients/node_modules/.bin/openapi-typescript" "$document" --output "$clients/generated/callboard.d.ts"
    (cd "$clients" && stage "Compiling the TypeScript clients" node_modules/.bin/tsc)
  fi
  if wants python; then
    stage "Generating the Python client" "$python" -m openapi_python_client generate --path "$document" --meta none \
      --config "$clients/python/generator.yaml" --output-path "$work/python/callboard_client" --fail-on-warning
  fi
  if wants rust; then
    rm -rf "$clients/rust/generated"
    stage "Generating the Rust client" oas3-gen generate client-mod --workspace --no-ordered-collections \
      --input "$document" --output "$clients/rust/generated"
    stage "Compiling the Rust client" cargo test --locked --no-run --manifest-path "$clients/rust/Cargo.toml"
  fi
}

# Starts the portal and waits until it is ready.
start() {
  local port tenths
  port=$(free_port)
  CALLBOARD_CLIENTS_SOURCE_PORT=$(free_port)
  CALLBOARD_CLIENTS_TOKEN=$(node -p 'require("crypto").randomBytes(24).toString("base64url")')
  CALLBOARD_URL="http://127.0.0.1:$port"
  export CALLBOARD_URL CALLBOARD_CLIENTS_TOKEN CALLBOARD_CLIENTS_SOURCE_PORT
  cp -r "$root/examples" "$root/app-config.yaml" "$clients/portal.yaml" "$work/"
  (cd "$work" && exec "$server" serve --config app-config.yaml --config portal.yaml --port "$port" >"$work/portal.log" 2>&1) &
  portal=$!
  for ((tenths = 0; tenths < 600; tenths++)); do
    if [ "$(ask GET /.backstage/health/v1/readiness)" = '{"status":"ok"}' ]; then return; fi
    kill -0 "$portal" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/portal.log" >&2
  die "the portal did not start; see above"
}

# ask METHOD PATH: the body of an answer, or nothing where there is none.
ask() {
  node -e 'fetch(process.env.CALLBOARD_URL + process.argv[2], { method: process.argv[1] })
    .then((answer) => answer.text()).then((text) => process.stdout.write(text), () => {})' "$1" "$2"
}

# result SUITE PASSED FAILED
result() { echo "$2 $3" >"$results/$1"; }

run_node() {
  local suite=$1 status=0 tap="$work/$1.tap"
  node --test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="$tap" \
    "$clients/build/$suite/" || status=$?
  result "$suite" "$(sed -n 's/^# pass //p' "$tap")" "$(sed -n 's/^# fail //p' "$tap")"
  return "$status"
}

run_python() {
  local status=0 ran failed
  PYTHONPATH="$work/python" "$python" -m unittest discover --verbose --start-directory "$clients/python" 2>&1 |
    tee "$work/python.log" || status=$?
  ran=$(sed -n 's/^Ran \([0-9]*\) tests\{0,1\} .*/\1/p' "$work/python.log")
  failed=$(grep -cE '^(FAIL|ERROR): ' "$work/python.log" || true)
  result python "$((${ran:-0} - failed))" "$failed"
  return "$status"
}

run_rust() {
  local status=0 line
  cargo test --locked --no-fail-fast --manifest-path "$clients/rust/Cargo.toml" 2>&1 | tee "$work/rust.log" || status=$?
  line=$(grep -E '^test result: ' "$work/rust.log" | tail -n 1 || true)
  result rust "$(grep -oE '[0-9]+ passed' <<<"$line" | cut -d' ' -f1)" "$(grep -oE '[0-9]+ failed' <<<"$line" | cut -d' ' -f1)"
  return "$status"
}

# schemathesis_as "who" [option…]: one run; the operations it asked are added to $operations, those with failures to $failures.
schemathesis_as() {
  local who=$1 status=0 report="$work/schemathesis.xml"
  shift
  printf '\n  %s\n' "$who"
  (cd "$work" && "$(dirname -- "$python")/schemathesis" --config-file "$clients/schemathesis/schemathesis.toml" run "$document" \
    --url "$CALLBOARD_URL" --report junit --report-junit-path "$report" "$@") || status=$?
  local tests=0 broken=0
  read -r tests broken < <("$python" - "$report" <<'PY'
import sys
import xml.etree.ElementTree

cases = list(xml.etree.ElementTree.parse(sys.argv[1]).iter("testcase"))
broken = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
print(len(cases), len(broken))
PY
  ) || true
  operations=$((operations + tests)) failures=$((failures + broken))
  return "$status"
}

run_schemathesis() {
  local status=0 guest operations=0 failures=0
  guest=$(ask POST /api/auth/guest/refresh | node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).backstageIdentity.token')
  schemathesis_as "everything, with a token that may do everything" --header "Authorization: Bearer $CALLBOARD_CLIENTS_TOKEN" || status=$?
  schemathesis_as "what belongs to a person, as a guest" --header "Authorization: Bearer $guest" \
    --include-tag user-settings --include-operation-id user_info_get || status=$?
  schemathesis_as "everything, without a token" --phases coverage || status=$?
  # A server that fell over would have been found by the requests after it, but not by the last one.
  [ "$(ask GET /.backstage/health/v1/readiness)" = '{"status":"ok"}' ] || { echo "the portal is not ready any more" && status=1; }
  result schemathesis "$((operations - failures))" "$failures"
  return "$status"
}

generate
start
failed=()
for suite in "${suites[@]}"; do
  printf '\n%s\n' "$suite"
  result "$suite" 0 1 # until it says better
  case "$suite" in
    catalog-client | typescript) run_node "$suite" || failed+=("$suite") ;;
    python | rust | schemathesis) "run_$suite" || failed+=("$suite") ;;
    *) die "scripts/clients.sh knows no '$suite'" ;;
  esac
done
if [ "${#failed[@]}" -gt 0 ]; then
  printf '\nThe end of what the portal said:\n' >&2
  tail -n 40 "$work/portal.log" >&2
  die "failed: ${failed[*]}"
fi
