#!/usr/bin/env bash
# Compiles all of infra/ with the Bicep compiler that the tests use, for each size, and takes no warning.
set -euo pipefail
cd "$(dirname "$0")/.."

tests=tests/DigestFunctions.Tests/DigestFunctions.Tests.csproj
dotnet restore "$tests" -nologo -v quiet
bicep=$(dotnet msbuild "$tests" -nologo -getProperty:PkgAzure_Bicep_CommandLine_linux-x64)/tools/bicep
chmod +x "$bicep"

set -a
. infra/example.env
set +a

clean=true
# quiet COMMAND...: what it says on standard error is a problem.
quiet() {
  local said
  if ! said=$("$@" 2>&1 >/dev/null) || [ -n "$said" ]; then
    echo "$said"
    clean=false
  fi
}

quiet "$bicep" lint --pattern 'infra/*.bicep'
for size in dev prod; do
  DIGEST_SIZE=$size quiet "$bicep" build-params infra/main.bicepparam --stdout
done
$clean && echo "$("$bicep" --version): infra/ compiles without a warning."
