/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control connection: states, and the two JSON texts.  Of a received
 * text only the few members that matter are looked for; everything is read
 * within a size limit and nothing is trusted.
 */
#include "net/cmds/iperf3.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <unistd.h>

int
iperf_read_all(int fd, void *buf, size_t n)
{
	char *p = buf;
	ssize_t k;

	for (; n > 0; p += k, n -= (size_t)k) {
		k = read(fd, p, n);
		if (k <= 0) {
			fprintf(stderr, "iperf3: control connection: %s\n",
			    k == 0 ? "closed by the peer" : strerror(errno));
			return -1;
		}
	}
	return 0;
}

int
iperf_write_all(int fd, const void *buf, size_t n)
{
	const char *p = buf;
	ssize_t k;

	for (; n > 0; p += k, n -= (size_t)k) {
		k = write(fd, p, n);
		if (k < 0) {
			fprintf(stderr, "iperf3: control connection: %s\n",
			    strerror(errno));
			return -1;
		}
	}
	return 0;
}

int
iperf_send_state(struct iperf *ip, enum iperf_state st)
{
	signed char c = (signed char)st;

	return iperf_write_all(ip->i_ctl, &c, 1);
}

int
iperf_recv_state(struct iperf *ip, enum iperf_state *st)
{
	signed char c;

	if (iperf_read_all(ip->i_ctl, &c, 1) != 0)
		return -1;
	*st = (enum iperf_state)c;
	return 0;
}

static int
send_text(struct iperf *ip)
{
	uint32_t n = htonl((uint32_t)strlen(ip->i_text));

	if (iperf_write_all(ip->i_ctl, &n, sizeof(n)) != 0)
		return -1;
	return iperf_write_all(ip->i_ctl, ip->i_text, strlen(ip->i_text));
}

static int
recv_text(struct iperf *ip)
{
	uint32_t n;

	if (iperf_read_all(ip->i_ctl, &n, sizeof(n)) != 0)
		return -1;
	n = ntohl(n);
	if (n >= IPERF_JSON_MAX) {
		fprintf(stderr, "iperf3: message of %u bytes\n", n);
		return -1;
	}
	ip->i_text[n] = '\0';
	return iperf_read_all(ip->i_ctl, ip->i_text, n);
}

/* The value of a member, searched from s; NULL where there is none. */
static const char *
member(const char *s, const char *name)
{
	char key[48];
	const char *p;

	snprintf(key, sizeof(key), "\"%s\"", name);
	p = strstr(s, key);
	if (p == NULL)
		return NULL;
	p += strlen(key);
	while (*p == ' ' || *p == '\t' || *p == '\n' || *p == ':')
		p++;
	return p;
}

static bool
member_true(const char *s, const char *name)
{
	const char *p = member(s, name);

	return p != NULL && (strncmp(p, "true", 4) == 0 || *p == '1');
}

/* Digits before the point, or `otherwise`. */
static uint64_t
member_number(const char *s, const char *name, uint64_t otherwise)
{
	const char *p = member(s, name);

	if (p == NULL || *p < '0' || *p > '9')
		return otherwise;
	return strtoull(p, NULL, 10);
}

/* A time in seconds with a fraction, in microseconds. */
static int64_t
member_us(const char *s, const char *name)
{
	const char *p = member(s, name);
	int64_t us, unit = 100000, exponent = 0;
	char *end;

	if (p == NULL || *p < '0' || *p > '9')
		return 0;
	us = (int64_t)strtoull(p, &end, 10) * 1000000;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
			us += (*end - '0') * unit;
	if (*end == 'e' && end[1] == '-') {
		exponent = strtol(end + 2, NULL, 10);
		while (exponent-- > 0)
			us /= 10;
	}
	return us;
}

