#!/bin/sh
# Before azd makes anything: writes down what the templates need to know and nobody should have to say.
set -eu

# A budget's first month can't be changed later.
if [ -z "${BUDGET_START:-}" ]; then
  azd env set BUDGET_START "$(date -u +%Y-%m-01)"
fi

# Whether there is, or will be in a moment, a key for SendGrid in the vault. A setting that refers to a secret that isn't
# there would be sent to SendGrid as it stands.
key=false
if [ -n "${SENDGRID_API_KEY:-}" ]; then
  key=true
elif [ -n "${AZURE_KEY_VAULT_NAME:-}" ]; then
  if ! names=$(az keyvault secret list --vault-name "$AZURE_KEY_VAULT_NAME" --query '[].name' --output tsv); then
    echo "The vault $AZURE_KEY_VAULT_NAME can't be listed, and nothing was changed. Whoever deploys for the first time needs the role Key Vault Secrets Officer on it (docs/operations.md)." >&2
    exit 1
  fi
  for name in $names; do
    if [ "$name" = SendGrid-ApiKey ]; then key=true; fi
  done
fi
azd env set SENDGRID_KEY_IS_SET "$key"
if [ "$key" = false ]; then
  echo "There is no key for SendGrid yet: nothing will be sent. Give it as SENDGRID_API_KEY and run azd provision again (docs/operations.md)."
fi
