# certdata.awk - Mozilla's list of authorities as PEM.
#
#	awk -f certdata.awk certdata.txt > cert.pem
#
# The list has objects, a line for each attribute: NAME TYPE VALUE, or bytes in octal until END.
# A certificate is taken when an object of trust, of the same issuer and serial number, says that
# it vouches for servers; not one of those that no longer do so for what was issued after a day,
# since a file of certificates cannot say that.
#
# SPDX-License-Identifier: ISC

function base64(octal,    byte, n, i, bits, text, line) {
	n = split(octal, byte, "\\") # the first is what stands before any of them: nothing
	for (i = 2; i <= n; i += 3) {
		bits = number(byte[i]) * 65536
		if (i + 1 <= n)
			bits += number(byte[i + 1]) * 256
		if (i + 2 <= n)
			bits += number(byte[i + 2])
		line = line digit(bits / 262144) digit(bits / 4096) \
			(i + 1 <= n ? digit(bits / 64) : "=") (i + 2 <= n ? digit(bits) : "=")
		if (length(line) == 64 || i + 3 > n) {
			text = text line "\n"
			line = ""
		}
	}
	return text
}

function number(octal) {
	return substr(octal, 1, 1) * 64 + substr(octal, 2, 1) * 8 + substr(octal, 3, 1)
}

function digit(bits) {
	return substr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
		int(bits) % 64 + 1, 1)
}

function end_object(    id) {
	id = value["CKA_ISSUER"] value["CKA_SERIAL_NUMBER"]
	if (value["CKA_CLASS"] == "CKO_CERTIFICATE") {
		order[++count] = id
		label[id] = value["CKA_LABEL"]
		bytes[id] = value["CKA_VALUE"]
		ends[id] = value["CKA_NSS_SERVER_DISTRUST_AFTER"] != "CK_FALSE"
	} else if (value["CKA_CLASS"] == "CKO_NSS_TRUST")
		trusted[id] = value["CKA_TRUST_SERVER_AUTH"] == "CKT_NSS_TRUSTED_DELEGATOR"
	split("", value)
}

/^#/ || NF < 2 {
	next
}

$1 == "CKA_CLASS" {
	end_object()
}

$2 == "MULTILINE_OCTAL" {
	while ((getline line) > 0 && line != "END")
		value[$1] = value[$1] line
	next
}

{
	value[$1] = $3
	if ($2 == "UTF8")
		value[$1] = substr($0, index($0, "\"") + 1, length($0) - index($0, "\"") - 1)
}

END {
	end_object()
	for (i = 1; i <= count; i++)
		if (trusted[order[i]] && !ends[order[i]])
			printf "# %s\n-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n",
				label[order[i]], base64(bytes[order[i]])
}
