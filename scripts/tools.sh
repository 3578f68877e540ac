#!/usr/bin/env bash
# Installs the tools that building and testing need, and does nothing for those that are there.
#   scripts/tools.sh just          the recipe runner
#   scripts/tools.sh page          what the web page is built with
#   scripts/tools.sh binary        what the server is built with
#   scripts/tools.sh lint|test|postgres|browser|clients   what `./justw test` needs besides
# Programs of our own choice go to $CALLBOARD_TOOLS/bin; only compilers, the browser and PostgreSQL come
# from the system's packages.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

trunk_version=0.22.1
nextest_version=0.9.143
just_version=1.57.0 # where npm has no program for the platform
node_major_minimum=20
wasm_split_version=0.2.4
oas3_gen_version=0.29.0 # generates the Rust client of the tests

# locked_version CRATE: the version in Cargo.lock. The wasm-bindgen command must be of exactly that version.
locked_version() {
  awk -v name="$1" '$0 == "name = \"" name "\"" { getline; gsub(/version = |"/, ""); print; exit }' Cargo.lock
}

# has_version COMMAND VERSION: whether the command exists and says that version.
has_version() {
  command -v "$1" >/dev/null 2>&1 && case " $("$1" --version 2>/dev/null | head -n 1) " in *" $2 "*) ;; *) return 1 ;; esac
}

# apt_install "what for" PACKAGE…: as root, through sudo, or by telling the person what to run.
apt_install() {
  local reason=$1
  shift
  if ! command -v apt-get >/dev/null 2>&1; then
    die "${reason^} needs programs that this system's package manager must install: on Debian they are called $*."
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then
      as_root=(sudo)
    else
      die "${reason^} needs system packages, and this user may not install them. Ask root to run this, then start again:

    apt-get update && apt-get install --yes --no-install-recommends $*"
    fi
  fi
  stage "Installing $reason from the system's packages" \
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c '
      apt-get install --yes --no-install-recommends "$@" || { apt-get update && apt-get install --yes --no-install-recommends "$@"; }
    ' apt "$@"
}

ensure_rust() {
  command -v cargo >/dev/null 2>&1 || die "Rust is missing: install it from https://rustup.rs (the stable toolchain), then start again."
  local wanted have
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  have=$(rustc --version | cut -d' ' -f2)
  if [ "$(printf '%s\n%s\n' "$wanted" "$have" | sort -V | head -n 1)" != "$wanted" ]; then
    die "Rust $have is too old, $wanted or later is needed: run 'rustup update stable', then start again."
  fi
}

