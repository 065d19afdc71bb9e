#!/bin/sh
# What has to happen each night: night.sh FOLDER DAYS. Backups go into FOLDER and are kept for DAYS.
set -eu
cd "$(dirname "$0")/.."
folder=$1
days=$2
file=$folder/$(date -u +%Y-%m-%dT%H%M%SZ).backup
.venv/bin/flask --app wsgi backup create "$file"
.venv/bin/flask --app wsgi backup verify "$file"
.venv/bin/flask --app wsgi purge
find "$folder" -maxdepth 1 -name '*.backup' -mtime "+$days" -exec rm -- {} +
