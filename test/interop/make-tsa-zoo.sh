#!/usr/bin/env bash
# Makes timestamps that are good and timestamps that are wrong in one way each, with openssl and faketime.
# Usage: make-tsa-zoo.sh DIR [keep]: `keep` leaves the authority's keys and configuration, to stamp more. The files under test/ledger/vectors/rfc3161 were made with it.
set -euo pipefail
mkdir -p "$1" && cd "$1"
quiet() { "$@" >/dev/null 2>>zoo.log; }

cat > tsa.cnf <<'CNF'
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[code]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
CNF
for name in ec rsa old; do
  cat >> tsa.cnf <<CNF
[$name]
serial = ./serial
crypto_device = builtin
signer_cert = ./$name.pem
signer_key = ./$name.key
certs = ./intermediate.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256, sha384, sha512, sha1
accuracy = secs:1, millisecs:500
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = $([ $name = rsa ] && echo sha1 || echo sha256)
CNF
done
echo 01 > serial

key() { case $2 in rsa) quiet openssl genrsa -out "$1.key" 2048 ;; *) quiet openssl ecparam -name prime256v1 -genkey -noout -out "$1.key" ;; esac; }
# certificate NAME SUBJECT SECTION ISSUER DAYS FROM
certificate() {
  quiet openssl req -new -key "$1.key" -subj "/CN=$2" -config tsa.cnf -out "$1.csr"
  local sign=(-CA "$4.pem" -CAkey "$4.key" -CAcreateserial)
  [ "$4" = self ] && sign=(-signkey "$1.key")
  quiet faketime "$6" openssl x509 -req -in "$1.csr" "${sign[@]}" -out "$1.pem" -days "$5" -extfile tsa.cnf -extensions "$3"
}
for name in root other-root intermediate ec code old; do key $name ec; done
key rsa rsa
certificate root "Zoo Root" ca self 14600 "2019-01-01 00:00:00"
certificate other-root "Another Root" ca self 14600 "2019-01-01 00:00:00"
certificate intermediate "Zoo Intermediate" ca root 14000 "2019-01-02 00:00:00"
certificate ec "Zoo Authority" tsa intermediate 7000 "$(date -u '+%F %T')"
certificate rsa "Zoo RSA Authority" tsa intermediate 7000 "$(date -u '+%F %T')"
certificate code "Zoo Code Signer" code intermediate 7000 "$(date -u '+%F %T')"
certificate old "Zoo Retired Authority" tsa intermediate 30 "2020-01-01 00:00:00"

printf 'the stamped bytes\n' > data
printf 'other bytes\n' > other-data
quiet openssl ts -query -data data -sha256 -cert -out query.tsq
quiet openssl ts -query -data data -sha256 -cert -out other-nonce.tsq
quiet openssl ts -query -data other-data -sha256 -cert -out other-data.tsq
quiet openssl ts -query -data data -sha1 -cert -out sha1.tsq
quiet openssl ts -query -data data -sha256 -cert -tspolicy 1.2.3.4.5 -out policy.tsq
quiet openssl ts -query -data data -sha256 -cert -tspolicy 2.9.9.9 -out refused.tsq
# reply OUT QUERY SECTION [FAKETIME]
reply() {
  local fake=(); [ $# -gt 3 ] && fake=(faketime "$4")
  quiet "${fake[@]}" openssl ts -reply -config tsa.cnf -section "$3" -queryfile "$2" -out "$1.tsr" || true
}
reply good-ec query.tsq ec
reply good-rsa query.tsq rsa
reply retired query.tsq old "2020-01-15 12:00:00"
reply backdated query.tsq ec "2 months ago"
reply other-nonce other-nonce.tsq ec
reply other-data other-data.tsq ec
reply sha1 sha1.tsq ec
reply policy policy.tsq ec
reply refused refused.tsq ec

# The same timestamp under a certificate for code signing, and under the right one without naming it.
quiet openssl ts -reply -in good-ec.tsr -token_out -out good-ec.tst
quiet openssl cms -verify -noverify -in good-ec.tst -inform DER -binary -out tstinfo.der
resign() { quiet openssl cms -sign -binary -nodetach -in tstinfo.der -econtent_type 1.2.840.113549.1.9.16.1.4 -signer "$2.pem" -inkey "$2.key" -certfile intermediate.pem -outform DER -md sha256 -nosmimecap "${@:3}" -out "$1.tst"; }
resign wrong-purpose code -cades
resign unbound ec
rm -f ./*.csr ./*.srl tstinfo.der zoo.log
[ "${2:-}" = keep ] || rm -f ./*.key serial serial.old tsa.cnf