ensure_node() {
  command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 ||
    die "Node.js (with npm) is missing: install version $node_major_minimum or later, then start again."
  local version
  version=$(node --version)
  version=${version#v}
  [ "${version%%.*}" -ge "$node_major_minimum" ] ||
    die "Node.js $version is too old, $node_major_minimum or later is needed."
}

ensure_c_compiler() {
  command -v cc >/dev/null 2>&1 || apt_install "the C compiler" gcc libc6-dev
  command -v make >/dev/null 2>&1 || apt_install "what jemalloc is built with" make
}

# Prebuilt programs that npm packages carry (just, wasm-opt).
ensure_npm_tools() {
  local folder="$CALLBOARD_TOOLS/npm"
  if [ -x "$CALLBOARD_TOOLS/bin/just" ] && [ -x "$CALLBOARD_TOOLS/bin/wasm-opt" ] &&
    cmp -s scripts/build-tools/package-lock.json "$folder/package-lock.json"; then
    return
  fi
  ensure_node
  mkdir -p "$folder" "$CALLBOARD_TOOLS/bin"
  # The lock file is copied last: it is what says that the folder is complete.
  rm -f "$folder/package-lock.json"
  stage "Installing just and wasm-opt" bash -c '
    set -eu
    from=$1 folder=$2
    work=$(mktemp -d "$folder.XXXXXX")
    trap '\''rm -rf "$work"'\'' EXIT
    cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$work/"
    (cd "$work" && npm ci --prefer-offline --ignore-scripts --no-progress)
    rm -rf "$folder"
    mv "$work" "$folder"
  ' npm-tools "$root/scripts/build-tools" "$folder" || die "npm could not install just and wasm-opt; see above."
  ln -sf ../npm/node_modules/binaryen/bin/wasm-opt "$CALLBOARD_TOOLS/bin/wasm-opt"
  # The platform's own program, not npm's wrapper: Node would add its start-up time to every recipe.
  local just
  just=$(find "$folder/node_modules" -path '*/rust-just-*/bin/just' -type f | head -n 1)
  if [ -n "$just" ]; then
    ln -sf "../npm/${just#"$folder"/}" "$CALLBOARD_TOOLS/bin/just"
  elif [ ! -x "$CALLBOARD_TOOLS/bin/just" ]; then
    # npm's package is kept for 64-bit Intel and AMD only.
    ensure_rust
    cargo_tool just "$just_version" 2 --locked
  fi
}

# cargo_tool CRATE VERSION MINUTES [option…]: compiles a command line tool into $CALLBOARD_TOOLS.
# Without optimisation: they start a few times a day, and compiling them well takes several times longer.
cargo_tool() {
  local crate=$1 version=$2 minutes=$3
  shift 3
  ensure_c_compiler
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$CALLBOARD_TOOLS/build" \
    stage "Compiling $crate $version, once (about $minutes min on 2 cores)" \
    cargo install "$crate" --version "$version" --root "$CALLBOARD_TOOLS" --debug --force "$@" ||
    die "cargo could not install $crate $version; see above."
}

ensure_wasm_target() {
  if (. scripts/wasm-env.sh) 2>/dev/null; then return; fi
  if [ "${CALLBOARD_WASM_TOOLCHAIN:-rustup}" = rustup ] && command -v rustup >/dev/null 2>&1; then
    if stage "Adding the browser target to Rust" timeout 300 rustup target add wasm32-unknown-unknown; then return; fi
  fi
  if [ "${CALLBOARD_WASM_TOOLCHAIN:-debian}" = debian ] && command -v apt-get >/dev/null 2>&1; then
    # shellcheck disable=SC2046 # the list is meant to be split
    apt_install "the browser's Rust compiler" $(sed -n 's/^wasm_debian_packages="\(.*\)"/\1/p' scripts/wasm-env.sh)
  fi
  (. scripts/wasm-env.sh) || die "There is no compiler for the browser yet; see above."
}

ensure_page() {
  ensure_rust
  ensure_node
  ensure_npm_tools
  ensure_wasm_target
  local wasm_bindgen_version
  wasm_bindgen_version=$(locked_version wasm-bindgen)
  has_version trunk "$trunk_version" || cargo_tool trunk "$trunk_version" 6 --locked --ignore-rust-version
  # Not --locked: its lock file names a crate version that was withdrawn.
  has_version wasm-bindgen "$wasm_bindgen_version" || cargo_tool wasm-bindgen-cli "$wasm_bindgen_version" 2
  # It does not tell its version; cargo's list of what it installed does.
  grep -qs "^\"wasm_split_cli_support $wasm_split_version " "$CALLBOARD_TOOLS/.crates.toml" ||
    cargo_tool wasm_split_cli_support "$wasm_split_version" 1 --locked --features build-binary
  rm -rf "$CALLBOARD_TOOLS/build"
}

ensure_binary() {
  ensure_rust
  ensure_c_compiler
}

ensure_lint() {
  ensure_rust
  local component
  for component in rustfmt clippy; do
    if ! cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1; then
      command -v rustup >/dev/null 2>&1 || die "cargo ${component/rustfmt/fmt} is missing: install $component, then start again."
      stage "Adding $component to Rust" rustup component add "$component" || die "rustup could not add $component; see above."
    fi
  done
}

ensure_test() {
  ensure_binary
  cargo nextest --version >/dev/null 2>&1 || cargo_tool cargo-nextest "$nextest_version" 5 --locked
}

ensure_postgres() {
  scripts/with-postgres.sh --find >/dev/null 2>&1 || apt_install "a PostgreSQL for the tests" postgresql
  scripts/with-postgres.sh --find >/dev/null
}

# A Chromium that Playwright can drive: Debian's, or elsewhere the one Playwright brings.
ensure_browser() {
  ensure_node
  if ! cmp -s e2e/package-lock.json e2e/node_modules/.installed-lock.json; then
    (cd e2e && stage "Installing the browser test runner" npm ci --prefer-offline --ignore-scripts --no-progress) ||
      die "npm could not install the browser test runner; see above."
    cp e2e/package-lock.json e2e/node_modules/.installed-lock.json
  fi
  if scripts/chromium.sh >/dev/null 2>&1; then return; fi
  if grep -qs '^ID=debian' /etc/os-release; then
    apt_install "Chromium for the browser tests" chromium
  else
    # Ubuntu's package is a snap, which cannot be driven from a container or another home.
    (cd e2e && stage "Installing Chromium for the browser tests" node_modules/.bin/playwright install --with-deps chromium) ||
      die "Chromium is missing: install one and name it in CALLBOARD_CHROMIUM, then start again."
  fi
  scripts/chromium.sh >/dev/null
}

# What clients are generated with, and tested: packages of npm and PyPI, and a Rust program.
ensure_clients() {
  ensure_node
  ensure_rust
  local folder=e2e/clients
  if ! cmp -s $folder/package-lock.json $folder/node_modules/.installed-lock.json; then
    (cd $folder && stage "Installing the TypeScript clients" npm ci --prefer-offline --ignore-scripts --no-progress) ||
      die "npm could not install the TypeScript clients; see above."
    cp $folder/package-lock.json $folder/node_modules/.installed-lock.json
  fi
  local venv="$CALLBOARD_TOOLS/clients-python"
  if ! cmp -s $folder/python/requirements.txt "$venv/.installed-requirements.txt"; then
    rm -rf "$venv"
    if ! python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
      apt_install "Python" python3 python3-venv
    fi
    stage "Installing the Python clients" sh -c '
      python3 -m venv "$1" && "$1/bin/python" -m pip install --disable-pip-version-check --no-deps --requirement "$2"
    ' python "$venv" $folder/python/requirements.txt || die "pip could not install the Python clients; see above."
    cp $folder/python/requirements.txt "$venv/.installed-requirements.txt"
  fi
  if ! has_version oas3-gen "$oas3_gen_version"; then
    cargo_tool oas3-gen "$oas3_gen_version" 4 --locked
    rm -rf "$CALLBOARD_TOOLS/build"
  fi
}

[ $# -gt 0 ] || die "usage: scripts/tools.sh just|page|binary|lint|test|postgres|browser|clients…"
for group in "$@"; do
  case "$group" in
    just) ensure_npm_tools ;;
    page | binary | lint | test | postgres | browser | clients) "ensure_$group" ;;
    *) die "scripts/tools.sh knows no '$group'" ;;
  esac
done
