#!/usr/bin/env bash
# Publishes the Functions app as azd does, and looks at what would go to Azure: all that host and service need is in it,
# compiled ahead, and nothing that stays on a developer's machine.
set -euo pipefail
cd "$(dirname "$0")/.."

if grep -qs facsimile artifacts/worker.props; then
  echo "Skipped: the package sources here lack the Functions worker, and its facsimile can't be published."
  exit
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The build before had the analyzers.
dotnet publish src/DigestFunctions -c Release -o "$folder" -nologo -v quiet -p:RunAnalyzers=false

good=true
problem() {
  echo "$1"
  good=false
}

for needed in host.json functions.metadata worker.config.json DigestFunctions.dll content/tips content/text content/emails; do
  [ -e "$folder/$needed" ] || problem "$needed is missing in what is published."
done
unwanted=$(cd "$folder" && find . -name 'local.settings*.json' -o -name '*.mjml' -o -name '*.xml')
[ -z "$unwanted" ] || problem "What is published has what it shouldn't: $unwanted"
for ours in DigestFunctions DigestFunctions.Core; do
  # Code that was compiled ahead has a header that begins so.
  LC_ALL=C grep -qaP 'RTR\x00' "$folder/$ours.dll" || problem "$ours.dll isn't compiled ahead."
done
$good && echo "What is published, $(du -sm "$folder" | cut -f 1) MB, is whole and has nothing else."
