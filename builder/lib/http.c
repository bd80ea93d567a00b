/* SPDX-License-Identifier: ISC */
#include "lib/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* libcurl's clock may stop a little before the limit. */
enum { SLACK_US = 500000 };

enum {
	REDIRECTS_MAX = 5,
	SLOW_BYTES = 1024,
	HTTP_OK = 200,
	HTTP_PART = 206,
	BUFFER_BYTES = 1 << 18
};

struct transfer {
	const struct http_request *q;
	CURL *curl;
	uint64_t got;
	enum http_end stopped; /* why the write callback ended it; HTTP_DONE: it did not */
	long status;
	char curl_text[CURL_ERROR_SIZE];
};

/* Judge the answer before its first byte is taken. */
static enum http_end
judge_status(struct transfer *t)
{
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->status);
	if (t->q->from == 0)
		return t->status == HTTP_OK ? HTTP_DONE : HTTP_STATUS;
	if (t->status == HTTP_PART)
		return HTTP_DONE;
	return t->status == HTTP_OK || t->status == 416 ? HTTP_NO_RANGE : HTTP_STATUS;
}

static size_t
take_bytes(char *p, size_t one, size_t n, void *ctx)
{
	struct transfer *t = ctx;

	n *= one;
	if (t->got == 0)
		t->stopped = judge_status(t);
	if (t->stopped == HTTP_DONE && n > t->q->max_bytes - t->got) {
		/* The head of it tells the caller what it is instead. */
		n = (size_t)(t->q->max_bytes - t->got);
		t->stopped = HTTP_TOO_LARGE;
		t->q->sink(t->q->ctx, p, n);
	}
	if (t->stopped == HTTP_DONE && t->q->sink(t->q->ctx, p, n) == -1)
		t->stopped = HTTP_STOPPED;
	if (t->stopped != HTTP_DONE)
		return CURL_WRITEFUNC_ERROR;
	t->got += n;
	return n;
}

static bool
is_https(const char *url)
{
	return strncmp(url, "https:", 6) == 0;
}

/* The policy of http.h as options. A libcurl that does not know one of them is not used. */
static CURLcode
set_policy(CURL *c, const struct http_request *q)
{
	const char *redirects = q->only_https && is_https(q->url) ? "https" : "http,https";
	const char *authorities = getenv("SSL_CERT_FILE");
	CURLcode bad = CURLE_OK;

	bad |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, redirects);
	bad |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
	bad |= curl_easy_setopt(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	if (authorities != NULL && authorities[0] != '\0')
		bad |= curl_easy_setopt(c, CURLOPT_CAINFO, authorities);
	bad |= curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_HTTP_TRANSFER_DECODING, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	bad |= curl_easy_setopt(c, CURLOPT_USERAGENT, "kiln/" KILN_VERSION);
	bad |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	return bad;
}

static CURLcode
set_limits(CURL *c, const struct http_limits *l)
{
	CURLcode bad = CURLE_OK;

	bad |= curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, l->connect_s);
	bad |= curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
	bad |= curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, l->stall_s);
	bad |= curl_easy_setopt(c, CURLOPT_TIMEOUT, l->total_s);
	return bad;
}

static CURLcode
set_request(CURL *c, struct transfer *t)
{
	CURLcode bad = CURLE_OK;

	bad |= curl_easy_setopt(c, CURLOPT_URL, t->q->url);
	bad |= curl_easy_setopt(c, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)t->q->from);
	bad |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_bytes);
	bad |= curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	bad |= curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->curl_text);
	bad |= curl_easy_setopt(c, CURLOPT_BUFFERSIZE, (long)BUFFER_BYTES);
	return bad;
}

