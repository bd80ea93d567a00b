/* Keys and signatures that other programs read. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ship/minisign.h"

static struct arena arena;
static struct ed25519_secret secret;

/* The first key of RFC 8032, section 7.1, as PKCS#8. */
static const char rfc_pem[] = "-----BEGIN PRIVATE KEY-----\n"
			      "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
			      "-----END PRIVATE KEY-----\n";
static const unsigned char rfc_public[] = { 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5,
	0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25,
	0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a };
static const unsigned char rfc_signature[] = { 0xe5, 0x56, 0x43, 0x00, 0xc3, 0x60, 0xac, 0x72, 0x90,
	0x86, 0xe2, 0xcc, 0x80, 0x6e, 0x82, 0x8a, 0x84, 0x87, 0x7f, 0x1e, 0xb8, 0xe5, 0xd9, 0x74,
	0xd8, 0x73, 0xe0, 0x65, 0x22, 0x49, 0x01, 0x55, 0x5f, 0xb8, 0x82, 0x15, 0x90, 0xa3, 0x3b,
	0xac, 0xc6, 0x1e, 0x39, 0x70, 0x1c, 0xf9, 0xb4, 0x6b, 0xd2, 0x5b, 0xf5, 0xf0, 0x59, 0x5b,
	0xbe, 0x24, 0x65, 0x51, 0x41, 0x43, 0x8e, 0x7a, 0x10, 0x0b };

static int
make(void **state)
{
	struct err e = { 0 };

	(void)state;
	return ed25519_make(&secret, &e);
}

static int
drop(void **state)
{
	(void)state;
	ed25519_free(&secret);
	return 0;
}

static int
file_of(const char *text)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(fputs(text, f) < 0, 0);
	assert_int_equal(fflush(f), 0);
	return fileno(f); /* closed with the program */
}

static void
the_first_vector_of_the_rfc_holds(void **state)
{
	struct ed25519_secret s = { 0 };
	struct ed25519_public p;
	struct ed25519_signature sig;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(ed25519_parse(STR(rfc_pem), STR(""), &s, &e), 0);
	assert_int_equal(ed25519_public_of(&s, &p, &e), 0);
	assert_memory_equal(p.byte, rfc_public, sizeof(rfc_public));
	assert_int_equal(ed25519_sign(&s, STR(""), &sig, &e), 0);
	assert_memory_equal(sig.byte, rfc_signature, sizeof(rfc_signature));
	assert_true(ed25519_verify(&p, STR(""), &sig));
	assert_false(ed25519_verify(&p, STR("x"), &sig));
	ed25519_free(&s);
}

