/* SPDX-License-Identifier: ISC */
#include "make/slot.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"
#include "base/vec.h"
#include "sys/clock.h"

/* As many as a kernel lets wait to be accepted; a further one waits in its connect. */
enum { BACKLOG = 4096, PATIENCE_MS = 2000 };

struct listener {
	int id, fd;
	int64_t priority;
	const char *path;
	int nwaiting, nholding;
};

struct client {
	int fd;
	int listener; /* id; its listener may be gone */
	bool holds;
	uint64_t order; /* of arrival */
	int64_t since_ms;
};

struct slots {
	struct arena *run;
	int nslot, nheld, next_id;
	uint64_t narrived;
	VEC(struct listener) listener;
	VEC(struct client) client;
};

int
slots_open(struct arena *run, int nslot, struct slots **out, struct err *e)
{
	if (nslot < 1)
		return err_set(e, ERR_USAGE, "hand out %d slots: at least one is needed", nslot);
	*out = ARENA_NEW(run, struct slots, 1);
	(*out)->run = run;
	(*out)->nslot = nslot;
	return 0;
}

static struct listener *
listener_find(const struct slots *s, int id)
{
	for (int i = 0; i < s->listener.n; i++)
		if (s->listener.v[i].id == id)
			return &s->listener.v[i];
	return NULL;
}

/* A worker that was forked meanwhile has copies of our descriptors: closing ours would
 * not tell the other side. */
static void
hang_up(int fd)
{
	shutdown(fd, SHUT_RDWR);
	close(fd);
}

static void
client_drop(struct slots *s, int i)
{
	struct client *c = &s->client.v[i];
	struct listener *l = listener_find(s, c->listener);

	hang_up(c->fd);
	if (c->holds)
		s->nheld--;
	if (l != NULL && c->holds)
		l->nholding--;
	else if (l != NULL)
		l->nwaiting--;
	*c = s->client.v[--s->client.n];
}

void
slots_remove(struct slots *s, int id)
{
	struct listener *l = listener_find(s, id);

	if (l == NULL)
		return;
	/* Those that work keep their slots until they end. */
	for (int i = s->client.n - 1; i >= 0; i--)
		if (s->client.v[i].listener == id && !s->client.v[i].holds)
			client_drop(s, i);
	hang_up(l->fd);
	unlink(l->path);
	*l = s->listener.v[--s->listener.n];
}

void
slots_close(struct slots *s)
{
	while (s->listener.n > 0)
		slots_remove(s, s->listener.v[0].id);
	while (s->client.n > 0)
		client_drop(s, 0);
}

static int
listen_at(const char *path, struct err *e)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(at.sun_path))
		return err_set(e, ERR_MACHINE, "listen at %s: the path is longer than %zu bytes",
		    path, sizeof(at.sun_path) - 1);
	memcpy(at.sun_path, path, strlen(path) + 1);
	if (unlink(path) == -1 && errno != ENOENT)
		return err_sys(e, "remove the old socket %s", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return err_sys(e, "make a socket for %s", path);
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int cause = errno;
	close(fd);
	errno = cause;
	return err_sys(e, "listen at %s", path);
}

int
slots_add(struct slots *s, const char *path, int64_t priority, int *id, struct err *e)
{
	int fd = listen_at(path, e);

	if (fd == -1)
		return -1;
	*id = s->next_id++;
	VEC_ADD(s->run, &s->listener,
	    (struct listener){
		.id = *id, .fd = fd, .priority = priority, .path = str_z(s->run, str_of(path)) });
	return 0;
}

/* More than that many could not be granted at once; the others wait in the kernel and
 * cost no descriptor. */
static bool
has_room(const struct slots *s, const struct listener *l)
{
	return l->nwaiting < s->nslot;
}

int
slots_poll_fill(const struct slots *s, struct pollfd *v, int max)
{
	int n = 0;

	for (int i = 0; i < s->client.n && n < max; i++)
		v[n++] = (struct pollfd){ .fd = s->client.v[i].fd, .events = POLLIN };
	for (int i = 0; i < s->listener.n && n < max; i++)
		if (has_room(s, &s->listener.v[i]))
			v[n++] = (struct pollfd){ .fd = s->listener.v[i].fd, .events = POLLIN };
	return n;
}

static void
take_arrivals(struct slots *s, struct listener *l)
{
	while (has_room(s, l)) {
		int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd == -1)
			return;
		VEC_ADD(s->run, &s->client,
		    (struct client){ .fd = fd,
			.listener = l->id,
			.order = s->narrived++,
			.since_ms = clock_ms() });
		l->nwaiting++;
	}
}

static bool
has_ended(int fd)
{
	char ignored[64];
	ssize_t n = recv(fd, ignored, sizeof(ignored), MSG_DONTWAIT);

	return n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR);
}

static void
take_news(struct slots *s, int fd)
{
	for (int i = 0; i < s->client.n; i++)
		if (s->client.v[i].fd == fd) {
			if (has_ended(fd))
				client_drop(s, i);
			return;
		}
	for (int i = 0; i < s->listener.n; i++)
		if (s->listener.v[i].fd == fd) {
			take_arrivals(s, &s->listener.v[i]);
			return;
		}
}

static bool
has_waited_long(const struct client *c)
{
	return clock_ms() - c->since_ms > PATIENCE_MS;
}

/* A configure script asks for one compiler after the other, with much else between them: it
 * never takes more than one slot, and makes a whole package late when it waits for each. */
static bool
is_serial(const struct listener *l)
{
	return l->nwaiting == 1 && l->nholding == 0;
}

/* -1, 0, 1: a goes before b, does not matter, behind. */
static int
by_package(const struct listener *a, const struct listener *b)
{
	if (is_serial(a) != is_serial(b))
		return is_serial(a) ? -1 : 1;
	return (a->priority < b->priority) - (a->priority > b->priority);
}

static bool
goes_before(const struct slots *s, const struct client *a, const struct client *b)
{
	bool la = has_waited_long(a), lb = has_waited_long(b);

	if (la || lb)
		return la && lb ? a->order < b->order : la;
	int by = by_package(listener_find(s, a->listener), listener_find(s, b->listener));
	return by != 0 ? by < 0 : a->order < b->order;
}

/* The one to be granted next; -1: nobody waits. */
static int
next_client(const struct slots *s)
{
	int best = -1;

	for (int i = 0; i < s->client.n; i++) {
		const struct client *c = &s->client.v[i];
		if (!c->holds && (best == -1 || goes_before(s, c, &s->client.v[best])))
			best = i;
	}
	return best;
}

static void
grant(struct slots *s)
{
	int i;

	while (s->nheld < s->nslot && (i = next_client(s)) != -1) {
		struct client *c = &s->client.v[i];
		struct listener *l = listener_find(s, c->listener);
		if (send(c->fd, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1) {
			client_drop(s, i);
			continue;
		}
		c->holds = true;
		s->nheld++;
		l->nholding++;
		l->nwaiting--;
	}
}

void
slots_poll_take(struct slots *s, const struct pollfd *v, int n)
{
	for (int i = 0; i < n; i++)
		if (v[i].revents != 0)
			take_news(s, v[i].fd);
	grant(s);
}

int
slots_in_use(const struct slots *s)
{
	return s->nheld;
}

int
slots_waiting(const struct slots *s, int id)
{
	const struct listener *l = listener_find(s, id);

	return l == NULL ? 0 : l->nwaiting;
}
