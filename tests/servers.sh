#!/usr/bin/env bash
# Private database servers for the tests: MariaDB, MySQL (Oracle's) and PostgreSQL on loopback, gone when the script is.
#
#   tests/servers.sh COMMAND...   start them, run the command with their URLs in its environment, stop them
#   tests/servers.sh              start them, print their URLs, stop them on Ctrl-C
#   tests/servers.sh --own NAME   one alone (mariadb, mysql, postgres), for a test that kills it: says its URL, then does what each line of its
#                                 input says and says `done`: `kill` (SIGKILL, with its own processes) or `start` (again, on the same data
#                                 and port); gone at the end of the input; ends with 3 where it cannot be had
#   tests/servers.sh --program NAME   how the program of one of them is run, a word a line; it is fetched where that is possible, and ends
#                                 with 3 where it cannot be had
#   . tests/servers.sh            the same for a script (it sets `set -euo pipefail` and an EXIT trap; not for a login shell)
#
# A server whose URL is already in the environment is not started:
#
#   ESTAIR_TEST_MARIADB_URL    mysql://root@127.0.0.1:3306/
#   ESTAIR_TEST_MYSQL_URL      mysql://root@127.0.0.1:3307/
#   ESTAIR_TEST_POSTGRES_URL   postgres://postgres@127.0.0.1:5432/postgres
#
# The user of a URL needs the right to CREATE DATABASE.
#
# What is missing is installed where that is possible: MariaDB and PostgreSQL as Debian packages (by root, with apt-get;
# their system services are not started), MySQL unpacked from Debian unstable into the user's cache, never installed.
# A server that cannot be had is named on stderr and left out; under CI=true or ESTAIR_TEST_REQUIRE_ALL=1 that is an error.
#
#   ESTAIR_TEST_INSTALL=0            install and download nothing
#   ESTAIR_TEST_DEBIAN_MIRROR=URL    where Debian unstable is, when the apt sources name no Debian mirror
#
# The data is in a directory of its own under TMPDIR. A commit is flushed, as in production. What is not set
# here is the server's own default, on purpose: a setting that the code needs, it must ask for itself.
set -euo pipefail

SRV_MYSQL_TREE=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/estair-tests/mysql

srv_missing=()                # names of the servers that cannot be had; tests/run reads it
srv_why=                      # why the last srv_find_* or srv_get_* said no
srv_dir=                      # the temporary directory: data, sockets, logs
declare -A srv_signal_of=()   # pid of what was started -> the signal that ends it cleanly
srv_policy=                   # the policy-rc.d that is there while packages are installed
srv_staging=                  # a MySQL tree that is not complete yet
srv_mysqld=()                 # how to run the unpacked MySQL
srv_postgres_bin=             # where PostgreSQL's programs are
srv_as_other=()               # how to run PostgreSQL as somebody else than root
srv_guard=()                  # ends a server with this shell even where no trap runs (kill -9); Linux only
! setpriv --pdeathsig TERM true 2>/dev/null || srv_guard=(setpriv --pdeathsig TERM)
srv_as_root=()                # the option with which MariaDB and MySQL accept to run as root
[ "$EUID" -ne 0 ] || srv_as_root=(--user=root)

# ---- all of them ----------------------------------------------------------------------------------------------------

