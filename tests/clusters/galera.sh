# Sourced by run: MariaDB Galera. It needs mariadb-server, galera-4 and rsync.
provider=/usr/lib/galera/libgalera_smm.so
needs=(mariadbd mariadb-install-db mariadb rsync)
behind=
[ -e "$provider" ] || lacks "galera-4 is missing ($provider)"
# rsync's daemon gives root's rights up; what it copies has to belong to an account that has none.
account=$(id -un)
[ "$account" != root ] || account=mysql

url() { echo "mysql://root@127.0.0.1:$((base + $1))"; }
victim() { echo 1; }
sleeper() { echo 2; }
taken_over() { :; }

# cut I, joined I: the node neither sends to the others nor hears them, and does again.
isolate() { mariadb --no-defaults -h 127.0.0.1 -P $((base + $1)) -u root -e "SET GLOBAL wsrep_provider_options='gmcast.isolate=$2'"; }
cut() { isolate "$1" 1; }
joined() { isolate "$1" 0; }
let_go() { :; }

# node I: starts a node, and waits until it is one of the cluster.
node() {
  local i=$1 home=$dir/n$1 group=$((base + 100 + 10 * $1)) members=
  if [ ! -d "$home/data/mysql" ]; then
    [ "$(id -un)" != root ] || chown "$account" "$home"
    mariadb-install-db --no-defaults --datadir="$home/data" --user="$account" --auth-root-authentication-method=normal \
      --skip-test-db >"$home/init" 2>&1 || { cat "$home/init" >&2 && return 1; }
    # The first node begins the cluster; it is not begun twice.
    [ "$i" = 0 ] || members=$(others)
  else
    members=$(others)
  fi
  : >"$home/log"
  setsid mariadbd --no-defaults --user="$account" --datadir="$home/data" --port=$((base + i)) --bind-address=127.0.0.1 \
    --socket="$home/socket" --pid-file="$home/own-pid" --innodb-buffer-pool-size=64M --binlog-format=ROW \
    --innodb-autoinc-lock-mode=2 --innodb-flush-log-at-trx-commit=1 --wsrep-on=ON --wsrep-provider=$provider \
    --wsrep-cluster-name=book --wsrep-cluster-address="gcomm://$members" --wsrep-node-name="n$i" \
    --wsrep-node-address="127.0.0.1:$group" --wsrep-node-incoming-address="127.0.0.1:$((base + i))" \
    --wsrep-sst-method=rsync --wsrep-sst-receive-address="127.0.0.1:$((group + 2))" \
    --wsrep-provider-options="base_port=$group;gmcast.listen_addr=tcp://127.0.0.1:$group;ist.recv_addr=127.0.0.1:$((group + 1))" \
    >"$home/log" 2>&1 </dev/null &
  echo $! >"$home/pid"
  appears "$i" 'Synchronized with group, ready for connections' 90
}
others() { printf '127.0.0.1:%s,127.0.0.1:%s,127.0.0.1:%s' $((base + 100)) $((base + 110)) $((base + 120)); }

form() {
  local i
  for i in 0 1 2; do node $i; done
  mariadb --no-defaults -h 127.0.0.1 -P "$base" -u root -e 'CREATE DATABASE book; CREATE DATABASE messages'
}
