/* SPDX-License-Identifier: ISC */
#include "ship/device.h"

#include <string.h>

enum { KIB = 1024 };

/* ---- its name ---- */

/* No blank, no quote, nothing that a shell or ssh reads as something else. */
static bool
is_plain(struct str s, const char *more)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			strchr(more, c) != NULL) ||
		    c == '\0')
			return false;
	}
	return s.n != 0 && s.p[0] != '-';
}

/* "[fe80::1]:/opt", "user@[::1]", "board:/opt". */
static void
split(struct str text, struct str *user, struct str *host, struct str *folder)
{
	const char *bracket = memchr(text.p, '[', text.n);
	const char *end = bracket == NULL ? NULL : memchr(text.p, ']', text.n);

	*user = *folder = STR("");
	if (end != NULL && end > bracket) {
		*user = (struct str){ text.p, (size_t)(bracket - text.p) };
		*host = (struct str){ bracket + 1, (size_t)(end - bracket - 1) };
		*folder = str_skip(text, (size_t)(end - text.p) + 1);
		if (folder->n != 0 && folder->p[0] == ':')
			*folder = str_skip(*folder, 1);
		return;
	}
	(void)str_cut(&text, ':', host);
	*folder = text;
}

int
device_parse(
    struct arena *a, struct str text, struct str profile, struct device *out, struct err *e)
{
	struct str user, host = STR(""), folder;

	split(text, &user, &host, &folder);
	if (!is_plain(host, "@._-:%") || (user.n != 0 && !is_plain(user, "@._-")))
		return err_set(e, ERR_USAGE,
		    "'" STR_FMT "' names no host: HOST[:DIR] or USER@HOST[:DIR]", STR_ARG(text));
	if (folder.n == 0)
		folder = str_printf(a, "/opt/kiln/" STR_FMT, STR_ARG(profile));
	while (folder.n > 1 && folder.p[folder.n - 1] == '/')
		folder.n--;
	if (!is_plain(folder, "/._-+@") || str_is(folder, "/") || str_has(folder, STR("..")))
		return err_set(e, ERR_USAGE,
		    "'" STR_FMT "' is no folder to deploy to: letters, digits and / . _ - + @, not "
		    "/ itself, no ..",
		    STR_ARG(folder));
	*out = (struct device){ .a = a,
		.host = arena_printf(a, STR_FMT STR_FMT, STR_ARG(user), STR_ARG(host)),
		.folder = str_z(a, folder) };
	return 0;
}

/* ---- commands ---- */

/* @D is the folder, @V the version. */
static const char *
fill(const struct device *d, const char *text)
{
	struct buf out = { .a = d->a };

	for (; *text != '\0'; text++) {
		if (text[0] == '@' && (text[1] == 'D' || text[1] == 'V'))
			buf_add_z(&out, *++text == 'D' ? d->folder : d->version);
		else
			buf_add_char(&out, *text);
	}
	return out.p;
}

const char *
device_probe(const struct device *d)
{
	return fill(d,
	    "d=@D; until [ -d \"$d\" ]; do case $d in */*) d=${d%/*}; d=${d:-/} ;; *) d=. ;; esac; "
	    "done; "
	    "echo machine \"$(uname -m)\"; "
	    "echo free \"$(df -Pk \"$d\" | { read -r x; read -r x x x n x; echo \"$n\"; })\"; "
	    "[ -w \"$d\" ] || echo not-writable \"$d\"; "
	    "[ ! -d @D/versions/@V ] || echo has @V; "
	    "for l in current previous; do [ ! -L @D/$l ] || { v=$(readlink @D/$l); "
	    "echo $l \"${v#versions/}\"; }; done; "
	    "for p in tar gzip sha256sum readlink mv ln; do command -v $p > /dev/null || "
	    "echo lacks $p; done; "
	    "echo end");
}

