#!/usr/bin/env bash
# Installs the stock tools that the interop and browser suites call, from Debian's packages. Needs root or sudo.
set -euo pipefail
packages=(
  libimage-exiftool-perl                # a second opinion on every metadata block that is read or written
  golang-go golang-golang-x-mod-dev     # Go's sumdb/note and sumdb/tlog: checkpoints, tiles, proofs
  openssl faketime                      # timestamps of a local authority, some of them backdated
  python3-opentimestamps                # OpenTimestamps proofs
  python3-prov                          # PROV-JSON of recorded histories
  strace                                # system calls that fail on a real disk
  poppler-utils qpdf                    # pages of a PDF as pictures, its text, its attachments; whether it is well formed
  postgresql                            # the index's SQL on a server, beside the embedded database
  fonts-noto-cjk                        # the Chinese faces that the pages ask the system for
  chromium                              # the pure tests and the pages in a real browser
)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"
