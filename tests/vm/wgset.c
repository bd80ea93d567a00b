/*
 * wgset.c - set up one end of a WireGuard tunnel, where there is no wg.
 *
 *	wgset IFACE PRIVATE-KEY PORT PEER-KEY PEER-PORT
 *
 * Keys are 64 hexadecimal digits.  The peer is at 127.0.0.1 and may have any address in
 * the tunnel.  Prints the public key that the kernel made of the private one.
 *
 * The kernel's side is described in <linux/wireguard.h>: generic netlink, in which
 * attributes stand in attributes.
 *
 * SPDX-License-Identifier: ISC
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/wireguard.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MESSAGE_MAX = 4096, /* one peer takes a few hundred bytes */
	KEY_BYTES = WG_KEY_LEN,
	KEY_DIGITS = 2 * WG_KEY_LEN,
};

/* A message on its way out: a netlink header, a generic one, attributes. */
struct message {
	_Alignas(struct nlmsghdr) char bytes[MESSAGE_MAX];
};

static _Noreturn void
die(const char *what, int number)
{
	fprintf(stderr, "wgset: %s: %s\n", what, strerror(number));
	exit(1);
}

static struct nlmsghdr *
head(struct message *m)
{
	return (struct nlmsghdr *)(void *)m->bytes;
}

static void
start(struct message *m, uint16_t family, uint16_t flags, uint8_t command, uint8_t version)
{
	struct genlmsghdr generic = { .cmd = command, .version = version };

	memset(m, 0, sizeof(*m));
	head(m)->nlmsg_type = family;
	head(m)->nlmsg_flags = NLM_F_REQUEST | flags;
	head(m)->nlmsg_len = NLMSG_LENGTH(sizeof(generic));
	memcpy(NLMSG_DATA(head(m)), &generic, sizeof(generic));
}

static struct nlattr *
put(struct message *m, uint16_t type, const void *value, size_t n)
{
	struct nlattr *a = (struct nlattr *)(void *)(m->bytes + head(m)->nlmsg_len);

	a->nla_type = type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + n);
	if (n != 0)
		memcpy((char *)a + NLA_HDRLEN, value, n);
	head(m)->nlmsg_len += (uint32_t)NLA_ALIGN(a->nla_len);
	return a;
}

static struct nlattr *
open_group(struct message *m, uint16_t type)
{
	return put(m, type | NLA_F_NESTED, NULL, 0);
}

/* All that was put since it was opened stands in it. */
static void
close_group(struct message *m, struct nlattr *group)
{
	group->nla_len = (uint16_t)(m->bytes + head(m)->nlmsg_len - (char *)group);
}

static int
connect_kernel(void)
{
	int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (s == -1 || connect(s, (void *)&kernel, sizeof(kernel)) == -1)
		die("talk to the kernel", errno);
	return s;
}

/* Send it; the first answer takes its place. */
static void
ask(int s, struct message *m, const char *what)
{
	struct nlmsgerr fault;

	if (send(s, m->bytes, head(m)->nlmsg_len, 0) == -1 ||
	    recv(s, m->bytes, sizeof(m->bytes), 0) == -1)
		die(what, errno);
	if (head(m)->nlmsg_type != NLMSG_ERROR)
		return;
	memcpy(&fault, NLMSG_DATA(head(m)), sizeof(fault));
	if (fault.error != 0)
		die(what, -fault.error);
}

/* The value of an attribute of an answer. */
static const void *
find(struct message *m, uint16_t type, size_t n)
{
	size_t at = NLMSG_LENGTH(sizeof(struct genlmsghdr));

	while (at + NLA_HDRLEN <= head(m)->nlmsg_len) {
		struct nlattr *a = (struct nlattr *)(void *)(m->bytes + at);
		if ((a->nla_type & NLA_TYPE_MASK) == type && a->nla_len >= NLA_HDRLEN + n)
			return (char *)a + NLA_HDRLEN;
		if (a->nla_len < NLA_HDRLEN)
			break;
		at += NLA_ALIGN(a->nla_len);
	}
	die("read the kernel's answer", ENOMSG);
}

