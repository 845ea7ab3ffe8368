#!/usr/bin/env bash
# Tests a container image as it is meant to run: unprivileged, with a read-only root file system and only a volume and /tmp writable.
#
#   ops/try-image.sh <image>
#
# Needs docker or podman, curl, jq, and port 8080 of this machine. Removes the container and the volume afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."
image=${1:?usage: ops/try-image.sh <image>}
photo=docs/images/screenshots/gallery.jpg
hub=http://127.0.0.1:8080

say() { printf '%s\n' "- $*"; }
fail() { reason=$*; exit 1; }

reason="the command above"
engine=
for candidate in docker podman; do
  if "$candidate" version >/dev/null 2>&1; then
    engine=$candidate
    break
  fi
done
[ -n "$engine" ] || { echo "Neither docker nor podman works here." >&2; exit 1; }

name=imagehub-try-$$
folder=$(mktemp -d)
clean_up() {
  code=$?
  if [ "$code" != 0 ]; then
    "$engine" logs "$name" || true
    echo "FAILED: $reason" >&2
  fi
  "$engine" rm --force "$name" >/dev/null || true
  "$engine" volume rm "$name" >/dev/null || true
  rm -rf "$folder"
}
trap clean_up EXIT

is_healthy() {
  # podman runs health checks by itself only under systemd.
  [ "$engine" = docker ] || podman healthcheck run "$name" >/dev/null 2>&1 || true
  [ "$("$engine" inspect --format '{{.State.Health.Status}}' "$name")" = healthy ]
}

until_healthy() {
  SECONDS=0
  until is_healthy; do
    [ "$("$engine" inspect --format '{{.State.Running}}' "$name")" = true ] || fail "the container has ended"
    [ "$SECONDS" -lt 120 ] || fail "the container is not healthy after two minutes"
    sleep 0.5
  done
  say "healthy after $SECONDS s"
}

"$engine" run --detach --name "$name" --publish 127.0.0.1:8080:8080 --volume "$name:/data" --read-only --tmpfs /tmp \
  --cap-drop ALL --security-opt no-new-privileges --health-interval 2s "$image" >/dev/null
until_healthy

user=$("$engine" exec "$name" id -u)
[ "$user" != 0 ] || fail "it runs as root"
! "$engine" exec --user 0 "$name" sh -c ': > /app/written' 2>/dev/null || fail "the root file system can be written to"
say "runs as user $user on a read-only root"

page=$(curl --silent --show-error --fail "$hub/")
[[ $page == *"<title>"* ]] || fail "the web app's page is missing"
password=$("$engine" logs "$name" 2>&1 | sed -n 's/^first admin: admin, password: \([^ ]*\).*/\1/p')
token=$(jq --null-input --arg password "$password" '{userName: "admin", $password}' \
  | curl --silent --show-error --fail "$hub/api/v1/auth/login" --json @- | jq --raw-output .accessToken)
auth="Authorization: Bearer $token"
group=$(curl --silent --show-error --fail "$hub/api/v1/groups" --header "$auth" --json '{"title":"Harbour"}' | jq --raw-output .id)
photo_id=$(curl --silent --show-error --fail --header "$auth" --upload-file "$photo" "$hub/api/v1/groups/$group/images/harbour.jpg" | jq --raw-output .id)
curl --silent --show-error --fail --output "$folder/full" "$hub/api/v1/images/$photo_id/full"
curl --silent --show-error --fail --output "$folder/low" "$hub/api/v1/images/$photo_id/low"
cmp "$photo" "$folder/full" || fail "full is not the file that was sent"
[ -s "$folder/low" ] || fail "low is empty"
say "signed in, made a group, uploaded a photo, read it at full and low resolution"

SECONDS=0
"$engine" stop "$name" >/dev/null
code=$("$engine" inspect --format '{{.State.ExitCode}}' "$name")
[ "$code" = 0 ] || fail "stopped with exit code $code"
say "stopped with exit code 0 after $SECONDS s"

"$engine" start "$name" >/dev/null
until_healthy
curl --silent --show-error --fail --output "$folder/again" "$hub/api/v1/images/$photo_id/low"
cmp "$folder/low" "$folder/again" || fail "low is another image after a restart"
say "the photo is there after a restart"
