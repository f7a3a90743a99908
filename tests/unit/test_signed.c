/* SPDX-License-Identifier: GPL-2.0-only */
/* OpenPGP, CMS, and both as text. With what other programs write, it is tried
 * by tests/evasion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "others_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

struct signed_file {
	const char *bytes;
	size_t len;
	const char *said;
};

#define FILE(bytes, said) { bytes, sizeof(bytes) - 1, said }

/* As every test of a reader: of exact copies, whose end a sanitizer sees, also
 * of each beginning of them. */
static void
assert_all(const struct signed_file *files, size_t count)
{
	size_t i, len;
	char *copy;

	for (i = 0; i < count; i++)
		for (len = 1; len <= files[i].len; len++) {
			copy = malloc(len);
			assert_non_null(copy);
			memcpy(copy, files[i].bytes, len);
			read_bytes(copy, len);
			free(copy);
			if (len == files[i].len)
				assert_string_equal(heard.said, files[i].said);
		}
}

/* "bread": as it is, with a length of each kind, in parts; deflated, by zlib;
 * behind a signature, as this comes alone, too; a key, and what only begins
 * so. */
static void
openpgp_is_read_up_to_what_is_none(void **state)
{
	static const struct signed_file files[] = {
		FILE("\xac\x0b" "b\0datebread", "content=bread"),
		FILE("\xad\0\x0b" "b\0datebread", "content=bread"),
		FILE("\xae\0\0\0\x0b" "b\0datebread", "content=bread"),
		FILE("\xaf" "b\0datebread", "content=bread"),
		FILE("\xcb\x0c" "u\1adatebread", "content=bread"),
		FILE("\xcb\xff\0\0\0\x0b" "b\0datebread", "content=bread"),
		FILE("\xcb\x63" "b\0datebread", "content=bread"),
		FILE("\xcb\xe3" "b\0datebr\xe1" "ea\1d", "content=bread"),
		FILE("\xcb\x0b" "b\0datebread\xcb\x0b" "b\0datebeard",
		    "content=bread, content=beard"),
		FILE("\xa3\1\1\5\0\xfa\xff" "bread", "content=bread"),
		FILE("\xc8\x0b\1\1\5\0\xfa\xff" "bread", "content=bread"),
		FILE("\xa3\2\x78\1\1\5\0\xfa\xff" "bread", "content=bread"),
		FILE("\xa3\2", ""), FILE("\xa3\2\x78", ""), FILE("\xa3\1", ""),
		FILE("\xa3\0" "bread", "content=bread"), FILE("\xa3\0", ""),
		FILE("\xa3\4" "bread", ""),
		FILE("\x88\2\4\1\xcb\x0b" "b\0datebread", "content=bread"),
		FILE("\x88\2\4\1", ""), FILE("\x88\2\7\1\xcb\x0b"
		    "b\0datebread", ""),
		FILE("\x90\x0d\3\0\1\1keynumbe\1\xcb\x0b" "b\0datebread",
		    "content=bread"),
		FILE("\xca\3PGP\xcb\x0b" "b\0datebread", "content=bread"),
		FILE("\x99\0\4\4key\xcb\x0b" "b\0datebread", ""),
		FILE("\xcb\x0b" "x\0datebread", ""),
		FILE("\xcb\6" "b\x09" "date", ""), FILE("\xcb\6" "b\0date", ""),
		FILE("\xcb\x89 is in a text", ""), FILE("\x2c\x0b"
		    "b\0datebread", ""),
	};

	(void)state;
	assert_all(files, COUNT(files));
}

#define PKCS "\x06\x09\x2a\x86\x48\x86\xf7\x0d\1\7"
#define HEAD "\x02\1\1\x31\2\5\0"

static void
cms_is_read_where_it_has_a_content(void **state)
{
	static const struct signed_file files[] = {
		FILE("\x30\x14" PKCS "\1\xa0\x07\4\5bread", "content=bread"),
		FILE("\x30\x81\x14" PKCS "\1\xa0\x07\4\5bread",
		    "content=bread"),
		FILE("\x30\x80" PKCS "\1\xa0\x80\x24\x80\4\3bre\4\2" "ad\0\0",
		    "content=bread"),
		FILE("\x30\x80" PKCS "\1\xa0\x80\x24\x07\4\3bre\4\0\4\2" "ad"
		    "\x31\2\4\0", "content=bread"),
		FILE("\x30\x2c" PKCS "\2\xa0\x1f\x30\x1d" HEAD "\x30\x14" PKCS
		    "\1\xa0\x07\4\5bread", "content=bread"),
		/* the open one in front of it ends, too */
		FILE("\x30\x80" PKCS "\2\xa0\x80\x30\x80\x02\1\1\x31\x80\x30"
		    "\x80\5\0\0\0\0\0\x30\x80" PKCS "\1\xa0\x80\4\5bread",
		    "content=bread"),
		FILE("\x30\x23" PKCS "\2\xa0\x16\x30\x14" HEAD "\x30\x0b" PKCS
		    "\1", ""),
		FILE("\x30\x80" PKCS "\2\xa0\x80\x30\x80" HEAD "\x30\x80" PKCS
		    "\1\0\0\xa0\7\4\5bread", ""),
		FILE("\x30\x14" PKCS "\3\xa0\x07\4\5bread", ""),
		FILE("\x30\x14" PKCS "\1\xa0\x07\x30\5bread", ""),
		FILE("\x30\x14" PKCS "\1\xa1\x07\4\5bread", ""),
		FILE("\x30\x14" PKCS "\1\xa0\x07\4\x89\1\1\1", ""),
		FILE("\x30\x03\2\1\1", ""), FILE("\x30\x80\0\0", ""),
	};

	(void)state;
	assert_all(files, COUNT(files));
}

