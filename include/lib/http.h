/*
 * http.h - one file from one URL, through libcurl.
 *
 * Policy, all of it: http and https only, also across redirects; at most 5 of
 * them; TLS is checked always (SSL_CERT_FILE names another list of authorities);
 * no .netrc, no cookies, no user in the URL; nothing is decoded: the bytes are
 * the server's.  Proxy variables are honoured.  What libcurl 7.88 leaves
 * unlimited is limited and counted here.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_HTTP_H
#define LIB_HTTP_H

#include "base/base.h"

/* How a request ended. */
enum http_end {
	HTTP_DONE,
	HTTP_UNREACHABLE, /* no such host, no connection */
	HTTP_STATUS,      /* an answer that is not the file */
	HTTP_NO_RANGE,    /* it cannot send a part: ask for all of it */
	HTTP_CUT,         /* the connection broke before the end of the body */
	HTTP_SLOW,        /* stalled, or longer than the total time */
	HTTP_TOO_LARGE,   /* more bytes than were allowed, known or seen */
	HTTP_REDIRECT,    /* too many, or to where we do not go */
	HTTP_TLS,
	HTTP_STOPPED, /* the sink did not want more */
	HTTP_OTHER,
};

/* Takes the next bytes of the body; -1 ends the request. */
typedef int http_sink(void *ctx, const void *p, size_t n_bytes);

struct http_limits {
	long connect_s, stall_s, total_s; /* stall: below 1 KiB/s for so long */
};

struct http_request {
	const char *url;
	uint64_t from;      /* leave out so many bytes: the rest of a broken download */
	uint64_t max_bytes; /* of the body of this answer */
	bool only_https;    /* do not follow a redirect from https to http */
	struct http_limits limits;
	http_sink *sink;
	void *ctx;
};

struct http_answer {
	enum http_end end;
	char text[512]; /* a sentence's part when it is not HTTP_DONE */
};

void http_get(const struct http_request *q, struct http_answer *out);

/* "host" or "host:port" of a URL, lower case; "" when there is none. */
enum { HTTP_HOST_MAX = 256 };
void http_host(const char *url, char host[HTTP_HOST_MAX]);

#endif
