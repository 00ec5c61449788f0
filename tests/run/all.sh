#!/usr/bin/env bash
# Every check there is, in one go: `make test`.
#
# Nothing stops at the first failure and nothing is skipped silently: a check that cannot run because an earlier one
# failed is counted as failed and says so. The last lines are one `name: N passed, N failed` per runner; the exit code
# is 0 only if every one of them ends in `0 failed`. Nothing keeps running afterwards.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export CI=true NO_COLOR=1 CARGO_TERM_COLOR=never
unset FORCE_COLOR

work=$(mktemp -d "${TMPDIR:-/tmp}/baton-test.XXXXXX")
child=""            # the process group of the running step
watchdog=""         # and of what ends it when its time is over
closing=()          # the closing lines, in order
checks_passed=0     # checks that are not test runners: formats, lints, types, builds
checks_failed=0
failed=0            # what decides the exit code
broken=()           # names of what failed, for the last word
status=0            # of the latest step

# Each step has a process group of its own, so that one kill ends all that it started.
set -m
clean_up() {
    trap - EXIT INT TERM HUP
    if [ -n "$watchdog" ]; then kill -KILL -- "-$watchdog" 2>/dev/null; fi
    if [ -n "$child" ]; then kill -TERM -- "-$child" 2>/dev/null && sleep 1; kill -KILL -- "-$child" 2>/dev/null; fi
    rm -rf "$work"
}
trap clean_up EXIT
trap 'clean_up; exit 130' INT TERM HUP

# run NAME SECONDS COMMAND…: the output is shown and kept in $work/NAME; $status is 0 if it went well in time.
run() {
    local name=$1 limit=$2 started=$SECONDS; shift 2
    printf '\n== %s: %s\n' "$name" "$*"
    { "$@" </dev/null 2>&1 | tee "$work/$name"; } &
    child=$!
    ( sleep "$limit"; echo "$name: not finished after $limit s, ended" >&2; kill -TERM -- "-$child"; sleep 5
      kill -KILL -- "-$child" ) >"$work/$name.late" 2>&1 </dev/null &
    watchdog=$!
    wait "$child"; status=$?
    kill -TERM -- "-$watchdog" 2>/dev/null; wait "$watchdog" 2>/dev/null
    cat "$work/$name.late"
    # What a step left behind must not outlive it.
    kill -KILL -- "-$child" 2>/dev/null
    child="" watchdog=""
    printf '== %s: %s after %d s\n' "$name" "$([ $status = 0 ] && echo ok || echo "FAILED ($status)")" $((SECONDS - started))
}

# check NAME SECONDS COMMAND…: a check that passes or fails as a whole.
check() {
    run "$@"
    if [ $status = 0 ]; then checks_passed=$((checks_passed + 1)); else fail_check "$1"; fi
}

fail_check() {
    checks_failed=$((checks_failed + 1)); failed=1; broken+=("$1")
}

# not_run NAME WHY: counted as failed, never passed over.
not_run() {
    printf '\n== %s: FAILED, not run: %s\n' "$1" "$2"
    fail_check "$1 (not run: $2)"
}

# tally NAME PASSED FAILED STATUS: the closing line of one runner. A runner that fell over, or ran nothing, has failed.
tally() {
    local name=$1 passed=$2 lost=$3
    if [ "$lost" = 0 ] && { [ "$4" != 0 ] || [ "$passed" = 0 ]; }; then lost=1; fi
    closing+=("$name: $passed passed, $lost failed")
    if [ "$lost" != 0 ]; then failed=1; broken+=("$name"); fi
}

# What vitest says at its end, summed over the packages: `Tests  1 failed | 20 passed (21)`. Skipped counts as failed.
vitest_counts() {
    awk '$1 == "Tests" { for (i = 2; i < NF; i++) { if ($(i+1) ~ /^passed/) p += $i; if ($(i+1) ~ /^(failed|skipped|todo)/) f += $i } }
        $1 == "Test" && $2 == "Files" { for (i = 3; i < NF; i++) if ($(i+1) ~ /^failed/) files += $i }
        END { if (!f && files) f = files; printf "%d %d\n", p, f }' "$1"
}

