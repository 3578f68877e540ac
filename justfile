# Every routine command. Run them with ./justw, which brings `just` along; ./justw alone lists them.

set shell := ["bash", "-euo", "pipefail", "-c"]
set positional-arguments

[private]
default:
    @just --justfile "{{ justfile() }}" --list --unsorted --list-heading $'Callboard: ./justw RECIPE\n'

# Build what is missing and start the portal with the example catalog on http://localhost:7007
[group('run')]
[no-exit-message]
up port="7007" profile="dev":
    @scripts/up.sh "{{ port }}" "{{ profile }}"

# Start the server from the sources, for work on it; the page is read from frontend/dist. Arguments go to `serve`
[group('run')]
[no-exit-message]
dev *arguments:
    @scripts/tools.sh binary
    @cargo run --locked -p backend --bin callboard -- serve --config app-config.yaml "$@"

# Serve the page on http://localhost:7180 and rebuild it on every save; the API comes from `./justw dev`
[group('run')]
[no-exit-message]
dev-web:
    @scripts/tools.sh page
    @scripts/page.sh --serve

# Delete the database that `up` and `dev` made; the next start reads the example catalog anew
[group('run')]
[no-exit-message]
clean-data:
    rm -rf callboard-data

# Build page and server into one file, $CARGO_TARGET_DIR/release/callboard
[group('build')]
[no-exit-message]
build-release:
    @scripts/tools.sh page binary
    @scripts/page.sh
    @scripts/binary.sh release

# Build the web page into frontend/dist, unless it is current
[group('build')]
[no-exit-message]
build-page:
    @scripts/tools.sh page
    @scripts/page.sh
    @node scripts/page-size.mjs

# Check everything: format, lints, tests on SQLite and PostgreSQL, generated files, page, browser
[group('check')]
[no-exit-message]
test *parts:
    @scripts/test.sh "$@"

# Unit and integration tests on SQLite and a throw-away PostgreSQL. Arguments go to `cargo nextest run`
[group('check')]
[no-exit-message]
test-rust *arguments:
    @scripts/tools.sh test postgres
    @scripts/with-postgres.sh cargo nextest run --locked "$@"

# Browser tests against the real server. Arguments go to `playwright test`
[group('check')]
[no-exit-message]
test-e2e *arguments:
    @scripts/e2e.sh "$@"

# Measure the portal at 14,000 and 250,000 entities: a table of goals and numbers. `quick`, `--write`, `--postgres`
[group('check')]
[no-exit-message]
bench *arguments:
    @scripts/bench.sh "$@"

# Ask search judged questions and say how well it finds, beside two simple ways to search. `--verbose` names what is missed
[group('check')]
[no-exit-message]
bench-relevance *arguments:
    @scripts/bench.sh relevance "$@"

# Measure the page in a browser, with 14,000 entities: loading, going around, scrolling. `--write`, `--runs N`
[group('check')]
[no-exit-message]
bench-web *arguments:
    @scripts/bench-web.sh "$@"

# Write a made-up catalog of N entities into a folder; the same N gives the same files
[group('run')]
[no-exit-message]
generate n folder:
    @scripts/tools.sh binary
    @"$(scripts/binary.sh plain)" dev generate "{{ n }}" "{{ folder }}"

# Format check and lints, as errors
[group('check')]
[no-exit-message]
lint:
    @scripts/test.sh format clippy clippy-page scripts

# Format the sources
[group('write')]
[no-exit-message]
fmt:
    @scripts/tools.sh lint
    @cargo fmt --all

# Rewrite openapi/callboard.json from the code
[group('write')]
[no-exit-message]
openapi:
    @scripts/tools.sh binary
    @scripts/generated.sh write openapi "$(scripts/binary.sh plain)"

# Rewrite docs/configuration.md from the code
[group('write')]
[no-exit-message]
config-reference:
    @scripts/tools.sh binary
    @scripts/generated.sh write configuration "$(scripts/binary.sh plain)"

# Rewrite the list of the licences of others from Cargo.lock; do so when a dependency changes
[group('write')]
[no-exit-message]
licences:
    @scripts/tools.sh binary
    @node scripts/licences.mjs write