srv_start_all() {
  local name var i wanted=() init_pids=()
  trap srv_stop_all EXIT
  PATH=$PATH:/usr/sbin:/sbin

  for name in mariadb mysql postgres; do
    var=ESTAIR_TEST_${name^^}_URL
    if [ -n "${!var:-}" ]; then
      export "${var?}"
      srv_say "$name: not started, $var is given"
    elif "srv_find_$name" || { srv_may_install && "srv_get_$name" && "srv_find_$name"; }; then
      wanted+=("$name")
    else
      srv_lack "$name" "$var"
    fi
  done
  [ ${#wanted[@]} -gt 0 ] || return 0

  srv_dir=$(mktemp -d "${TMPDIR:-/tmp}/estair-tests.XXXXXX")
  chmod 711 "$srv_dir" # the user that runs PostgreSQL passes through

  # Making the data directories takes most of the time, and none needs another.
  for name in "${wanted[@]}"; do
    mkdir -p "$srv_dir/$name/tmp"
    "srv_init_$name" >"$srv_dir/$name.init.log" 2>&1 </dev/null &
    init_pids+=("$!")
    srv_signal_of[$!]=TERM
  done
  for i in "${!wanted[@]}"; do
    name=${wanted[i]}
    wait "${init_pids[i]}" || srv_fail "$name: its data directory could not be made" "$srv_dir/$name.init.log"
    unset "srv_signal_of[${init_pids[i]}]"
  done

  for name in "${wanted[@]}"; do srv_start "$name"; done
}

# Starts one server on a free port, or on the one that is given, waits until it takes connections and exports its URL.
srv_start() {
  local name=$1 log=$srv_dir/$1.log var=ESTAIR_TEST_${1^^}_URL port pid
  for _ in 1 2 3; do # between the look at the port and the start, somebody may take it
    port=${2:-$(srv_free_port)} || srv_fail "$name: no free port"
    : >"$log" # srv_await_ready may look before the server is born
    (
      cd "$srv_dir/$name"
      export TMPDIR=$PWD/tmp LC_ALL=C
      ulimit -Sn 8192 2>/dev/null || true # 500 connections, and their files
      "srv_exec_$name" "$port"
    ) >"$log" 2>&1 </dev/null &
    pid=$!
    srv_signal_of[$pid]=TERM
    # To PostgreSQL, TERM means "once the last client has left" and INT means "now, and cleanly".
    [ "$name" != postgres ] || srv_signal_of[$pid]=INT

    if srv_await_ready "$pid" "$log"; then
      export "$var=$("srv_url_$name" "$port")"
      srv_say "$name: $var=${!var}"
      return 0
    fi
    srv_stop "$pid"
  done
  srv_fail "$name: did not start" "$log"
}

srv_await_ready() {
  local pid=$1 log=$2
  for _ in {1..600}; do
    ! grep -qE 'ready for connections|ready to accept connections' "$log" || return 0
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# One server, which is killed and started as its input says.
srv_own() {
  local name=$1 var=ESTAIR_TEST_${1^^}_URL line port pid children
  trap srv_stop_all EXIT
  PATH=$PATH:/usr/sbin:/sbin
  if ! "srv_find_$name"; then
    srv_say "$name: $srv_why"
    exit 3
  fi
  srv_dir=$(mktemp -d "${TMPDIR:-/tmp}/estair-tests.XXXXXX")
  chmod 711 "$srv_dir"
  mkdir -p "$srv_dir/$name/tmp"
  ("srv_init_$name") >"$srv_dir/$name.init.log" 2>&1 </dev/null ||
    srv_fail "$name: its data directory could not be made" "$srv_dir/$name.init.log"
  srv_start "$name"
  port=${!var##*:} && port=${port%%/*}
  echo "${!var}"
  while read -r line; do
    case $line in
      kill)
        pid=${!srv_signal_of[*]}
        # PostgreSQL answers whom it has let in from processes of their own.
        children=$(cat /proc/"$pid"/task/*/children 2>/dev/null || true)
        # shellcheck disable=SC2086
        kill -KILL "$pid" $children 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
        unset "srv_signal_of[$pid]"
        ;;
      start) srv_start "$name" "$port" ;;
      *) srv_fail "not known: $line" ;;
    esac
    echo 'done'
  done
}

# How a server's program is run, by somebody who starts several.
srv_program() {
  local name=$1
  trap srv_stop_all EXIT
  PATH=$PATH:/usr/sbin:/sbin
  if ! "srv_find_$name" && ! { srv_may_install && "srv_get_$name" && "srv_find_$name"; }; then
    srv_say "$name: $srv_why"
    exit 3
  fi
  case $name in
    mariadb) printf '%s\n' mariadbd "${srv_as_root[@]}" ;;
    mysql) printf '%s\n' "${srv_mysqld[@]}" "${srv_as_root[@]}" ;;
    postgres) printf '%s\n' "${srv_as_other[@]}" "$srv_postgres_bin/postgres" ;;
  esac
}

# On every exit: all are told to stop, then each is waited for, then nothing of them is left.
srv_stop_all() {
  local pid
  trap '' INT TERM HUP # a second Ctrl-C must not leave half of it behind
  for pid in "${!srv_signal_of[@]}"; do kill "-${srv_signal_of[$pid]}" "$pid" 2>/dev/null || true; done
  for pid in "${!srv_signal_of[@]}"; do srv_stop "$pid"; done
  [ -z "$srv_policy" ] || rm -f "$srv_policy"
  [ -z "$srv_staging" ] || rm -rf "$srv_staging"
  # What an interrupted start had started itself may still write a file: then once more.
  [ -z "$srv_dir" ] || rm -rf "$srv_dir" 2>/dev/null || { sleep 2 && rm -rf "$srv_dir"; } || true
}

srv_stop() {
  kill "-${srv_signal_of[$1]}" "$1" 2>/dev/null || true
  for _ in {1..300}; do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
  unset "srv_signal_of[$1]"
}

# ---- MariaDB --------------------------------------------------------------------------------------------------------

srv_find_mariadb() {
  srv_why='mariadbd and mariadb-install-db are not there (Debian: mariadb-server)'
  command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null
}

srv_get_mariadb() { srv_install mariadb-server; }

srv_init_mariadb() {
  # Its temporary tables too: their names are one process's, and two runs at a time may share a number.
  mkdir -p "$srv_dir/mariadb/tmp"
  TMPDIR="$srv_dir/mariadb/tmp" mariadb-install-db --no-defaults "${srv_as_root[@]}" --datadir="$srv_dir/mariadb/data" \
    --auth-root-authentication-method=normal --skip-name-resolve --skip-test-db
}

srv_exec_mariadb() {
  exec "${srv_guard[@]}" mariadbd --no-defaults "${srv_as_root[@]}" --datadir="$PWD/data" --tmpdir="$PWD/tmp" \
    --pid-file="$PWD/pid" --socket=mariadb.sock --bind-address=127.0.0.1 --port="$1" --skip-name-resolve \
    --max-connections=500 --innodb-buffer-pool-size=256M --innodb-flush-log-at-trx-commit=1
}

srv_url_mariadb() { echo "mysql://root@127.0.0.1:$1/"; }

# ---- MySQL: Debian has it in unstable only, so it is unpacked with its libraries and run by its own loader ----------

srv_find_mysql() {
  local tree=$SRV_MYSQL_TREE loader
  srv_why="MySQL is not in $tree"
  [ -x "$tree/usr/sbin/mysqld" ] || return 1
  loader=$(find "$tree/usr/lib" -name 'ld-linux*.so.*' -print -quit)
  srv_mysqld=("$loader" --library-path "$(dirname "$loader"):$tree/usr/lib/mysql/private" "$tree/usr/sbin/mysqld"
    --no-defaults --basedir="$tree/usr" --lc-messages-dir="$tree/usr/share/mysql" --secure-file-priv=NULL)
  srv_why="the MySQL in $tree does not run (remove it, to have it fetched again)"
  "${srv_mysqld[@]}" --version >/dev/null 2>&1
}

srv_get_mysql() {
  local mirror keyring tree=$SRV_MYSQL_TREE
  srv_why='MySQL is taken from Debian unstable, which needs apt-get, dpkg and the package debian-archive-keyring'
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  keyring=$(find /usr/share/keyrings -name 'debian-archive-keyring.[gp]*' -print -quit 2>/dev/null || true)
  [ -n "$keyring" ] || return 1

  mirror=${ESTAIR_TEST_DEBIAN_MIRROR:-$(srv_debian_mirror)}
  srv_why='the apt sources name no Debian mirror to take MySQL from (ESTAIR_TEST_DEBIAN_MIRROR=URL names one)'
  [ -n "$mirror" ] || return 1

  srv_why="MySQL could not be fetched from Debian unstable and unpacked into $tree"
  mkdir -p "$(dirname "$tree")" && srv_staging=$(mktemp -d "$tree.XXXXXX") || return 1
  srv_say "mysql: fetching it into $tree (60 MB, once)"
  # Unstable changes all the time: a file on the list may be gone already, so each attempt reads the list anew.
  srv_persist srv_unpack_mysql "$mirror" "$keyring" || return 1

  # The name is given to a complete tree only. If another run was quicker, its tree is as good as this one.
  srv_find_mysql || rm -rf "$tree"
  mv -T "$srv_staging/tree" "$tree" 2>/dev/null || true
  rm -rf "$srv_staging"
  srv_staging=
}

# Fetches the server and all it needs as if nothing were installed here, and unpacks it into the staging directory.
srv_unpack_mysql() {
  local mirror=$1 keyring=$2 dir=$srv_staging apt deb
  rm -rf "${dir:?}"/*
  mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/none" "$dir/tree" || return 1
  echo "deb [signed-by=$keyring] $mirror sid main" >"$dir/sources.list" || return 1
  : >"$dir/status"
  apt=(apt-get -qq -o Dir::State::lists="$dir/lists" -o Dir::State::status="$dir/status" -o Dir::Cache="$dir/cache"
    -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts="$dir/none" -o APT::Default-Release=
    -o Dir::Etc::preferences="$dir/none/preferences" -o Dir::Etc::preferencesparts="$dir/none"
    -o APT::Sandbox::User=root -o APT::Keep-Downloaded-Packages=true -o Acquire::Languages=none -o Debug::NoLocking=1)
  "${apt[@]}" update >&2 </dev/null || return 1
  "${apt[@]}" -y --no-install-recommends --download-only install mysql-server-core >/dev/null </dev/null || return 1
  for deb in "$dir"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$dir/tree" || return 1; done
  # More than half is other programs, Perl and documentation, which the server has no use for.
  rm -rf "$dir"/tree/usr/bin "$dir"/tree/usr/share/{doc,man,perl,perl5} "$dir"/tree/usr/lib/*/perl*
}

srv_debian_mirror() {
  grep -rhsE '^(deb|URIs:) ' /etc/apt/sources.list /etc/apt/sources.list.d |
    grep -oE '[a-z+]+:/[^ ]*/debian(\.list)?/?( |$)' | head -n 1 | tr -d ' ' || true
}

srv_init_mysql() {
  # A new MySQL knows root@localhost only, and without name resolution nobody who comes over TCP is called that.
  printf '%s\n' "CREATE USER 'root'@'127.0.0.1';" "GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;" \
    >"$srv_dir/mysql/root.sql"
  "${srv_mysqld[@]}" "${srv_as_root[@]}" --datadir="$srv_dir/mysql/data" --initialize-insecure \
    --init-file="$srv_dir/mysql/root.sql" --auto-generate-certs=OFF
}

srv_exec_mysql() {
  exec "${srv_guard[@]}" "${srv_mysqld[@]}" "${srv_as_root[@]}" --datadir="$PWD/data" --pid-file="$PWD/pid" \
    --socket=mysql.sock --mysqlx=OFF --bind-address=127.0.0.1 --port="$1" --skip-name-resolve \
    --skip-log-bin --performance-schema=OFF --auto-generate-certs=OFF \
    --max-connections=500 --innodb-buffer-pool-size=256M --innodb-flush-log-at-trx-commit=1
}

srv_url_mysql() { echo "mysql://root@127.0.0.1:$1/"; }

# ---- PostgreSQL -----------------------------------------------------------------------------------------------------

srv_find_postgres() {
  local initdb user
  # Debian keeps the programs out of PATH, by version: the newest is taken.
  initdb=$(find /usr/lib/postgresql/*/bin -name initdb 2>/dev/null | sort -V | tail -n 1 || true)
  [ -n "$initdb" ] || initdb=$(command -v initdb || true)
  srv_why='initdb and postgres are not there (Debian: postgresql)'
  [ -n "$initdb" ] && [ -x "$(dirname "$initdb")/postgres" ] || return 1
  srv_postgres_bin=$(dirname "$initdb")

  [ "$EUID" -eq 0 ] || return 0
  srv_why='PostgreSQL does not run as root, and setpriv (Debian: util-linux) is not there to run it as another user'
  command -v setpriv >/dev/null || return 1
  user=postgres
  id "$user" >/dev/null 2>&1 || user=nobody
  srv_as_other=(setpriv --reuid="$(id -u "$user")" --regid="$(id -g "$user")" --clear-groups)
}

srv_get_postgres() { srv_install postgresql; }

srv_init_postgres() {
  cd "$srv_dir/postgres" || return 1
  [ "$EUID" -ne 0 ] || chown -R "${srv_as_other[1]#*=}" . || return 1
  "${srv_as_other[@]}" "$srv_postgres_bin/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 \
    --no-locale --no-sync
}

srv_exec_postgres() {
  exec "${srv_as_other[@]}" "${srv_guard[@]/TERM/INT}" "$srv_postgres_bin/postgres" -D "$PWD/data" -p "$1" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c max_connections=500 -c shared_buffers=256MB -c jit=off
}

srv_url_postgres() { echo "postgres://postgres@127.0.0.1:$1/postgres"; }

# ---- what they share ------------------------------------------------------------------------------------------------

# A port below 32768: above, the system gives ports to clients, and a client that polls a closed one can end up
# connected to itself.
srv_free_port() {
  local port
  for _ in {1..100}; do
    port=$((20000 + RANDOM % 12000))
    (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return 0; }
  done
  return 1
}

srv_may_install() { [ "${ESTAIR_TEST_INSTALL:-1}" != 0 ]; }

# Installs Debian packages without starting their services, and without removing anything to make room.
srv_install() {
  [ "$EUID" -eq 0 ] && command -v apt-get >/dev/null || return 1
  srv_say "installing $*"
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    srv_policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' >"$srv_policy" && chmod 755 "$srv_policy" || return 1
  fi
  srv_persist srv_apt_install "$@" || srv_say "could not install $*"
  [ -z "$srv_policy" ] || rm -f "$srv_policy"
  srv_policy=
}

srv_apt_install() {
  apt-get -qq update >&2 </dev/null || true # some other source may be down; what is needed may be there all the same
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-remove --no-install-recommends -o DPkg::Lock::Timeout=300 \
    install "$@" >/dev/null </dev/null
}

# Runs a command that depends on the network, up to four times.
srv_persist() {
  local pause
  for pause in 1 5 15 0; do
    ! "$@" || return 0
    sleep "$pause"
  done
  return 1
}

# A server that cannot be had: said once, and where all are required, the end.
srv_lack() {
  local name=$1 var=$2
  srv_missing+=("$name")
  srv_say "$name: NOT TESTED: $srv_why." "Or give the URL of a server in $var, of a user who may CREATE DATABASE."
  if [ "${CI:-}" = true ] || [ "${ESTAIR_TEST_REQUIRE_ALL:-}" = 1 ]; then srv_fail "$name is required here"; fi
}

srv_say() { echo "servers: $*" >&2; }

srv_fail() {
  srv_say "error: $1"
  [ $# -lt 2 ] || tail -n 40 "$2" >&2
  exit 1
}

# ---- run or sourced -------------------------------------------------------------------------------------------------

if [ "${BASH_SOURCE[0]}" = "$0" ] && [ "${1:-}" = --own ]; then
  srv_own "$2"
  exit
fi
if [ "${BASH_SOURCE[0]}" = "$0" ] && [ "${1:-}" = --program ]; then
  srv_program "$2"
  exit
fi
srv_start_all
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  if [ $# -gt 0 ]; then
    "$@"
  else
    srv_say "running, until Ctrl-C"
    for srv_pid in "${!srv_signal_of[@]}"; do wait "$srv_pid"; done
  fi
fi
