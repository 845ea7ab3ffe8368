#!/usr/bin/env bash
# Builds everything and runs every test. Needs the .NET SDK and Node.js with npm; installs the rest (on Debian, as root).
# Ends with the line "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")" || exit
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

has() { # commands; succeeds if one of them exists
  for command in "$@"; do command -v "$command" >/dev/null && return; done
  return 1
}

add() { # Debian packages, their purpose
  [ "$(id -u)" = 0 ] && has apt-get || return
  echo "Installing $1 ($2) ..."
  # shellcheck disable=SC2086 # several packages are several words
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1; } >/dev/null
}

need() { # command, Debian packages, its purpose
  has "$1" || add "$2" "$3" || { echo "$1 is missing: install $2 ($3)." >&2; exit 1; }
}

command -v dotnet >/dev/null || { echo "dotnet is missing: install the .NET 10 SDK." >&2; exit 1; }
command -v npm >/dev/null || { echo "npm is missing: install Node.js 20.19 or newer with npm." >&2; exit 1; }
need exiftool libimage-exiftool-perl "tests that location data are gone"
need redis-server redis-server "tests of rate limits that instances share"
PATH=$PATH:/usr/sbin need nginx nginx-light "tests of images that nginx sends"
need curl curl "the README's command that uploads a folder"
need cadaver cadaver "tests of WebDAV"
need litmus litmus "tests of WebDAV"
# Debian's package starts a server, which the tests do not need.
has promtool || { need promtool prometheus "checks of alert rules"; systemctl disable --now prometheus 2>/dev/null; }
need rclone rclone "tests of WebDAV"
[ "$(uname)" != Linux ] || need strace strace "tests of a disk that fails"
# A language that is missing skips its program of docs/transforms.md.
has python3 || add python3 "a program of the documentation"
has php || add php-cli "a program of the documentation"
# The headless shell is faster than a full Chromium; either works.
[ -n "${IMAGEHUB_CHROMIUM:-}" ] || has chromium-headless-shell || add "chromium-headless-shell fonts-dejavu-core" "browser tests" \
  || has chromium chromium-browser google-chrome || need chromium "chromium fonts-dejavu-core" "browser tests"

# A shared compiler process for all projects, without profile-guided optimization, saves a third of the time.
DOTNET_TieredPGO=0 dotnet build ImageHub.sln --nologo --verbosity quiet -p:UseSharedCompilation=true -p:CompileAhead=true || { echo "0 passed, 1 failed"; exit 1; }
dotnet build-server shutdown --vbcscompiler >/dev/null

