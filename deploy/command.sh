#!/bin/sh
# A command of the product, as the service's user and with the service's settings: sudo deploy/command.sh COMMAND …
# Name files with their whole path, in folders that this user may use: it works in the folder of the program.
set -eu
umask 077
user=${SCREENER_USER:-screener}
settings=${SCREENER_ENV:-/etc/screener/screener.env}
if [ "$(id -un)" != "$user" ]; then
    exec runuser -u "$user" -- sh "$(cd "$(dirname "$0")" && pwd)/command.sh" "$@"
fi
cd "$(dirname "$0")/.."
export HOST=127.0.0.1 PORT=8000 DATA_DIR=/var/lib/screener METRICS_DIR=/run/screener/counts
set -a
. "$settings"
set +a
exec .venv/bin/flask --app wsgi "$@"
