#!/usr/bin/env bash
# Runs three instances behind nginx on PostgreSQL with a standby, Ceph's S3 server and Redis, makes an instance, PostgreSQL, S3 and Redis fail under load, and
# prints the effects on visitors and uploaders. Needs the .NET SDK, Node.js with npm, and root on Debian; installs the rest. The exit code is 0 if all
# requirements hold.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 PATH=$PATH:/usr/sbin VIPS_WARNING=0

[ "$(id -u)" = 0 ] || { echo "Run this script as root: Ceph and PostgreSQL need it." >&2; exit 1; }

missing=()
for pair in radosgw:radosgw ceph-mon:ceph-mon ceph-mgr:ceph-mgr ceph-osd:ceph-osd ceph:ceph-common redis-server:redis-server nginx:nginx-light pkill:procps; do
  command -v "${pair%%:*}" > /dev/null || missing+=("${pair##*:}")
done
if ! compgen -G "/usr/lib/postgresql/*/bin/initdb" > /dev/null; then
  # Without this setting, the package creates and starts a database cluster.
  [ -e /etc/postgresql-common/createcluster.conf ] || { mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf; }
  missing+=(postgresql)
fi
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing ${missing[*]} ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } > /dev/null
fi

DOTNET_TieredPGO=0 dotnet build tests/ImageHub.Scale --nologo --verbosity quiet -p:UseSharedCompilation=true

# This script ends the program's process group, even if the script is interrupted. Databases, instances and proxies belong to the group.
set -m
tests/ImageHub.Scale/bin/Debug/net10.0/ImageHub.Scale &
program=$!
trap 'kill -TERM -- "-$program" 2> /dev/null || true' EXIT
wait "$program"