int
iperf_send_params(struct iperf *ip)
{
	int n;

	n = snprintf(ip->i_text, IPERF_JSON_MAX,
	    "{\"%s\":true,\"omit\":0,\"time\":%d,\"num\":%llu,"
	    "\"blockcount\":0,\"parallel\":%d,\"len\":%zu,%s%s"
	    "\"bandwidth\":%llu,\"pacing_timer\":1000,%s"
	    "\"client_version\":\"3.12\"}",
	    ip->i_udp ? "udp" : "tcp", ip->i_bytes_wanted ? 0 : ip->i_time_s,
	    (unsigned long long)ip->i_bytes_wanted, ip->i_parallel, ip->i_len,
	    ip->i_reverse ? "\"reverse\":true," : "",
	    ip->i_bidir ? "\"bidirectional\":true," : "",
	    (unsigned long long)ip->i_rate,
	    ip->i_udp ? "\"udp_counters_64bit\":1," : "");
	return n >= IPERF_JSON_MAX ? -1 : send_text(ip);
}

int
iperf_recv_params(struct iperf *ip)
{
	const char *s = ip->i_text;

	if (recv_text(ip) != 0)
		return -1;
	ip->i_udp = member_true(s, "udp");
	ip->i_reverse = member_true(s, "reverse");
	ip->i_bidir = member_true(s, "bidirectional");
	ip->i_counters64 = member_true(s, "udp_counters_64bit");
	ip->i_parallel = (int)member_number(s, "parallel", 1);
	ip->i_time_s = (int)member_number(s, "time", 10);
	ip->i_bytes_wanted = member_number(s, "num", 0);
	ip->i_rate = member_number(s, "bandwidth", 0);
	ip->i_len = (size_t)member_number(s, "len",
	    ip->i_udp ? IPERF_UDP_LEN : IPERF_BUF);
	if (ip->i_len < 16 || ip->i_len > IPERF_BUF)
		ip->i_len = ip->i_udp ? IPERF_UDP_LEN : IPERF_BUF;
	if (ip->i_parallel < 1 ||
	    ip->i_parallel * (ip->i_bidir ? 2 : 1) > IPERF_STREAMS) {
		fprintf(stderr, "iperf3: %d streams asked for\n",
		    ip->i_parallel);
		return -1;
	}
	return 0;
}

int
iperf_send_results(struct iperf *ip)
{
	size_t n;
	int i;

	n = (size_t)snprintf(ip->i_text, IPERF_JSON_MAX,
	    "{\"cpu_util_total\":0,\"cpu_util_user\":0,"
	    "\"cpu_util_system\":0,\"sender_has_retransmits\":-1,"
	    "\"streams\":[");
	for (i = 0; i < ip->i_nstreams && n < IPERF_JSON_MAX - 512; i++) {
		struct iperf_stream *s = &ip->i_stream[i];
		int64_t t = ip->i_end_us - ip->i_start_us;

		n += (size_t)snprintf(ip->i_text + n, IPERF_JSON_MAX - n,
		    "%s{\"id\":%d,\"bytes\":%llu,\"retransmits\":-1,"
		    "\"jitter\":%lld.%06lld,\"errors\":%llu,\"packets\":%llu,"
		    "\"omitted_errors\":0,\"omitted_packets\":0,"
		    "\"start_time\":0,\"end_time\":%lld.%06lld}",
		    i > 0 ? "," : "", s->s_id, (unsigned long long)s->s_bytes,
		    (long long)s->s_jitter_us / 1000000,
		    (long long)s->s_jitter_us % 1000000,
		    (unsigned long long)s->s_lost,
		    (unsigned long long)s->s_packets, (long long)t / 1000000,
		    (long long)t % 1000000);
	}
	snprintf(ip->i_text + n, IPERF_JSON_MAX - n, "]}");
	return send_text(ip);
}

int
iperf_recv_results(struct iperf *ip)
{
	const char *p;
	int i, id;

	if (recv_text(ip) != 0)
		return -1;
	p = strstr(ip->i_text, "\"streams\"");
	while (p != NULL && (p = strstr(p, "\"id\"")) != NULL) {
		id = (int)member_number(p, "id", 0);
		for (i = 0; i < ip->i_nstreams; i++) {
			struct iperf_stream *s = &ip->i_stream[i];

			if (s->s_id != id)
				continue;
			s->s_peer_bytes = member_number(p, "bytes", 0);
			s->s_peer_packets = member_number(p, "packets", 0);
			s->s_peer_errors = member_number(p, "errors", 0);
			s->s_peer_jitter_us = member_us(p, "jitter");
		}
		p += 4;
	}
	return 0;
}
