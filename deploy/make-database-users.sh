#!/bin/sh
# The database and its two users: the owner of the tables, whom `init` alone uses, and the product itself.
# PostgreSQL's image runs it once, before it serves. On a server of your own: set SECRETS and run it as postgres.
set -eu
secrets=${SECRETS:-/run/secrets}
for each in owner-password app-password; do # psql would go on with an empty one
    if ! [ -s "$secrets/$each" ] || ! [ -r "$secrets/$each" ]; then
        echo "$secrets/$each cannot be read by $(id -un), or is empty." >&2
        exit 1
    fi
done
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<SQL
\\set owner_password \`cat "$secrets/owner-password"\`
\\set app_password \`cat "$secrets/app-password"\`
CREATE ROLE screener_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE screener LOGIN PASSWORD :'app_password';
CREATE DATABASE screener OWNER screener_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE screener FROM PUBLIC;
GRANT CONNECT ON DATABASE screener TO screener;
SQL
