#!/usr/bin/env bash
# Are the tools here that building needs? Names each one that is missing and the exact command that installs it.
# `tools.sh test` asks also for what only the checks need.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
missing=0

miss() {
    echo "missing: $1" >&2
    echo "    $2" >&2
    missing=1
}

# at_least HAVE WANT: both as numbers with dots.
at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = "$2" ]
}

# as_root COMMAND-LINE: with sudo in front for those who are not root.
as_root() {
    if [ "$(id -u)" = 0 ]; then echo "$1"; else echo "sudo $1"; fi
}

rust_wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
if ! command -v cargo >/dev/null || ! command -v rustc >/dev/null; then
    miss "Rust $rust_wanted or newer" "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
else
    rust_found=$(rustc --version | cut -d' ' -f2 | cut -d- -f1)
    at_least "$rust_found" "$rust_wanted" || miss "Rust $rust_wanted or newer (found $rust_found)" "rustup update stable"
    if [ "${1:-}" = test ]; then
        cargo fmt --version >/dev/null 2>&1 || miss "rustfmt" "rustup component add rustfmt"
        cargo clippy --version >/dev/null 2>&1 || miss "clippy" "rustup component add clippy"
    fi
fi

node_wanted=20.19
node_hint="$(as_root 'apt-get install -y nodejs npm')   (where the distribution's is older: nvm install 22)"
if ! command -v node >/dev/null; then
    miss "Node.js $node_wanted or newer" "$node_hint"
else
    node_found=$(node --version | tr -d v)
    at_least "$node_found" "$node_wanted" || miss "Node.js $node_wanted or newer (found $node_found)" "$node_hint"
    command -v npm >/dev/null || miss "npm" "$(as_root 'apt-get install -y npm')"
fi

if [ "${1:-}" = test ]; then
    python3 -c 'import ensurepip, venv' 2>/dev/null || miss "Python 3 with venv, for the checks of the API" \
        "$(as_root 'apt-get install -y python3 python3-venv')"
    command -v curl >/dev/null || miss "curl" "$(as_root 'apt-get install -y curl')"
fi

command -v cc >/dev/null || miss "a C compiler" "$(as_root 'apt-get install -y gcc libc6-dev')"

exit $missing