const char *
device_prepare(const struct device *d)
{
	return fill(d,
	    "mkdir -p @D/versions && cd @D && rm -rf versions/*.part .current .previous .try && "
	    "ln -s x .try && { mv -T .try .tried || { rm -f .try; "
	    "echo 'mv knows no -T here, so that no link can be replaced in one step' >&2; false; "
	    "}; } "
	    "&& rm .tried && { [ -d versions/@V ] || mkdir versions/@V.part; }");
}

const char *
device_unpack(const struct device *d)
{
	return fill(d, "cd @D/versions/@V.part && gzip -dc | tar -xpf -");
}

/* Where it is: on its way, or there since another time. */
#define IN_VERSION "cd @D/versions/@V.part 2> /dev/null || cd @D/versions/@V && "

const char *
device_check_files(const struct device *d)
{
	return fill(d,
	    IN_VERSION "{ sha256sum -c - 2> /dev/null | { n=0; while read -r l; do case $l in "
		       "*': OK') n=$((n + 1)) ;; *) echo \"$l\" ;; esac; done; "
		       "echo ok $n; }; }");
}

const char *
device_check_links(const struct device *d)
{
	return fill(d,
	    IN_VERSION "{ n=0; IFS=$(printf '\\t'); while read -r p t; do if [ \"$(readlink "
		       "\"$p\")\" = \"$t\" ]; "
		       "then n=$((n + 1)); else echo \"$p does not lead to $t\"; fi; done; "
		       "echo ok $n; }");
}

const char *
device_switch(const struct device *d)
{
	return fill(d,
	    "cd @D && { [ ! -d versions/@V.part ] || { sync && mv versions/@V.part versions/@V; }; "
	    "} && "
	    "c=$(readlink current || :) && "
	    "{ [ \"$c\" = versions/@V ] || { { [ -z \"$c\" ] || { rm -f .previous && "
	    "ln -s \"$c\" .previous && mv -T .previous previous; }; } && sync && rm -f .current && "
	    "ln -s versions/@V .current && mv -T .current current && sync; }; }");
}

const char *
device_prune(const struct device *d)
{
	return fill(d, "cd @D && c=$(readlink current) && p=$(readlink previous || :) && for v in "
		       "versions/*; do "
		       "case $v in \"$c\"|\"$p\") ;; *) rm -rf \"$v\" ;; esac; done");
}

const char *
device_rollback(const struct device *d)
{
	return fill(d,
	    "cd @D && c=$(readlink current) && p=$(readlink previous) && "
	    "{ { [ \"$c\" != \"$p\" ] && [ -d \"$p\" ]; } || "
	    "{ echo 'there is no version before this one' >&2; false; }; } && "
	    "rm -f .current .previous && ln -s \"$p\" .current && ln -s \"$c\" .previous && "
	    "mv -T .current current && mv -T .previous previous && sync && "
	    "echo \"${p#versions/}\"");
}

/* ---- what it said ---- */

int
device_read(struct str text, struct device_told *out, struct err *e)
{
	struct str line, word;
	uint64_t free_kib = 0;
	bool is_whole = false;

	*out = (struct device_told){ 0 };
	while (str_cut(&text, '\n', &line)) {
		struct str value = line;
		(void)str_cut(&value, ' ', &word);
		if (str_is(word, "machine"))
			out->machine = value;
		else if (str_is(word, "free") && str_u64(value, &free_kib) == -1)
			return err_set(
			    e, ERR_MACHINE, "the device's df says '" STR_FMT "'", STR_ARG(value));
		else if (str_is(word, "current"))
			out->current = value;
		else if (str_is(word, "previous"))
			out->previous = value;
		else if (str_is(word, "not-writable"))
			out->not_writable = value;
		else if (str_is(word, "has"))
			out->has_version = true;
		else if (str_is(word, "lacks") && out->lacks.n == 0)
			out->lacks = value;
		else if (str_is(word, "end"))
			is_whole = true;
	}
	out->free_bytes = free_kib * KIB;
	return is_whole ?
		   0 :
		   err_set(e, ERR_MACHINE,
		       "the device did not answer what it was asked: is its shell a POSIX one?");
}
