#!/usr/bin/env bash
# Installs the stock tools that `npm run test:interop` compares with (Debian packages).
#   golang-go, golang-golang-x-mod-dev   Go's sumdb/note and sumdb/tlog: checkpoints, tiles, proofs
#   openssl, faketime                    timestamps of a local authority, some of them backdated
#   python3-opentimestamps               OpenTimestamps proofs
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
  golang-go golang-golang-x-mod-dev openssl faketime python3-opentimestamps
