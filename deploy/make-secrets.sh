#!/bin/sh
# Draws the passwords of deploy/compose.yaml, once: sh deploy/make-secrets.sh [FOLDER]
# The folder is closed to everybody else. The files in it are not, because containers read them as other users.
set -eu
umask 077
folder=${1:-$(dirname "$0")/secrets}
if [ -e "$folder" ]; then
    echo "$folder exists. Secrets are never drawn anew over old ones: the database knows the old ones only." >&2
    exit 1
fi

draw() {
    head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'
}

mkdir "$folder"
owner=$(draw)
app=$(draw)
draw >"$folder/postgres-password"
draw >"$folder/metrics-token"
printf '%s' "$owner" >"$folder/owner-password"
printf '%s' "$app" >"$folder/app-password"
printf 'postgresql://screener_owner:%s@database/screener' "$owner" >"$folder/owner-url"
printf 'postgresql://screener:%s@database/screener' "$app" >"$folder/app-url"
chmod 0444 "$folder"/*
echo "Made the secrets in $folder. Keep a copy in a safe place, away from the backups."
