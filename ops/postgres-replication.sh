#!/usr/bin/env bash
# Lets a standby copy and follow this server. PostgreSQL's container runs this script when it creates the database (compose.scale.yaml).
set -euo pipefail
echo "host replication imagehub samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
