# shellcheck shell=sh
# Chooses the compiler that builds the page for the browser. Source it in a subshell, never in a native build:
#   ( . scripts/wasm-env.sh && cargo build -p frontend --target wasm32-unknown-unknown )
#
# The usual way is rustup's target. Where rustup's downloads are out of reach, Debian's packages stand in:
# their compiler builds the standard library from its sources. Both build the same project files.
# CALLBOARD_WASM_TOOLCHAIN=rustup|debian asks for one of them; the default takes what is installed.
# The browser build always has a target directory of its own, so that the two compilers do not
# throw away each other's work.

wasm_debian_packages="rustc-web cargo-web rust-web-src rust-web-llvm lld-22"

wasm_has_rustup_target() {
  [ -d "$(rustc --print sysroot 2>/dev/null)/lib/rustlib/wasm32-unknown-unknown/lib" ]
}

wasm_has_debian_packages() {
  [ -f /usr/lib/rustlib/src/rust/library/Cargo.lock ] && [ -x /usr/bin/cargo ] && [ -x /usr/bin/rustc ]
}

wasm_env() {
  if [ "${CALLBOARD_WASM_TOOLCHAIN:-rustup}" = rustup ] && wasm_has_rustup_target; then
    return 0
  fi
  if [ "${CALLBOARD_WASM_TOOLCHAIN:-debian}" = debian ] && wasm_has_debian_packages; then
    if command -v rustup >/dev/null 2>&1; then
      export RUSTUP_TOOLCHAIN=/usr # a directory: rustup's own commands then run what is in it
    else
      export PATH="/usr/bin:$PATH"
    fi
    # Only for building the standard library; the project itself uses no unstable feature.
    export RUSTC_BOOTSTRAP=1
    export CARGO_UNSTABLE_BUILD_STD="std,panic_abort"
    return 0
  fi
  echo "no compiler for wasm32-unknown-unknown: run 'rustup target add wasm32-unknown-unknown'," >&2
  echo "or on Debian 'apt-get install $wasm_debian_packages'" >&2
  return 1
}

wasm_env && export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}/wasm"
