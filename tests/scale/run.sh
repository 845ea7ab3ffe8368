#!/usr/bin/env bash
# Runs three instances behind nginx on PostgreSQL with a standby, Ceph's S3 server and Redis, makes each of them fail under load, and prints what visitors
# and uploaders notice. Needs the .NET SDK, Node.js with npm, and root on Debian; installs the rest. Ends with 0 if nothing acknowledged was lost.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 PATH=$PATH:/usr/sbin VIPS_WARNING=0

[ "$(id -u)" = 0 ] || { echo "Run this script as root: Ceph and PostgreSQL need it." >&2; exit 1; }

missing=()
for pair in radosgw:radosgw ceph-mon:ceph-mon ceph-mgr:ceph-mgr ceph-osd:ceph-osd ceph:ceph-common redis-server:redis-server nginx:nginx-light pkill:procps; do
  command -v "${pair%%:*}" > /dev/null || missing+=("${pair##*:}")
done
if ! compgen -G "/usr/lib/postgresql/*/bin/initdb" > /dev/null; then
  # Without this setting, the package creates and starts a cluster of its own.
  [ -e /etc/postgresql-common/createcluster.conf ] || { mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf; }
  missing+=(postgresql)
fi
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing ${missing[*]} ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } > /dev/null
fi

DOTNET_TieredPGO=0 dotnet build tests/ImageHub.Scale --nologo --verbosity quiet -p:UseSharedCompilation=true

# The program's process group ends with this script, also if it is interrupted: databases, instances and proxies belong to it.
set -m
tests/ImageHub.Scale/bin/Debug/net10.0/ImageHub.Scale &
program=$!
trap 'kill -TERM -- "-$program" 2> /dev/null || true' EXIT
wait "$program"
