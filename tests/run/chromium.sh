# Sourced: finds the Chromium that the browser stories drive, and installs it where that is allowed.

chromium_names="chromium chromium-browser google-chrome-stable google-chrome"

# Sets and exports CHROMIUM; root on a Debian-like machine gets it installed, everybody else is told how.
find_chromium() {
    look_for_chromium && return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing Chromium for the browser stories: apt-get install chromium"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq </dev/null && apt-get install -y -qq --no-install-recommends chromium </dev/null
        look_for_chromium && return 0
    fi
    explain_chromium
    return 1
}

look_for_chromium() {
    if [ -n "${CHROMIUM:-}" ]; then
        if [ -x "$CHROMIUM" ]; then export CHROMIUM; return 0; fi
        echo "CHROMIUM=$CHROMIUM is not a program" >&2
        CHROMIUM=""
    fi
    local name
    for name in $chromium_names; do
        if CHROMIUM=$(command -v "$name"); then export CHROMIUM; return 0; fi
    done
    CHROMIUM=""
    return 1
}

explain_chromium() {
    {
        echo "missing: Chromium, for the browser stories"
        if [ "$(id -u)" = 0 ]; then echo "    apt-get update && apt-get install -y chromium"
        else echo "    sudo apt-get update && sudo apt-get install -y chromium"; fi
        echo "    (or set CHROMIUM to the path of an installed one)"
    } >&2
}
