# Sourced by the run scripts: what the project needs from Debian 12, installed when missing.
# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT

build_packages=(
    g++ cmake ninja-build ccache
    qt6-base-dev libqt6sql6-sqlite libsimdjson-dev zlib1g-dev libzstd-dev
    fonts-noto-core fonts-jetbrains-mono openssl
)
test_packages=(
    doxygen pkg-config xvfb xauth curl dbus-daemon prometheus-alertmanager python3 python3-aiosmtpd python3-jsonschema python3-requests
    nodejs golang-go # resources/clients, each in a service of its own language
)

# need PACKAGE… : installs what is missing, or says how and stops.
need() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        echo "Packages are missing. Install them and run this again:" >&2
        echo "    sudo apt-get install ${missing[*]}" >&2
        exit 1
    fi
    echo "Installing ${missing[*]}" >&2
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}
