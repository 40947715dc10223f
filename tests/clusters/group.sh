# Sourced by run: MySQL Group Replication, of the MySQL that tests/servers.sh has, with one writer (behind HAProxy) or with every node a
# writer. It needs MariaDB's client; with one writer, haproxy.
needs=(mariadb)
behind=
single=OFF
if [ "$engine" = group ]; then
  needs+=(haproxy)
  behind=mysql
  single=ON
fi
mapfile -t mysqld < <(tests/servers.sh --program mysql)
[ ${#mysqld[@]} -gt 0 ] || lacks "there is no MySQL"

asks() { mariadb --no-defaults -h 127.0.0.1 -P $((base + $1)) -u root -BN -e "$2"; }
taken_over() { :; }
let_go() { :; }

if [ $single = ON ]; then
  url() { echo "mysql://root@127.0.0.1:$((base + 60))"; }
  # The writer, asked of any node that is one of the group.
  victim() {
    local i port
    for i in 0 1 2; do
      port=$(asks $i "SELECT member_port FROM performance_schema.replication_group_members
        WHERE member_role = 'PRIMARY' AND member_state = 'ONLINE'" 2>/dev/null) || continue
      [ -z "$port" ] || { echo $((port - base)) && return 0; }
    done
    echo "clusters: nobody knows a writer" >&2
    return 1
  }
  sleeper() { victim; }
else
  url() { echo "mysql://root@127.0.0.1:$((base + $1))"; }
  victim() { echo 1; }
  sleeper() { echo 2; }
fi

# node I: starts a node, and waits until it is one of the group.
node() {
  local i=$1 home=$dir/n$1 seed=$((base + 100)) begins=OFF checks=ON
  [ $single = OFF ] || checks=OFF
  if [ ! -d "$home/data/mysql" ]; then
    "${mysqld[@]}" --datadir="$home/data" --initialize-insecure --auto-generate-certs=OFF >"$home/init" 2>&1
    # The first node begins the group; it is not begun twice.
    [ "$i" != 0 ] || begins=ON
    # Each node's own, and none of the group's: the accounts.
    cat >"$home/accounts.sql" <<'SQL'
SET SQL_LOG_BIN = 0;
CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';
GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
CREATE USER IF NOT EXISTS 'recover'@'127.0.0.1';
GRANT REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO 'recover'@'127.0.0.1';
SET SQL_LOG_BIN = 1;
CHANGE REPLICATION SOURCE TO SOURCE_USER = 'recover', SOURCE_PASSWORD = '' FOR CHANNEL 'group_replication_recovery';
SQL
  fi
  : >"$home/log"
  setsid "${mysqld[@]}" --datadir="$home/data" --port=$((base + i)) --bind-address=127.0.0.1 --mysqlx=OFF --skip-name-resolve \
    --socket="$home/socket" --pid-file="$home/own-pid" --innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=1 \
    --server-id=$((i + 1)) --report-host=127.0.0.1 --report-port=$((base + i)) --init-file="$home/accounts.sql" \
    --gtid-mode=ON --enforce-gtid-consistency=ON --log-bin="$home/data/binlog" --relay-log="$home/data/relay" \
    --plugin-load-add=group_replication.so --plugin-load-add=mysql_clone.so \
    --loose-group-replication-group-name=6b6f6f62-0000-4000-8000-000000000000 \
    --loose-group-replication-local-address="127.0.0.1:$((seed + i))" \
    --loose-group-replication-group-seeds="127.0.0.1:$seed,127.0.0.1:$((seed + 1)),127.0.0.1:$((seed + 2))" \
    --loose-group-replication-bootstrap-group=$begins --loose-group-replication-start-on-boot=ON \
    --loose-group-replication-single-primary-mode=$single --loose-group-replication-enforce-update-everywhere-checks=$checks \
    --loose-group-replication-recovery-get-public-key=ON --loose-group-replication-ip-allowlist=127.0.0.1/8 \
    >"$home/log" 2>&1 </dev/null &
  echo $! >"$home/pid"
  appears "$i" 'This server was declared online' 90
}

form() {
  local i
  for i in 0 1 2; do node $i; done
  asks 0 'CREATE DATABASE book; CREATE DATABASE messages'
}
