#!/bin/sh
# What is left to do for a page that Trunk has built, before it is moved to its place. Trunk.toml calls it.
set -eu
cd "$TRUNK_SOURCE_DIR/.."
program="$CARGO_TARGET_DIR/wasm32-unknown-unknown"
if [ "$TRUNK_PROFILE" = release ]; then
  node scripts/split-page.mjs "$TRUNK_STAGING_DIR" "$program/wasm-release/frontend.wasm" --release
  node scripts/bundle-styles.mjs "$TRUNK_STAGING_DIR"
  exec node scripts/compress-dist.mjs "$TRUNK_STAGING_DIR"
fi
exec node scripts/split-page.mjs "$TRUNK_STAGING_DIR" "$program/debug/frontend.wasm"
