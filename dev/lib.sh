# Sourced by the scripts of dev/: where things are, what they run on, and how they talk.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
me=$(basename "$0")
cache=$root/.cache
tool_missing=69

say() { echo "$me: $*" >&2; }
die() { local code=$1; shift; say "$*"; exit "$code"; }

# Text between the first comment line and the first line of code is a script's help.
help_of() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"; }

jdk_major() { "$1/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p'; }

# JAVA_HOME, then where systems keep their JDKs; the newest that is at least 25.
find_jdk() {
  local home major
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/java/* /opt/java/* \
    "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [[ -x $home/bin/javac ]] || continue
    major=$(jdk_major "$home")
    [[ ${major%%.*} -ge 25 ]] && { export JAVA_HOME=$home; return; }
  done
  die $tool_missing "no JDK 25 or newer found: install one (on Debian 13: apt-get install openjdk-25-jdk-headless) or set JAVA_HOME to it."
}

# Two files of our own, so that nothing of the user's podman configuration is overwritten.
podman_environment() {
  mkdir -p "$cache"
  if [[ -z ${CONTAINERS_CONF:-} && $(stat -fc %T /sys/fs/cgroup 2>/dev/null) != cgroup2fs ]]; then
    # podman on cgroup v1 runs only with these; a server may hold as many connections as this shell may open.
    cat >"$cache/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=$(ulimit -Hn):$(ulimit -Hn)", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
    export CONTAINERS_CONF=$cache/containers.conf
  fi
  if [[ -z ${CONTAINERS_REGISTRIES_CONF:-} ]]; then
    # The local registry of demo and tests speaks plain HTTP, on loopback only.
    printf '[[registry]]\nlocation = "127.0.0.1"\ninsecure = true\n[[registry]]\nlocation = "localhost"\ninsecure = true\n' >"$cache/registries.conf"
    export CONTAINERS_REGISTRIES_CONF=$cache/registries.conf own_registries_conf=yes
  fi
}

# A podman service of our own for Testcontainers; ended by stop_podman_service.
start_podman_service() {
  local socket=$cache/podman-$$.sock
  podman system service --time=0 "unix://$socket" >"$cache/podman-service.log" 2>&1 &
  podman_service=$!
  for _ in $(seq 100); do
    [[ -S $socket ]] && break
    kill -0 $podman_service 2>/dev/null || die 1 "podman's service does not start: $(tail -n 1 "$cache/podman-service.log")"
    sleep 0.1
  done
  use_podman_socket "$socket"
}

use_podman_socket() {
  # Without the override, a machine that looks like a container is asked for its bridge's address.
  export DOCKER_HOST=unix://$1 TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
}

stop_podman_service() {
  [[ -n ${podman_service:-} ]] || return 0
  kill "$podman_service" 2>/dev/null && wait "$podman_service" 2>/dev/null
  rm -f "$cache/podman-$$.sock"
  podman_service=
}

# One attribute of all test suites, added up.
total() { find . -path '*/target/surefire-reports/TEST-*.xml' -exec sed -n 's/^<testsuite .* '"$1"'="\([0-9]*\)".*/\1/p' {} + | awk '{n += $1} END {print n + 0}'; }

# Makes the fat jars of some modules where one is older than its sources.
build() { # module...
  local module jar modules
  modules=$(IFS=,; echo "$*")
  for module in "$@"; do
    jar=$(echo "$root/$module"/target/*-fat.jar)
    [[ -f $jar && -z $(find "$root" -path '*/target' -prune -o \( -name '*.java' -o -name '*.xml' \) -newer "$jar" -print -quit) ]] && continue
    say "building (a minute; the first time also downloads)"
    (cd "$root" && ./mvnw --batch-mode -q -DskipTests package -pl "$modules" -am </dev/null) >"$cache/build.log" 2>&1 ||
      die 1 "the build failed: $(grep -m 3 ERROR "$cache/build.log")"
    return
  done
}

# What dev/dist makes, made again where the agent or its launcher is newer.
distribution() {
  local made
  made=$(echo "$root"/target/iot-agent-*.tar.gz)
  [[ -f $made && ! $(echo "$root"/verticles/agent/target/*-fat.jar) -nt $made && ! $root/verticles/agent/systemd/iot-agent -nt $made ]] ||
    "$root/dev/dist" >/dev/null
}

# A container label by its name in Wire.java, the one place that spells it.
label_of() {
  local wire=$root/common-codec/src/main/java/io/nationtech/iot/codec/Wire.java
  echo "$(sed -n 's/.* LABEL_PREFIX = "\(.*\)";/\1/p' "$wire")$(sed -n "s/.* LABEL_$1 = LABEL_PREFIX + \"\(.*\)\";/\1/p" "$wire")"
}
