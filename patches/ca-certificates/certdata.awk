# certdata.awk - the authorities of Mozilla's list that vouch for servers, a line for each.
#
#	awk -f certdata.awk certdata.txt
#
# A line has the certificate, its SHA-1 and its name; both of the former in octal, as they are in
# the list and as printf takes them.
#
# The list has objects, a line for each attribute: NAME TYPE VALUE, or bytes in octal until END.
# A certificate is taken when an object of trust, of the same issuer and serial number, says that
# it vouches for servers; not one of those that no longer do so for what was issued after a day,
# since a file of certificates cannot say that.
#
# SPDX-License-Identifier: ISC

function end_object(    id) {
	id = value["CKA_ISSUER"] value["CKA_SERIAL_NUMBER"]
	if (value["CKA_CLASS"] == "CKO_CERTIFICATE") {
		order[++count] = id
		label[id] = value["CKA_LABEL"]
		bytes[id] = value["CKA_VALUE"]
		ends[id] = value["CKA_NSS_SERVER_DISTRUST_AFTER"] != "CK_FALSE"
	} else if (value["CKA_CLASS"] == "CKO_NSS_TRUST") {
		trusted[id] = value["CKA_TRUST_SERVER_AUTH"] == "CKT_NSS_TRUSTED_DELEGATOR"
		sha1[id] = value["CKA_CERT_SHA1_HASH"]
	}
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
			print bytes[order[i]], sha1[order[i]], label[order[i]]
}