/* What libcurl's codes mean to us; NULL: its own text says it best. */
static const struct {
	CURLcode code;
	enum http_end end;
	const char *text;
} ends[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, HTTP_UNREACHABLE, "the host is not known" },
	{ CURLE_COULDNT_RESOLVE_PROXY, HTTP_UNREACHABLE, "the proxy is not known" },
	{ CURLE_COULDNT_CONNECT, HTTP_UNREACHABLE, "the host takes no connection" },
	{ CURLE_PARTIAL_FILE, HTTP_CUT, "the connection broke" },
	{ CURLE_RECV_ERROR, HTTP_CUT, "the connection broke" },
	{ CURLE_SEND_ERROR, HTTP_CUT, "the connection broke" },
	{ CURLE_GOT_NOTHING, HTTP_CUT, "the connection was closed without an answer" },
	{ CURLE_HTTP2_STREAM, HTTP_CUT, "the connection broke" },
	{ CURLE_HTTP2, HTTP_CUT, "the connection broke" },
	{ CURLE_RANGE_ERROR, HTTP_NO_RANGE, "it cannot send the rest alone" },
	{ CURLE_BAD_DOWNLOAD_RESUME, HTTP_NO_RANGE, "it cannot send the rest alone" },
	{ CURLE_TOO_MANY_REDIRECTS, HTTP_REDIRECT, "redirected more than 5 times" },
	{ CURLE_UNSUPPORTED_PROTOCOL, HTTP_REDIRECT,
	    "leads to something else than http and https" },
	{ CURLE_LOGIN_DENIED, HTTP_OTHER, "a user name in a URL is not taken" },
	{ CURLE_SSL_CONNECT_ERROR, HTTP_TLS, NULL },
	{ CURLE_PEER_FAILED_VERIFICATION, HTTP_TLS, NULL },
	{ CURLE_SSL_CERTPROBLEM, HTTP_TLS, NULL },
	{ CURLE_SSL_CIPHER, HTTP_TLS, NULL },
	{ CURLE_SSL_CACERT_BADFILE, HTTP_TLS, NULL },
	{ CURLE_SSL_ISSUER_ERROR, HTTP_TLS, NULL },
};

static void
say_timeout(const struct transfer *t, struct http_answer *out)
{
	const struct http_limits *l = &t->q->limits;
	curl_off_t ready_us = 0, total_us = 0;

	curl_easy_getinfo(t->curl, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
	curl_easy_getinfo(t->curl, CURLINFO_TOTAL_TIME_T, &total_us);
	out->end = ready_us == 0 ? HTTP_UNREACHABLE : HTTP_SLOW;
	if (ready_us == 0)
		snprintf(out->text, sizeof(out->text), "no connection within %ld s", l->connect_s);
	else if (total_us + SLACK_US >= (curl_off_t)l->total_s * 1000000)
		snprintf(
		    out->text, sizeof(out->text), "too slow: not done within %ld s", l->total_s);
	else
		snprintf(out->text, sizeof(out->text), "too slow: less than 1 KiB/s over %ld s",
		    l->stall_s);
}

/* Our own write callback ended it, or the status did. */
static void
say_stopped(const struct transfer *t, struct http_answer *out)
{
	static const char *const text[] = {
		[HTTP_NO_RANGE] = "it cannot send the rest alone",
		[HTTP_TOO_LARGE] = "larger than allowed",
		[HTTP_STOPPED] = "stopped",
	};

	out->end = t->stopped;
	if (t->stopped == HTTP_STATUS)
		snprintf(out->text, sizeof(out->text), "answered %ld", t->status);
	else
		snprintf(out->text, sizeof(out->text), "%s", text[t->stopped]);
}

static void
say_code(const struct transfer *t, CURLcode code, struct http_answer *out)
{
	const char *own = t->curl_text[0] != '\0' ? t->curl_text : curl_easy_strerror(code);

	out->end = HTTP_OTHER;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		if (ends[i].code != code)
			continue;
		out->end = ends[i].end;
		if (ends[i].text != NULL)
			own = ends[i].text;
	}
	snprintf(out->text, sizeof(out->text), "%s%s", out->end == HTTP_TLS ? "TLS: " : "", own);
}

static void
say(struct transfer *t, CURLcode code, struct http_answer *out)
{
	/* An answer without a body never came to the callback. */
	if (code == CURLE_OK && t->got == 0)
		t->stopped = judge_status(t);
	if (code == CURLE_HTTP_RETURNED_ERROR)
		t->stopped = judge_status(t);
	if (t->stopped != HTTP_DONE)
		say_stopped(t, out);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		say_timeout(t, out);
	else if (code != CURLE_OK)
		say_code(t, code, out);
}

void
http_get(const struct http_request *q, struct http_answer *out)
{
	struct transfer t = { .q = q, .curl = curl_easy_init() };
	CURLcode code = CURLE_FAILED_INIT;

	*out = (struct http_answer){ .end = HTTP_DONE };
	if (t.curl == NULL || set_policy(t.curl, q) != CURLE_OK ||
	    set_limits(t.curl, &q->limits) != CURLE_OK || set_request(t.curl, &t) != CURLE_OK) {
		out->end = HTTP_OTHER;
		snprintf(out->text, sizeof(out->text), "this libcurl is too old or out of memory");
	} else {
		code = curl_easy_perform(t.curl);
		say(&t, code, out);
	}
	curl_easy_cleanup(t.curl);
}

void
http_host(const char *url, char host[HTTP_HOST_MAX])
{
	const char *p = strstr(url, "://");
	size_t n;

	host[0] = '\0';
	if (p == NULL)
		return;
	p += 3;
	n = strcspn(p, "/?#");
	if (n >= HTTP_HOST_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		host[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] - 'A' + 'a' : p[i]);
	host[n] = '\0';
}
