# Sourced by run: HAProxy before the database, where it lets callers to the node that writes (is-writer tells which), and before our
# servers, as deploy/haproxy has it, at random.
proxy() {
  mkdir -p "$dir/proxy"
  cat >"$dir/proxy/haproxy.cfg" <<CONFIG
global
    external-check
    insecure-fork-wanted

defaults
    timeout connect 2s
    timeout client 75s
    timeout server 75s
    retries 2
    option redispatch
    default-server check inter 2s fastinter 500ms downinter 500ms fall 2 rise 1

listen $behind
    mode tcp
    bind 127.0.0.1:$((base + 60))
    option external-check
    external-check path "$PATH"
    external-check command "$here/is-writer"
    # Who is not the writer any more, or answers nothing, loses its connections: their callers are told at once. An answer may
    # take as long as the time between two questions, or to connect.
    default-server on-marked-down shutdown-sessions
$(for i in 0 1 2; do echo "    server n$i 127.0.0.1:$((base + i))"; done)

listen ours
    mode http
    bind 127.0.0.1:$((base + 53))
    balance random
    retry-on conn-failure
    option httpchk GET /readyz
    http-check expect status 200
$(for i in 0 1 2; do echo "    server e$i 127.0.0.1:$((base + 50 + i))"; done)
CONFIG
  haproxy -f "$dir/proxy/haproxy.cfg" >"$dir/proxy/log" 2>&1 </dev/null &
  echo $! >"$dir/proxy/pid"
  # Each node is up until it is asked.
  for ((i = 0; i < 300; i++)); do
    [ "$(grep -c "Server $behind/n. is DOWN" "$dir/proxy/log")" -lt 2 ] || return 0
    sleep 0.1
  done
  echo "clusters: HAProxy finds no writer" >&2
  cat "$dir/proxy/log" >&2
  return 1
}