static void
a_sealed_key_opens_with_its_passphrase_alone(void **state)
{
	struct ed25519_secret back = { 0 };
	struct ed25519_public one, two;
	struct str pem;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(ed25519_print(&arena, &secret, STR("open"), &pem, &e), 0);
	assert_true(ed25519_is_sealed(pem));
	assert_int_equal(ed25519_parse(pem, STR("open"), &back, &e), 0);
	assert_int_equal(ed25519_public_of(&secret, &one, &e), 0);
	assert_int_equal(ed25519_public_of(&back, &two, &e), 0);
	assert_memory_equal(&one, &two, sizeof(one));
	ed25519_free(&back);
	for (int i = 0; i < 2; i++) {
		struct err wrong = { 0 };
		assert_int_equal(
		    ed25519_parse(pem, i == 0 ? STR("shut") : STR(""), &back, &wrong), -1);
		assert_string_equal(wrong.text, "the passphrase does not open it");
		assert_null(back.impl);
	}
	char *longest = arena_alloc(&arena, ED25519_PASSPHRASE_MAX_BYTES + 1);
	memset(longest, 'x', ED25519_PASSPHRASE_MAX_BYTES + 1);
	struct str fits = { longest, ED25519_PASSPHRASE_MAX_BYTES };
	assert_int_equal(ed25519_print(&arena, &secret, fits, &pem, &e), 0);
	assert_int_equal(ed25519_parse(pem, fits, &back, &e), 0);
	ed25519_free(&back);
	struct err too_long = { 0 };
	fits.n++;
	assert_int_equal(ed25519_print(&arena, &secret, fits, &pem, &too_long), -1);
	assert_string_equal(too_long.text, "the passphrase has more than 1024 bytes");
	assert_int_equal(ed25519_parse(STR("hello"), STR(""), &back, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
}

static void
keys_go_both_ways(void **state)
{
	struct minisign_key k, back;
	struct buf out = { .a = &arena };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(minisign_key_of(&secret, &k, &e), 0);
	minisign_key_print(&out, &k);
	assert_int_equal(minisign_key_parse(buf_str(&out), &back, &e), 0);
	assert_memory_equal(&k, &back, sizeof(k));
	/* The line of base64 alone, as it stands on a command line. */
	struct str line, text = buf_str(&out);
	assert_true(str_cut(&text, '\n', &line) && str_cut(&text, '\n', &line));
	assert_int_equal(minisign_key_parse(line, &back, &e), 0);
	assert_memory_equal(&k, &back, sizeof(k));
	assert_int_equal(minisign_key_parse(STR("RWQ="), &back, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
}

/* What a verification says: "" when it holds. */
static const char *
verdict(const struct minisign_key *k, struct str text, const char *content)
{
	struct minisign m;
	struct err e = { 0 };

	if (minisign_parse(text, &m, &e) == -1 ||
	    minisign_verify(k, &m, file_of(content), &e) == -1) {
		assert_int_equal(e.kind, ERR_CHECK);
		return arena_printf(&arena, "%s", e.text);
	}
	return "";
}

static struct str
signature_of(const char *content)
{
	struct buf out = { .a = &arena };
	struct err e = { 0 };

	assert_int_equal(minisign_sign(&secret, file_of(content), STR("bundle:x 1"), &out, &e), 0);
	return buf_str(&out);
}

static void
a_signature_holds_for_its_file_and_key_alone(void **state)
{
	struct minisign_key k, other;
	struct ed25519_secret s = { 0 };
	struct minisign m;
	struct err e = { 0 };
	struct str text = signature_of("hello\n");

	(void)state;
	assert_int_equal(minisign_key_of(&secret, &k, &e), 0);
	assert_string_equal(verdict(&k, text, "hello\n"), "");
	assert_int_equal(minisign_parse(text, &m, &e), 0);
	assert_true(str_is(m.comment, "bundle:x 1"));
	assert_string_equal(verdict(&k, text, "hello"), "the file is not the one that was signed");
	assert_int_equal(ed25519_make(&s, &e), 0);
	assert_int_equal(minisign_key_of(&s, &other, &e), 0);
	assert_non_null(strstr(verdict(&other, text, "hello\n"), " is expected"));
	/* Another key that calls itself by our number. */
	memcpy(other.number, k.number, sizeof(k.number));
	assert_string_equal(verdict(&other, text, "hello\n"),
	    "the signature or its trusted comment was changed, or is by another key");
	ed25519_free(&s);
}

/* Also each shorter text: nothing half is taken. */
static void
no_changed_byte_is_taken(void **state)
{
	struct minisign_key k;
	struct err e = { 0 };
	struct str text = signature_of("hello\n");
	const char *second = (const char *)memchr(text.p, '\n', text.n) + 1;
	char *copy = str_z(&arena, text);

	(void)state;
	assert_int_equal(minisign_key_of(&secret, &k, &e), 0);
	for (size_t i = 0; i < text.n; i++) {
		bool is_free = text.p + i < second && i >= strlen("untrusted comment: ");
		copy[i] ^= 1;
		if (!is_free && verdict(&k, (struct str){ copy, text.n }, "hello\n")[0] == '\0')
			fail_msg("byte %d may be changed", (int)i);
		copy[i] ^= 1;
	}
	for (size_t n = 0; n + 1 < text.n; n++)
		if (verdict(&k, (struct str){ text.p, n }, "hello\n")[0] == '\0')
			fail_msg("%d bytes are enough", (int)n);
}

/* The neutral point as key and as R, and S = 0: the equation holds for all that may be signed. */
static void
a_key_for_which_anybody_can_sign_is_refused(void **state)
{
	static const struct {
		unsigned char first, middle, last;
	} form[] = { { 1, 0, 0 }, { 1, 0, 0x80 }, { 0xee, 0xff, 0x7f }, { 0xee, 0xff, 0xff },
		{ 0, 0, 0 }, { 0, 0, 0x80 }, { 0xec, 0xff, 0x7f }, { 0xed, 0xff, 0x7f } };
	struct ed25519_signature signature = { .byte = { 1 } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(form); i++) {
		struct ed25519_public key;
		memset(key.byte, form[i].middle, sizeof(key.byte));
		key.byte[0] = form[i].first;
		key.byte[ED25519_PUBLIC_BYTES - 1] = form[i].last;
		for (char c = 'a'; c <= 'z'; c++)
			assert_false(ed25519_verify(&key, (struct str){ &c, 1 }, &signature));
	}
}

/* minisign's own trusted comment has tabs. */
static void
a_comment_may_have_tabs_and_no_other_control_characters(void **state)
{
	struct minisign_key k;
	struct buf out = { .a = &arena };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(minisign_key_of(&secret, &k, &e), 0);
	assert_int_equal(
	    minisign_sign(&secret, file_of("x"), STR("timestamp:1\tfile:x\thashed"), &out, &e), 0);
	char *text = str_z(&arena, buf_str(&out));
	assert_string_equal(verdict(&k, str_of(text), "x"), "");
	*strchr(text, '\t') = '\b';
	assert_non_null(strstr(verdict(&k, str_of(text), "x"), "or no text"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_vector_of_the_rfc_holds),
		cmocka_unit_test(a_sealed_key_opens_with_its_passphrase_alone),
		cmocka_unit_test(keys_go_both_ways),
		cmocka_unit_test(a_signature_holds_for_its_file_and_key_alone),
		cmocka_unit_test(no_changed_byte_is_taken),
		cmocka_unit_test(a_key_for_which_anybody_can_sign_is_refused),
		cmocka_unit_test(a_comment_may_have_tabs_and_no_other_control_characters),
	};
	int result = cmocka_run_group_tests(tests, make, drop);

	arena_free(&arena);
	return result;
}
