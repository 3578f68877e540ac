#!/usr/bin/env bash
# Builds the portal and lays out what the image holds.
#   docker/build.sh FOLDER     writes FOLDER/usr/local/bin/callboard and FOLDER/opt/callboard
# Runs inside the image's build stage, and as well on any machine where ./justw runs.
set -euo pipefail
out=${1:?usage: docker/build.sh FOLDER}
mkdir -p "$out"
out=$(cd -- "$out" && pwd)
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
./justw build-release
install -D -m 755 "${CARGO_TARGET_DIR:-target}/release/callboard" "$out/usr/local/bin/callboard"
install -D -m 755 docker/health.sh "$out/opt/callboard/health.sh"
install -D -m 644 docker/app-config.yaml "$out/opt/callboard/app-config.yaml"
cp -R examples "$out/opt/callboard/examples"