/* Keys and certificates cost nothing. */
static void
both_are_read_as_text(void **state)
{
	static const struct signed_file files[] = {
		FILE("-----BEGIN PGP MESSAGE-----\nVersion: v1\n\n"
		    "rAtiAGRhdGVicmVhZA==\n=abcd\n-----END PGP MESSAGE-----\n",
		    "base64=\xac\x0b" "b"),
		FILE("-----BEGIN PGP MESSAGE-----\r\nv: w\r\n\r\nrAtiAGRh"
		    "\r\nZGVicmVhZA==\r\n-----END", "base64=\xac\x0b" "b"),
		FILE("-----BEGIN CERTIFICATE-----\nMAMCAQEwAwIBAQ==\n"
		    "-----END CERTIFICATE-----\nand:\n-----BEGIN PKCS7-----\n"
		    "MBQGCSqGSIb3DQEHAaAHBAVicmVhZA==\n-----END PKCS7-----\n",
		    "base64=0\x14\6\x09*\x86H\x86\xf7\x0d\1\7\1\xa0\7\4\5"
		    "bread"),
		FILE("-----BEGIN PGP PUBLIC KEY BLOCK-----\na: b\n"
		    "mQAEBGtleQ==\n", ""),
		FILE("-----BEGIN ", ""), FILE("-----BEGIN \n\n", ""),
		FILE("-----BEGIN \n=\n", ""),
		FILE("text\n-----BEGIN PGP MESSAGE-----\n\n"
		    "rAtiAGRhdGVicmVhZA==\n", ""),
	};

	(void)state;
	assert_all(files, COUNT(files));
}

/* For a password, in each version, for keys of both kinds, for several; the
 * data in each kind; and what is like it. */
static void
openpgp_that_is_encrypted_is_told(void **state)
{
#define PASSWORD "\x8c\x0d\4\x09\3\2saltsalt\xff"
#define DATA "\xd2\5\1data"
#define TOLD "Encrypted.OpenPGP"
	static const struct signed_file files[] = {
		FILE(PASSWORD DATA, TOLD),
		FILE("\xc3\4\4\x09\0\2" DATA, TOLD),
		FILE("\xc3\x0c\4\x09\1\2saltsalt" "\xd2\xe5\2data", TOLD),
		FILE("\xc3\5\5\7\2\0\2" "\xd4\5\1data", TOLD),
		FILE("\xc3\x19\6\x1a\7\2\x14\4saltsaltsaltsalt\1\4\x15"
		    DATA, TOLD),
		FILE(PASSWORD "\xa4\4data", TOLD),
		FILE(PASSWORD PASSWORD DATA, TOLD),
		FILE("\x84\x0e\3key key \1\0\x0btw" DATA, TOLD),
		FILE("\xc1\x0e\3key key \x19pack" DATA PASSWORD, TOLD),
		FILE("\xc1\x0d\6\0\x19packpackpa" DATA, TOLD),
		FILE(PASSWORD, ""),
		FILE(PASSWORD "\xd2\5\3data", ""),
		FILE(PASSWORD "\xcb\x0b" "b\0datebread", ""),
		FILE("\x8c\x0d\4\x0e\3\2saltsalt\xff" DATA, ""),
		FILE("\x8c\x0d\4\x09\2\2saltsalt\xff" DATA, ""),
		FILE("\x8c\x0d\4\x09\3\0saltsalt\xff" DATA, ""),
		FILE("\x8c\x0d\3\x09\3\2saltsalt\xff" DATA, ""),
		FILE("\x84\x0e\3key key \1\0\x11tw" DATA, ""),
		FILE("\x84\x0e\3key key \3\0\x0btw" DATA, ""),
		FILE(DATA, ""),
	};

	(void)state;
	assert_all(files, COUNT(files));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openpgp_is_read_up_to_what_is_none),
		cmocka_unit_test(openpgp_that_is_encrypted_is_told),
		cmocka_unit_test(cms_is_read_where_it_has_a_content),
		cmocka_unit_test(both_are_read_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
