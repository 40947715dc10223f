# Sourced: `modules NAME DIRECTORY` installs what that directory's lock file names into the user's cache, once, and says where.
modules() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/estair-tests/$1
  if ! cmp -s "$2/package-lock.json" "$cache/installed"; then
    mkdir -p "$cache"
    cp "$2/package.json" "$2/package-lock.json" "$cache"
    (cd "$cache" && npm ci --ignore-scripts --no-audit --no-fund --silent) >&2
    cp "$2/package-lock.json" "$cache/installed"
  fi
  echo "$cache/node_modules"
}

# `estair_server` builds the server where `ESTAIR_SERVER` does not name one, and says where it is.
estair_server() {
  if [ -n "${ESTAIR_SERVER:-}" ]; then
    echo "$ESTAIR_SERVER"
    return
  fi
  cargo build --quiet -p estair-server >&2
  cargo metadata --format-version 1 --no-deps | python3 -c 'import json,sys; print(json.load(sys.stdin)["target_directory"] + "/debug/estair-server")'
}
