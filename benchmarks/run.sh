#!/usr/bin/env bash
# Compares ImageHub with its peers and prints one table. Needs the .NET SDK and Node.js with npm; installs the rest (on Debian, as root).
#
#   benchmarks/run.sh                      every row; about half an hour
#   benchmarks/run.sh rendering delivery   only these parts, of: rendering, upload, captions, delivery, transforms, depth, start, observability
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

need() { # command or file, Debian packages, its purpose
  command -v "$1" >/dev/null || [ -e "$1" ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $2 ($3) ..."
    # shellcheck disable=SC2086 # several packages are several words
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $2; } >/dev/null
  else
    echo "$1 is missing: install $2 ($3)." >&2
    exit 1
  fi
}

for tool in dotnet npm; do command -v $tool >/dev/null || { echo "$tool is missing: install the .NET 10 SDK and Node.js 20.19 or newer with npm." >&2; exit 1; }; done
need wrk wrk "measures requests per second"
need nginx nginx-light "the peer for files"
need /usr/lib/nginx/modules/ngx_http_image_filter_module.so libnginx-mod-http-image-filter "a peer for transforms"
need exiftool libimage-exiftool-perl "writes captions into photographs"
need /usr/lib/python3/dist-packages/PIL python3-pil "a peer for rendering"
need /usr/share/backgrounds/mate mate-backgrounds "photographs"
need /usr/share/wallpapers/Altai plasma-workspace-wallpapers "photographs"

(cd peers && npm ci --silent --no-audit --no-fund)
echo "Building ..."
dotnet build ImageHub.Benchmarks -c Release --nologo --verbosity quiet
exec dotnet ImageHub.Benchmarks/bin/Release/net10.0/ImageHub.Benchmarks.dll table "$@"
