#!/usr/bin/env bash
# Compares this version with another commit: the requests per second for an 8 MB image. The versions take turns on the same machine. Needs
# the programs of run.sh, and Python 3.
#
#   benchmarks/versions.sh 94bbe30      eight rounds; prints each round's requests per second and the median of this / other
#   benchmarks/versions.sh 94bbe30 20   twenty rounds
set -euo pipefail
cd "$(dirname "$0")/.."
other=${1:?commit to compare with}
rounds=${2:-8}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
work=$(mktemp -d)
chmod 755 "$work"
servers=()
end() {
  [ ${#servers[@]} = 0 ] || kill "${servers[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  git worktree remove --force "$work/tree" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT

echo "Building both ..."
git worktree add --quiet --detach "$work/tree" "$other"
dotnet publish src/ImageHub.Api -c Release -o "$work/this" --nologo --verbosity quiet
dotnet publish "$work/tree/src/ImageHub.Api" -c Release -o "$work/other" --nologo --verbosity quiet

# Noise does not compress: a PNG of 1640 × 1640 pixels has 8 MB.
python3 - "$work/noise.png" << 'PYTHON'
import os, struct, sys, zlib
size = 1640
rows = b"".join(b"\0" + os.urandom(3 * size) for _ in range(size))
def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
with open(sys.argv[1], "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))
PYTHON

start() { # name, port
  ImageHub__DataDirectory="$work/data-$1" Admin__Password='a benchmark of versions' ASPNETCORE_URLS="http://127.0.0.1:$2" \
    RateLimits__AtWorkPerAddress=1000 Logging__LogLevel__Default=Warning dotnet "$work/$1/ImageHub.Api.dll" > "$work/$1.log" 2>&1 &
  servers+=($!)
  until curl -sf "http://127.0.0.1:$2/health/ready" > /dev/null; do
    kill -0 $! 2>/dev/null || { cat "$work/$1.log" >&2; return 1; }
    sleep 0.2
  done
}

upload() { # port: prints the address of the image
  local api="http://127.0.0.1:$1/api/v1" token group
  field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
  token=$(curl -sf "$api/auth/login" -H 'Content-Type: application/json' -d '{"userName":"admin","password":"a benchmark of versions"}' | field accessToken)
  group=$(curl -sf "$api/groups" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '{"title":"Noise"}' | field id)
  echo "$api/images/$(curl -sf -X PUT "$api/groups/$group/images/noise.png" -H "Authorization: Bearer $token" -H 'Content-Type: image/png' --data-binary "@$work/noise.png" | field id)/full"
}

measure() { wrk -t1 -c4 -d3s "$1" | awk '/Requests\/sec/ { print $2 } /Non-2xx/ { exit 1 }'; }

start this 8461
start other 8462
this=$(upload 8461)
that=$(upload 8462)
measure "$this" > /dev/null
measure "$that" > /dev/null
for ((round = 1; round <= rounds; round++)); do
  # Alternate which version is measured first, so that a temporarily slower machine affects both.
  if ((round % 2)); then a=$(measure "$this") b=$(measure "$that"); else b=$(measure "$that") a=$(measure "$this"); fi
  echo "$a $b"
done | awk '{ printf "this %7.1f/s   other %7.1f/s   ratio %.2f\n", $1, $2, $1 / $2 }' | tee "$work/rounds"
awk '{ print $NF }' "$work/rounds" | sort -n | awk '{ ratio[NR] = $1 } END { printf "median of %d: %.2f\n", NR, (ratio[int((NR + 1) / 2)] + ratio[int(NR / 2) + 1]) / 2 }'
