#!/bin/sh
# After azd made the vault: makes the secrets that aren't there yet. It never overwrites one, and prints none.
# Only SendGrid's key is replaced, and only when it is given as SENDGRID_API_KEY.
set -eu
umask 077

vault=${AZURE_KEY_VAULT_NAME:?is written by azd provision}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The role to list and write secrets was assigned a moment ago, and takes its time to count. Whoever can't list doesn't
# know what is there, and must not write.
tries=0
until az keyvault secret list --vault-name "$vault" --query '[].name' --output tsv >"$folder/names" 2>"$folder/why"; do
  tries=$((tries + 1))
  if [ "$tries" -ge "${SECRETS_TRIES:-20}" ]; then
    cat "$folder/why" >&2
    echo "The vault $vault can't be listed, and no secret was made. Run azd provision again." >&2
    exit 1
  fi
  sleep "${SECRETS_PAUSE:-15}"
done

is_there() { grep -qx "$1" "$folder/names"; }

# put NAME FILE: by a file, since every process on the machine can read another's arguments.
put() {
  az keyvault secret set --vault-name "$vault" --name "$1" --file "$2" --encoding utf-8 --output none
  echo "$1: made."
}

# make NAME PREFIX
make() {
  if is_there "$1"; then
    echo "$1: kept."
    return
  fi
  random=$(openssl rand -base64 32)
  printf '%s%s' "$2" "$random" >"$folder/secret"
  put "$1" "$folder/secret"
}

make Identity-Secret ''
make Links-Secret '1:'
make Operate-Key ''
if [ -n "${SENDGRID_API_KEY:-}" ]; then
  printf '%s' "$SENDGRID_API_KEY" >"$folder/secret"
  put SendGrid-ApiKey "$folder/secret"
fi

# The app keeps what it read from the vault for a day; this makes it read again.
az rest --method post --output none \
  --url "https://management.azure.com/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$AZURE_FUNCTION_APP_NAME/config/configreferences/appsettings/refresh?api-version=2022-03-01"

echo "Back up Identity-Secret now (docs/operations.md): without it, every subscriber is a stranger."
echo "The operator's key: az keyvault secret show --vault-name $vault --name Operate-Key --query value --output tsv"
