/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records as text: one line a connection.
 *
 *	in 10.0.2.15:7 10.0.2.2:40112 rx 10485760 7300 tx 10485760 160 1.234s
 *	pid 12 echo
 *
 * Direction, local and remote address, bytes and packets received and sent,
 * duration, process.
 */
#include "tcplog.h"

/* IPv6 in hexadecimal groups, the first longest run of zeros as "::". */
static void
format_in6(const struct in6_addr *a, char *buf, size_t size)
{
	unsigned i, j, best = 8, bestlen = 1;
	size_t n = 0;

	for (i = 0; i < 8; i = j + 1) {
		for (j = i; j < 8 && a->s6_addr16[j] == 0; j++)
			continue;
		if (j - i > bestlen) {
			best = i;
			bestlen = j - i;
		}
	}
	buf[0] = '\0';
	for (i = 0; i < 8 && n < size; i++) {
		if (i == best) {
			n += snprintf(buf + n, size - n, "::");
			i += bestlen - 1;
			continue;
		}
		n += snprintf(buf + n, size - n, "%s%x",
		    i == 0 || i == best + bestlen ? "" : ":",
		    ntohs(a->s6_addr16[i]));
	}
}

/* An IPv4 address as an IPv6 socket sees it (RFC 4291, 2.5.5.2). */
static bool
format_is_mapped(const struct in6_addr *a)
{
	int i;

	for (i = 0; i < 5; i++)
		if (a->s6_addr16[i] != 0)
			return (false);
	return (a->s6_addr16[5] == 0xffff);
}

static void
format_in(const void *addr, in_port_t port, char *buf, size_t size)
{
	const u_int8_t *b = addr;

	snprintf(buf, size, "%u.%u.%u.%u:%u", b[0], b[1], b[2], b[3],
	    ntohs(port));
}

static void
format_addr(const union tcplog_addr *a, char *buf, size_t size)
{
	size_t n;

	if (a->sa.sa_family == AF_INET) {
		format_in(&a->in.sin_addr, a->in.sin_port, buf, size);
	} else if (a->sa.sa_family == AF_INET6 &&
	    format_is_mapped(&a->in6.sin6_addr)) {
		format_in(&a->in6.sin6_addr.s6_addr[12], a->in6.sin6_port,
		    buf, size);
	} else if (a->sa.sa_family == AF_INET6) {
		strlcpy(buf, "[", size);
		format_in6(&a->in6.sin6_addr, buf + 1, size - 1);
		n = strlen(buf);
		snprintf(buf + n, size - n, "]:%u", ntohs(a->in6.sin6_port));
	} else {
		strlcpy(buf, "-", size);
	}
}

void
tcplog_format(const struct tcplog_record *tr, char *buf, size_t size)
{
	char local[56], remote[56];
	long ms;

	format_addr(&tr->tr_local, local, sizeof(local));
	format_addr(&tr->tr_remote, remote, sizeof(remote));
	ms = (tr->tr_end.tv_sec - tr->tr_begin.tv_sec) * 1000 +
	    (tr->tr_end.tv_usec - tr->tr_begin.tv_usec) / 1000;
	snprintf(buf, size, "%s %s %s rx %llu %llu tx %llu %llu %ld.%03lds "
	    "pid %d %s%s", tr->tr_inbound ? "in" : "out", local, remote,
	    tr->tr_rx_bytes, tr->tr_rx_packets, tr->tr_tx_bytes,
	    tr->tr_tx_packets, ms / 1000, ms % 1000, tr->tr_pid,
	    tr->tr_name[0] != '\0' ? tr->tr_name : "-",
	    tr->tr_open ? " (still open)" : "");
}
