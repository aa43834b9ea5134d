#!/bin/sh
# Makes the certificates of the TLS tests anew: an authority, and what it signed. Needs openssl 3.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }

# name, subject, extensions, start, end, how it is signed
sign() {
  key "$1-key.pem"
  openssl req -new -key "$1-key.pem" -subj "/CN=$2" -out "$work/$1.csr"
  printf '%s\n' "$3" > "$work/$1.ext"
  : > "$work/index"
  printf '[ca]\ndefault_ca=a\n[a]\ndatabase=%s\nnew_certs_dir=%s\ndefault_md=sha256\nrand_serial=yes\npolicy=p\n[p]\ncommonName=supplied\n' "$work/index" "$work" > "$work/ca.cnf"
  openssl ca -batch -notext -config "$work/ca.cnf" -keyfile authority-key.pem -in "$work/$1.csr" -extfile "$work/$1.ext" -startdate "$4" -enddate "$5" -out "$1.pem" $6 2> "$work/log" || { cat "$work/log"; exit 1; }
}
from=20200101000000Z
to=21200101000000Z
sign authority 'Loadstar test authority' 'basicConstraints=critical,CA:true' $from $to -selfsign
sign server localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1' $from $to '-cert authority.pem'
sign expired localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1' $from 20200201000000Z '-cert authority.pem'
sign client 'Load test' 'extendedKeyUsage=clientAuth' $from $to '-cert authority.pem'
openssl pkcs12 -export -in client.pem -inkey client-key.pem -passout pass:open-sesame -out client.p12
openssl pkcs12 -export -legacy -in client.pem -inkey client-key.pem -passout pass:open-sesame -out client-outdated.p12
openssl ec -in client-key.pem -aes256 -passout pass:open-sesame -out client-locked-key.pem
rm -f authority-key.pem
chmod 644 ./*.pem ./*.p12
