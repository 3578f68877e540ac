#!/usr/bin/env bash
# The container's health check: whether the portal says that it is ready. CALLBOARD_PORT is the port it listens on.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/${CALLBOARD_PORT:-7007}"
printf 'GET /.backstage/health/v1/readiness HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
IFS=' ' read -r -t 4 _ status _ <&3
[ "$status" = 200 ]
