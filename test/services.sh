#!/usr/bin/env bash
# Installs the Debian packages that make tests real, where they are absent. Tests start their own servers.
# Never fails a run: what cannot be had is named, and its tests are skipped.
set -uo pipefail

declare -A program=(
  [mosquitto]=mosquitto [mosquitto-clients]=mosquitto_pub [influxdb]=influxd
  [chromium]=chromium [poppler-utils]=pdftotext [strace]=strace [nginx-light]=nginx [caddy]=caddy
)
export PATH="$PATH:/usr/sbin:/sbin"

absent=()
for package in mosquitto mosquitto-clients influxdb chromium poppler-utils strace nginx-light caddy; do
  command -v "${program[$package]}" >/dev/null || absent+=("$package")
done
if [ "${#absent[@]}" -eq 0 ]; then
  echo "services: all there"
  exit 0
fi

skip() {
  echo "services: $1; tests that need these are skipped: ${absent[*]}"
  exit 0
}

command -v apt-get >/dev/null || skip "no apt-get here"
root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null && sudo -n true 2>/dev/null || skip "not root, and no sudo without a password"
  root=(sudo -n)
fi
export DEBIAN_FRONTEND=noninteractive
apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=60)

# Debian starts a server when it is installed; this policy says no while we install.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null && "${root[@]}" chmod +x "$policy"
  trap '"${root[@]}" rm -f "$policy"' EXIT
fi

timeout 120 "${apt[@]}" update </dev/null || echo "services: apt-get update failed"
for package in "${absent[@]}"; do
  timeout 240 "${apt[@]}" install -y --no-install-recommends "$package" </dev/null >/dev/null || echo "services: could not install $package"
done

missing=()
for package in "${absent[@]}"; do
  command -v "${program[$package]}" >/dev/null || missing+=("$package")
done
for package in "${absent[@]}"; do
  case "$package" in
    mosquitto | influxdb | nginx-light | caddy)
      [ -d /run/systemd/system ] && "${root[@]}" systemctl disable --now "${package%-light}" 2>/dev/null
      ;;
  esac
done
if [ "${#missing[@]}" -gt 0 ]; then
  absent=("${missing[@]}")
  skip "not everything could be installed"
fi
echo "services: installed ${absent[*]}"
exit 0
