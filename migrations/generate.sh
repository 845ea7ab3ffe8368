#!/usr/bin/env bash
# Generates the files derived from ImageHubDb: a migration (its name is the argument), the schema script and the compiled model.
# Without an argument, only the last two are rewritten, for example after an update of EF Core.
set -euo pipefail
cd "$(dirname "$0")/.."
projects=(--project migrations --startup-project migrations)
dotnet tool restore >/dev/null

# A compiled model that refers to a removed entity does not compile.
rm -rf src/ImageHub.Infrastructure/Database/CompiledModel
dotnet build migrations --nologo --verbosity quiet
if [ $# = 1 ]; then
  dotnet ef migrations add "$1" "${projects[@]}" --no-build --output-dir . --namespace ImageHub.Migrations

  # Keep only EF Core's version in the designer file, because the snapshot already contains the model, in over 3,000 lines.
  awk '/modelBuilder.Entity|ModelBuilderExtensions/ { skipped = 1 } /^#pragma warning restore/ { skipped = 0 } !skipped' migrations/*_"$1".Designer.cs >migrations/designer.new
  mv migrations/designer.new "$(ls migrations/*_"$1".Designer.cs)"
  dotnet build migrations --nologo --verbosity quiet
fi
dotnet ef migrations script "${projects[@]}" --no-build --no-transactions --output migrations/Schema.sql
dotnet ef dbcontext optimize --project src/ImageHub.Infrastructure --startup-project migrations --no-build --output-dir Database/CompiledModel
