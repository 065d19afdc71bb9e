#!/bin/sh
# Prepares the data and becomes the server, on HOST and PORT. Needs the environment that bootstrap.sh makes.
set -eu
umask 077
cd "$(dirname "$0")/.."
python=.venv/bin/python

# The server shares a taken port without a word, so that two versions would answer by turns.
"$python" -c '
import os, socket, sys
host, port = os.environ["HOST"], os.environ["PORT"]
if not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65535):
    sys.exit(f"PORT must be a number from 1 to 65535, not {port!r}. Name one: make run PORT=8001")
try:
    socket.create_server((host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
except OSError as error:
    sys.exit(f"Cannot listen on port {port} of {host}: {error.strerror}. Wait if it is just stopping, or name another one: make run PORT=8001")
'

"$python" -m flask --app wsgi init
echo "Serving on http://$HOST:$PORT (Ctrl+C stops it within a few seconds)."
# Four threads a worker (serving.py): each holds a database connection, and the work is short. No web sockets.
# A worker that is signalled twice, as Ctrl+C in a terminal does, can miss both; the time limit ends it.
# One that dies is replaced, or its end would be that of all; one that dies again at once ends the server.
exec "$python" -m granian --interface rsgi --host "$HOST" --port "$PORT" \
    --workers 2 --http1-buffer-size 65536 --no-ws --workers-kill-timeout 5 --respawn-failed-workers serving:app