static uint16_t
find_family(int s)
{
	struct message m;
	uint16_t family;

	start(&m, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY, 1);
	put(&m, CTRL_ATTR_FAMILY_NAME, WG_GENL_NAME, sizeof(WG_GENL_NAME));
	ask(s, &m, "find WireGuard in the kernel");
	memcpy(&family, find(&m, CTRL_ATTR_FAMILY_ID, sizeof(family)), sizeof(family));
	return family;
}

static void
read_key(const char *text, uint8_t key[KEY_BYTES])
{
	for (size_t i = 0; i < KEY_BYTES; i++) {
		const char digits[] = { text[2 * i], text[2 * i + 1], '\0' };
		char *end;
		key[i] = (uint8_t)strtoul(digits, &end, 16);
		if (end != digits + 2)
			die(text, EINVAL);
	}
}

static uint16_t
read_port(const char *text)
{
	return (uint16_t)strtoul(text, NULL, 10);
}

static void
put_any_address(struct message *m, uint16_t family, size_t n)
{
	static const uint8_t zero[16];
	struct nlattr *address = open_group(m, 0);

	put(m, WGALLOWEDIP_A_FAMILY, &family, sizeof(family));
	put(m, WGALLOWEDIP_A_IPADDR, zero, n);
	put(m, WGALLOWEDIP_A_CIDR_MASK, zero, 1);
	close_group(m, address);
}

static void
put_peer(struct message *m, const char *public, const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(read_port(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct nlattr *peers = open_group(m, WGDEVICE_A_PEERS);
	struct nlattr *peer = open_group(m, 0);
	uint8_t key[KEY_BYTES];

	read_key(public, key);
	put(m, WGPEER_A_PUBLIC_KEY, key, sizeof(key));
	put(m, WGPEER_A_ENDPOINT, &at, sizeof(at));
	struct nlattr *addresses = open_group(m, WGPEER_A_ALLOWEDIPS);
	put_any_address(m, AF_INET, 4);
	put_any_address(m, AF_INET6, 16);
	close_group(m, addresses);
	close_group(m, peer);
	close_group(m, peers);
}

static void
set_device(int s, uint16_t family, char **word)
{
	struct message m;
	uint8_t key[KEY_BYTES];
	uint16_t port = read_port(word[3]);

	read_key(word[2], key);
	start(&m, family, NLM_F_ACK, WG_CMD_SET_DEVICE, WG_GENL_VERSION);
	put(&m, WGDEVICE_A_IFNAME, word[1], strlen(word[1]) + 1);
	put(&m, WGDEVICE_A_PRIVATE_KEY, key, sizeof(key));
	put(&m, WGDEVICE_A_LISTEN_PORT, &port, sizeof(port));
	put_peer(&m, word[4], word[5]);
	ask(s, &m, word[1]);
}

static void
print_public_key(int s, uint16_t family, const char *iface)
{
	struct message m;
	const uint8_t *key;

	start(&m, family, NLM_F_DUMP, WG_CMD_GET_DEVICE, WG_GENL_VERSION);
	put(&m, WGDEVICE_A_IFNAME, iface, strlen(iface) + 1);
	ask(s, &m, iface);
	key = find(&m, WGDEVICE_A_PUBLIC_KEY, KEY_BYTES);
	for (int i = 0; i < KEY_BYTES; i++)
		printf("%02x", key[i]);
	putchar('\n');
}

int
main(int argc, char **argv)
{
	if (argc != 6 || strlen(argv[1]) >= IFNAMSIZ || strlen(argv[2]) != KEY_DIGITS ||
	    strlen(argv[4]) != KEY_DIGITS) {
		fputs("usage: wgset IFACE PRIVATE-KEY PORT PEER-KEY PEER-PORT\n", stderr);
		return 2;
	}
	int s = connect_kernel();
	uint16_t family = find_family(s);
	set_device(s, family, argv);
	print_public_key(s, family, argv[1]);
	return 0;
}
