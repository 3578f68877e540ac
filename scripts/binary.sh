#!/usr/bin/env bash
# Builds the server with the page inside.
#   scripts/binary.sh            for `./justw up` and the browser tests, at $CARGO_TARGET_DIR/debug/callboard
#   scripts/binary.sh release    optimised, at $CARGO_TARGET_DIR/release/callboard
#   scripts/binary.sh plain      without the page, for what only prints: at $CARGO_TARGET_DIR/debug/callboard
# The quick one is cargo's dev profile: its dependencies are those of the tests, so that a machine which
# runs both compiles them once, and it takes a third of the time of the release build. The feature
# `embed-page` puts frontend/dist into it; a plain `cargo build` reads that folder at run time instead.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

case "${1:-dev}" in
  dev) profile=debug title="Building the server" options=(--features embed-page) ;;
  release) profile=release title="Building the server, optimised" options=(--release --features embed-page,jemalloc) ;;
  plain) profile=debug title="Building the server without its page" options=() ;;
  *) die "usage: scripts/binary.sh [dev|release|plain]" ;;
esac
# What a release was built from, for Settings, About. Other builds leave it out: each commit would compile the server anew.
if [ "$profile" = release ] && [ -z "${CALLBOARD_COMMIT:-}" ]; then
  CALLBOARD_COMMIT=$(git rev-parse --short HEAD 2>/dev/null || true)
  export CALLBOARD_COMMIT
fi
stage "$title" cargo build --locked -p backend --bin callboard "${options[@]}" ||
  die "The server did not build; see above."
echo "$CARGO_TARGET_DIR/$profile/callboard"
