#!/usr/bin/env bash
# Runs a command with DATABASE_URL set to a PostgreSQL cluster of its own, made under var/ and removed afterwards:
#     scripts/with_postgres.sh .venv/bin/python -m pytest
# When DATABASE_URL is given already, the command simply runs on that. The cluster listens on a socket only, so nothing
# else is disturbed. It is fast and forgetful (fsync off): for tests, never for data.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -n "${DATABASE_URL:-}" ]]; then exec "$@"; fi

pg_ctl=$(command -v pg_ctl || find /usr/lib/postgresql -path '*/bin/pg_ctl' 2>/dev/null | sort -V | tail -n 1)
if [[ -z "$pg_ctl" ]]; then
    echo "PostgreSQL is not installed (Debian: apt install postgresql). Or give DATABASE_URL." >&2
    exit 1
fi
bin=$(dirname "$(readlink -f "$pg_ctl")")

# PostgreSQL refuses to run as root: then the account `postgres` runs it, in a folder that this account can reach.
as_owner=()
owner=$(id -un)
if [[ $(id -u) == 0 ]]; then
    owner=postgres
    as_owner=(runuser -u "$owner" --)
fi

mkdir -p var
cluster=$(mktemp -d "$PWD/var/postgres.XXXXXX")
sockets=$(mktemp -d /tmp/portal-pg.XXXXXX) # a socket's path may have 107 letters at most
remove() {
    trap - EXIT INT TERM
    [[ -f "$cluster/data/postmaster.pid" ]] &&
        (cd / && "${as_owner[@]}" "$bin/pg_ctl" --pgdata "$cluster/data" --mode immediate --silent stop || true)
    rm -rf "$cluster" "$sockets"
}
trap remove EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

chown "$owner" "$cluster" "$sockets"
if ! (cd / && "${as_owner[@]}" test -w "$cluster"); then
    rmdir "$cluster"
    cluster=$(mktemp -d /tmp/portal-cluster.XXXXXX)
    chown "$owner" "$cluster"
fi

(
    cd / # the owner may not be allowed to enter the folder we stand in
    "${as_owner[@]}" "$bin/initdb" --pgdata "$cluster/data" --username portal --auth trust --encoding UTF8 --locale C.UTF-8 \
        --no-sync >/dev/null
    "${as_owner[@]}" "$bin/pg_ctl" --pgdata "$cluster/data" --log "$cluster/log" --silent --wait --timeout 60 \
        --options "-c listen_addresses='' -c unix_socket_directories='$sockets' -c fsync=off -c full_page_writes=off" \
        start || { cat "$cluster/log" >&2; exit 1; }
)
export DATABASE_URL="postgres://portal@${sockets//\//%2F}/postgres"
"$@"