# Tests start the program and its workers hundreds of times. Compiled ahead of time, as a published program is, a start needs about 40% less processor time.
compile_ahead() {
  local built=src/ImageHub.Api/bin/Debug/net10.0 published file copy
  published=$(mktemp -d)
  dotnet publish src/ImageHub.Api --configuration Debug --no-build --nologo --verbosity quiet \
    -p:CompileAhead=true -p:AppendRuntimeIdentifierToOutputPath=false --output "$published" || return
  for file in "$published"/*.dll; do
    for copy in tests/ImageHub.{Api,Browser}Tests/bin/Debug/net10.0/"${file##*/}"; do
      # The tests may need another version of a package.
      if cmp --silent "$built/${file##*/}" "$copy"; then cp "$file" "$copy"; fi
    done
  done
  rm -r "$published"
}
if [ $# = 0 ] && [ "$(uname)" = Linux ]; then compile_ahead || { echo "0 passed, 1 failed"; exit 1; }; fi

passed=0
failed=0
failures=$(mktemp) # the failed tests with their messages, repeated at the end

# Packages with known vulnerabilities fail the run, without exceptions, if the registries can be reached. The registries are asked while tests run.
audit() {
  local report
  report=$(timeout 120 dotnet list ImageHub.sln package --vulnerable --include-transitive 2>&1) || echo "NuGet's vulnerabilities could not be checked."
  if grep -A20 'has the following vulnerable' <<< "$report"; then echo "NuGet packages with known vulnerabilities [FAIL]"; fi
  for folder in src/ImageHub.Web src/ImageHub.Infrastructure/Natives; do
    report=$(cd "$folder" && timeout 60 npm audit --audit-level=high 2>&1) && continue
    if grep -q 'fix available\|severity' <<< "$report"; then
      echo "$report"
      echo "npm packages of $folder with known vulnerabilities [FAIL]"
    else
      echo "npm's vulnerabilities of $folder could not be checked."
    fi
  done
}

# The web app's style and unit tests run beside the first suite, which leaves the processors time. The build has checked the types.
if [ $# = 0 ]; then
  audited=$(mktemp)
  audit > "$audited" &
  auditing=$!
  web=$(mktemp)
  (cd src/ImageHub.Web && NO_COLOR=1 npm run --silent lint && NO_COLOR=1 npm run --silent test) > "$web" 2>&1 &
  checking=$!
fi

# Tests are cancelled after ten minutes. A test that still runs after fifteen hangs in its start or its end, which cannot be cancelled.
end_hanging() { # log, file with the suite's process id
  until grep -qaE 'Long Running Test.*Elapsed: 00:(1[5-9]|[2-5])' "$1"; do sleep 10; done
  kill -KILL "$(cat "$2")"
}

for suite in UnitTests ApiTests BrowserTests; do
  log=$(mktemp)
  id=$(mktemp)
  end_hanging "$log" "$id" &
  watching=$!
  # A test that runs for five minutes is named; a suite that hangs is ended, which counts as a failure.
  # shellcheck disable=SC2016 # the inner shell expands its own variables
  timeout --foreground --signal=KILL 45m sh -c 'echo $$ > "$0"; exec "$@"' "$id" \
    "tests/ImageHub.$suite/bin/Debug/net10.0/ImageHub.$suite" -noColor -longRunning 300 "$@" | tee "$log"
  code=${PIPESTATUS[0]}
  kill "$watching" 2>/dev/null
  read -r total errors fails skips < <(sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$log" | tail -n 1)
  # If a filter matches no test, the suite prints only a total.
  [ $# -gt 0 ] && grep -q 'Total: 0$' "$log" && total=0 code=0
  grep -A 15 -E '\[FAIL\]$' "$log" >> "$failures"
  [ "$code" = 137 ] && { echo "ImageHub.$suite was ended because it hung. It was last seen with:"; grep -a 'Long Running Test' "$log" | tail -n 5; } >> "$failures"
  rm -f "$log" "$id"
  bad=$((${errors:-0} + ${fails:-0}))
  # A suite that prints no total has crashed.
  if [ -z "${total:-}" ] || { [ "$code" != 0 ] && [ "$bad" = 0 ]; }; then bad=$((bad + 1)); fi
  failed=$((failed + bad))
  passed=$((passed + ${total:-0} - ${fails:-0} - ${skips:-0}))
  unset total errors fails skips
done

if [ $# = 0 ]; then
  wait "$checking"
  code=$?
  cat "$web"
  good=$(sed -nE 's/.*Tests .*[^0-9]([0-9]+) passed.*/\1/p' "$web" | tail -n 1)
  bad=$(sed -nE 's/.*Tests +([0-9]+) failed.*/\1/p' "$web" | tail -n 1)
  grep -A 15 -E '^ *FAIL ' "$web" >> "$failures"
  rm -f "$web"
  bad=${bad:-0}
  [ "$code" = 0 ] || [ "$bad" -gt 0 ] || bad=1
  passed=$((passed + ${good:-0}))
  failed=$((failed + bad))
  wait "$auditing"
  cat "$audited"
  failed=$((failed + $(grep -c '\[FAIL\]$' "$audited")))
  rm -f "$audited"
fi

cat "$failures"
rm -f "$failures"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
