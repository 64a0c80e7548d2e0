/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet checksum under its older names.
 */
#include <netinet/in.h>
#include <sys/kpi_mbuf.h>

u_int16_t
in_cksum(mbuf_t m, int len)
{
	u_int16_t sum = 0;

	/* A range outside the packet has no sum; the caller gets 0. */
	if (len > 0)
		(void)mbuf_inet_cksum(m, 0, 0, (u_int32_t)len, &sum);
	return (sum);
}

u_int16_t
inet6_cksum(mbuf_t m, unsigned int nxt, unsigned int off, unsigned int len)
{
	u_int16_t sum = 0;

	(void)mbuf_inet6_cksum(m, (int)nxt, off, len, &sum);
	return (sum);
}