# What cargo says after `Running … tests/NAME…`: `test result: ok. 9 passed; 0 failed; 0 ignored; …`.
cargo_counts() {
    awk -v pattern="$2" '/^ *Running / { on = ($0 ~ pattern); if (on) { seen++ } }
        on && /^test result:/ { done++; for (i = 1; i < NF; i++) { if ($(i+1) == "passed;") p += $i
            if ($(i+1) == "failed;" || $(i+1) == "ignored;") f += $i } }
        END { f += seen - done; printf "%d %d\n", p, f }' "$1"
}

# -- tools ------------------------------------------------------------------------------------------------------------

tests/run/tools.sh test || { echo "make test: install the above and run again" >&2; exit 1; }
. tests/run/chromium.sh
find_chromium || echo "the browser stories will fail; the other checks go on" >&2

# -- web: before cargo, because the server embeds the built app ----------------------------------------------------------

check web-deps 600 make --no-print-directory web-deps
if [ $status = 0 ]; then
    check web-lint 300 npm --prefix web run --silent lint
    check web-types 300 npm --prefix web run --silent types
    run web-unit 600 npm --prefix web run --silent test
    read -r passed lost < <(vitest_counts "$work/web-unit"); tally web "$passed" "$lost" $status
    check web-build 300 npm --prefix web run --silent build
    web_ready=$status
else
    for name in web-lint web-types web-build; do not_run $name "npm ci failed"; done
    tally web 0 1 1
    web_ready=1
fi

# -- Rust -----------------------------------------------------------------------------------------------------------------

check fmt 60 cargo fmt --check
check clippy 1500 cargo clippy --all-targets -- -D warnings
check build 1500 cargo build --all-targets
built=$status
if [ $built = 0 ]; then
    run cargo-test 1500 cargo test --no-fail-fast
    read -r passed lost < <(cargo_counts "$work/cargo-test" 'unittests'); tally unit "$passed" "$lost" 0
    for name in sim it tidy; do
        read -r passed lost < <(cargo_counts "$work/cargo-test" "tests/$name[/.]"); tally $name "$passed" "$lost" 0
    done
    if [ $status != 0 ] && [ $failed = 0 ]; then fail_check cargo-test; fi
else
    for name in unit sim it tidy; do tally $name 0 1 1; done
fi

# -- the API document against the running server ----------------------------------------------------------------------------

if [ $built = 0 ]; then check api 900 tests/run/api.sh; else not_run api "it needs the server"; fi

# -- the story, in two real browsers ----------------------------------------------------------------------------------------

if [ $built = 0 ] && [ $web_ready = 0 ] && [ -n "${CHROMIUM:-}" ]; then
    export STORY_BINARY="${CARGO_TARGET_DIR:-$PWD/target}/debug/baton"
    run e2e 900 npm --prefix web run --silent stories
    read -r passed lost < <(vitest_counts "$work/e2e"); tally e2e "$passed" "$lost" $status
else
    printf '\n== e2e: FAILED, not run: it needs the server, the built app and Chromium\n'
    tally e2e 0 1 1
fi

# -- other systems' own clients, as they are published -------------------------------------------------------------------------

if [ $built = 0 ] && [ $web_ready = 0 ]; then
    export STORY_BINARY="${CARGO_TARGET_DIR:-$PWD/target}/debug/baton"
    run compat 600 npm --prefix web run --silent compat
    read -r passed lost < <(vitest_counts "$work/compat"); tally compat "$passed" "$lost" $status
else
    printf '\n== compat: FAILED, not run: it needs the server and the built app\n'
    tally compat 0 1 1
fi

# -- the last word ----------------------------------------------------------------------------------------------------------

printf '\n'
[ -n "${CHROMIUM:-}" ] || explain_chromium
echo "checks: $checks_passed passed, $checks_failed failed"
printf '%s\n' "${closing[@]}"
if [ $failed = 0 ]; then echo "All good after $((SECONDS / 60)) min $((SECONDS % 60)) s."; else
    printf 'Failed: %s\n' "$(IFS=,; echo "${broken[*]}" | sed 's/,/, /g')"
fi
exit $failed
