/* SPDX-License-Identifier: ISC */
#include "base/err.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
fill(struct err *e, enum err_kind kind, const char *fmt, va_list ap)
{
	assert(e->kind == ERR_NONE);
	assert(kind != ERR_NONE);
	e->kind = kind;
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
}

int
err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(e, kind, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_sys(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	size_t n;
	va_list ap;

	va_start(ap, fmt);
	fill(e, ERR_MACHINE, fmt, ap);
	va_end(ap);
	n = strlen(e->text);
	snprintf(e->text + n, sizeof(e->text) - n, ": %s", strerror(saved));
	return -1;
}

int
err_wrap(struct err *e, const char *fmt, ...)
{
	char context[1024];
	char cause[sizeof(e->text)];
	va_list ap;

	assert(e->kind != ERR_NONE);
	va_start(ap, fmt);
	vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	memcpy(cause, e->text, sizeof(cause));
	size_t room = sizeof(e->text) - strlen(cause) - 1;
	if (room < 3)
		return -1;
	size_t n = strlen(context) < room - 2 ? strlen(context) : room - 2;
	memcpy(e->text, context, n);
	memcpy(e->text + n, ": ", 2);
	memcpy(e->text + n + 2, cause, strlen(cause) + 1);
	return -1;
}

void
err_clear(struct err *e)
{
	e->kind = ERR_NONE;
	e->text[0] = '\0';
}

const char *
err_kind_name(enum err_kind kind)
{
	static const char *const name[] = {
		[ERR_NONE] = "none",
		[ERR_PACKAGE] = "package",
		[ERR_USAGE] = "usage",
		[ERR_RECIPE] = "recipe",
		[ERR_FETCH] = "fetch",
		[ERR_CHECK] = "check",
		[ERR_REPRO] = "not-reproducible",
		[ERR_MACHINE] = "machine",
	};

	return name[kind];
}
