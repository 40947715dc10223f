# Sourced by run: PostgreSQL, a primary and two standbys of which one has to have a commit before it is answered. It needs postgresql
# (13 or later) and haproxy. Who promotes, and who tells the others, is this file: PostgreSQL by itself does neither.
needs=(psql haproxy)
behind=postgres
mapfile -t postgres < <(tests/servers.sh --program postgres)
[ ${#postgres[@]} -gt 0 ] || lacks "there is no PostgreSQL"
# As whom its programs run, and where they are.
as=("${postgres[@]::${#postgres[@]}-1}")
bin=$(dirname "${postgres[-1]}")
# Debian's psql finds its version by a script that takes longer than the question.
PATH=$bin:$PATH
primary=0

asks() { psql -X -q -A -t -h 127.0.0.1 -p $((base + $1)) -U postgres -d postgres -c "$2"; }
source_of() { echo "host=127.0.0.1 port=$((base + $1)) user=postgres dbname=postgres"; }
url() { echo "postgres://postgres@127.0.0.1:$((base + 60))"; }
victim() { echo "$primary"; }
# A standby: the other one has to do.
sleeper() { echo $(((primary + 1) % 3)); }

# A server that is killed leaves memory behind, which is not in the directory: at the end each is told to go at once.
let_go() {
  local i pid
  for i in 0 1 2; do
    pid=$(cat "$dir/n$i/pid" 2>/dev/null) || continue
    kill -CONT "$pid" 2>/dev/null && kill -QUIT "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
  done
}

# node I: starts a node, and waits until it takes connections. One that is new is a copy of the primary; one that was there and is not the
# primary any more goes back to where both were the same, and follows.
node() {
  local i=$1 home=$dir/n$1
  if [ ! -d "$home/data" ]; then
    [ "$EUID" -ne 0 ] || chown "${as[1]#*=}" "$home"
    if [ "$i" = "$primary" ]; then
      # Checksums are what pg_rewind needs.
      "${as[@]}" "$bin/initdb" --pgdata="$home/data" --username=postgres --auth=trust --encoding=UTF8 --no-locale --no-sync --data-checksums
      # In the file, because pg_rewind starts the server by itself and has to find what it shall keep.
      cat >>"$home/data/postgresql.conf" <<'CONF'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
wal_keep_size = 512MB
synchronous_commit = on
synchronous_standby_names = 'ANY 1 (n0, n1, n2)'
CONF
    else
      "${as[@]}" "$bin/pg_basebackup" --pgdata="$home/data" --dbname="$(source_of "$primary")" --write-recovery-conf --checkpoint=fast \
        --no-sync
    fi >"$home/init" 2>&1
  elif [ "$i" != "$primary" ]; then
    asks "$primary" CHECKPOINT
    "${as[@]}" "$bin/pg_rewind" --target-pgdata="$home/data" --source-server="$(source_of "$primary")" --write-recovery-conf \
      --no-sync >"$home/rewind" 2>&1 || { cat "$home/rewind" >&2 && return 1; }
  fi
  : >"$home/log"
  (cd / && exec setsid "${postgres[@]}" -D "$home/data" -p $((base + i)) -c cluster_name="n$i") >"$home/log" 2>&1 </dev/null &
  echo $! >"$home/pid"
  appears "$i" 'ready to accept' 90
}

form() {
  local i
  for i in 0 1 2; do node $i; done
  asks 0 'CREATE DATABASE book'
  asks 0 'CREATE DATABASE messages'
}

# The standby that has more becomes the primary: what was answered is on one of the two. The other one follows it.
taken_over() {
  local one=$(((primary + 1) % 3)) two=$(((primary + 2) % 3)) first
  first=$(asks $two "SELECT pg_last_wal_receive_lsn() <= CAST('$(asks $one 'SELECT pg_last_wal_receive_lsn()')' AS pg_lsn)")
  [ "$first" = t ] || { local more=$two && two=$one && one=$more; }
  asks $one 'SELECT pg_promote()' >/dev/null
  primary=$one
  asks $two "ALTER SYSTEM SET primary_conninfo = '$(source_of $one)'"
  asks $two 'SELECT pg_reload_conf()' >/dev/null
  echo "node $one is promoted"
}
