#!/usr/bin/env bash
# Builds the web page into frontend/dist, for release, unless what it is made of has not changed.
#   scripts/page.sh            build if needed
#   scripts/page.sh --serve    rebuild on every save and serve on http://localhost:7180
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
stamp=frontend/.page-stamp

# Contents, not times: a checkout gives old files new times.
inputs() {
  {
    find frontend shared/src -path frontend/dist -prune -o -type f ! -path "$stamp" -print0
    printf '%s\0' Cargo.toml Cargo.lock shared/Cargo.toml Trunk.toml scripts/page.sh scripts/wasm-env.sh \
      .cargo/config.toml scripts/finish-page.sh scripts/split-page.mjs scripts/bundle-styles.mjs \
      scripts/compress-dist.mjs scripts/build-tools/package-lock.json
  } | sort -z | xargs -0 sha256sum | sha256sum
}

trunk_run() {
  (
    . scripts/wasm-env.sh
    # What the terminal or CI sets for other programs, and Trunk would take for its own options.
    unset NO_COLOR
    exec trunk "$@"
  )
}

# With the page's own compiler: where the standard library is built from its sources, its crates are fetched too.
fetch_crates() {
  (
    . scripts/wasm-env.sh
    cargo fetch --locked --target wasm32-unknown-unknown
  )
}

if [ "${1:-}" = --serve ]; then
  stage "Downloading what the page is made of" fetch_crates || die "cargo could not download the page's crates; see above."
  # A folder of its own: the page that `./justw dev` serves and binaries embed stays the release build.
  mkdir -p target/page-dev
  trunk_run serve --skip-version-check --dist "$root/target/page-dev"
  exit
fi

now=$(inputs)
if [ -f frontend/dist/index.html ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then exit 0; fi
rm -f "$stamp"
# Trunk runs cargo offline, so that a missing tool is an error and never a download: what is compiled must be here.
stage "Downloading what the page is made of" fetch_crates || die "cargo could not download the page's crates; see above."
stage "Building the web page" trunk_run build --release --skip-version-check ||
  die "The page did not build; see above."
rm -f frontend/dist/.trunk-lock # Trunk leaves its lock file; it would be embedded with the rest
printf '%s\n' "$now" >"$stamp"
