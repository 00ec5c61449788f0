#!/usr/bin/env bash
# Schemathesis against a running server: every route of the API document with good, bad and absurd input.
#
# It is installed from PyPI into a folder that goes away afterwards. BATON_BINARY and SCHEMATHESIS name others to use.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=4.32.5
binary=${BATON_BINARY:-"${CARGO_TARGET_DIR:-$PWD/target}/debug/baton"}
work=$(mktemp -d "${TMPDIR:-/tmp}/baton-api.XXXXXX")
server=""
clean_up() {
    trap - EXIT INT TERM HUP
    if [ -n "$server" ]; then kill -TERM "$server" 2>/dev/null; wait "$server" 2>/dev/null; fi
    rm -rf "$work"
}
trap clean_up EXIT
trap 'clean_up; exit 130' INT TERM HUP

tool=${SCHEMATHESIS:-}
if [ -z "$tool" ]; then
    python3 -m venv "$work/venv" && "$work/venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version" || {
        echo "api.sh: schemathesis $version could not be installed from PyPI" >&2; exit 1; }
    tool=$work/venv/bin/schemathesis
fi

"$binary" serve --demo --data "$work/data" --bind 127.0.0.1:0 --rate-calls 100000 --rate-address 100000 \
    --rate-account 100000 --access-token-s 3600 --log warn >"$work/out" 2>"$work/log" &
server=$!
url=""
for _ in $(seq 600); do
    url=$(sed -n 's/.*Listening on \(http[^ ]*\).*/\1/p' "$work/out" | head -n 1)
    if [ -n "$url" ] || ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
done
[ -n "$url" ] || { echo "api.sh: the server did not start" >&2; cat "$work/log" >&2; exit 1; }

token=$("$binary" token --data "$work/data") || exit 1
workspace=$(curl -sf -H "Authorization: Bearer $token" "$url/api/v1/me" | sed 's/.*"workspaces":\[{"id":"\([^"]*\)".*/\1/')
cat >"$work/schemathesis.toml" <<TOML
[parameters]
"path.workspace" = "$workspace"
TOML
cat tests/run/schemathesis.toml >>"$work/schemathesis.toml"

"$tool" --config-file "$work/schemathesis.toml" run "$url/api/v1/openapi.json" -H "Authorization: Bearer $token" \
    --phases examples,coverage,fuzzing --max-examples "${EXAMPLES:-12}" --seed "${SEED:-1}" --continue-on-failure --no-color
result=$?
# Nothing that came in may have thrown the server off.
curl -sf "$url/readyz" >/dev/null || { echo "api.sh: the server is not ready afterwards" >&2; result=1; }
if grep -q "panicked" "$work/log"; then grep "panicked" "$work/log" >&2; result=1; fi
exit $result
