/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl: every kind of value, below a node of the kext's own, asked for by
 * name inside the kernel.
 */
#include <string.h>
#include <sys/errno.h>
#include <sys/sysctl.h>

#include <kpitest.h>

struct pair {
	int	a, b;
};

static int value = 5;
static unsigned uvalue = 4000000000u;
static long lvalue = 1l << 40;
static long long qvalue = 1ll << 50;
static char text[16] = "hello";
static struct pair pair = { 1, 2 };
static char blob[5] = { 1, 2, 3, 4, 5 };
static int proc_calls;

static int
proc_handler SYSCTL_HANDLER_ARGS
{
	int v = *(int *)arg1 * 2, error;

	(void)oidp;
	proc_calls++;
	if (arg2 != 77)
		return (EINVAL);
	if ((error = SYSCTL_OUT(req, &v, sizeof(v))) != 0)
		return (error);
	if (req->newptr == USER_ADDR_NULL)
		return (0);
	if ((error = SYSCTL_IN(req, &v, sizeof(v))) != 0)
		return (error);
	*(int *)arg1 = v / 2;
	return (0);
}

SYSCTL_NODE(_net, OID_AUTO, kpitest, CTLFLAG_RW, 0, "test of the KPI")
SYSCTL_INT(_net_kpitest, OID_AUTO, v, CTLFLAG_RW, &value, 0, "int")
SYSCTL_INT(_net_kpitest, OID_AUTO, constant, CTLFLAG_RW, NULL, 42, "constant")
SYSCTL_UINT(_net_kpitest, OID_AUTO, u, CTLFLAG_RW, &uvalue, 0, "unsigned")
SYSCTL_LONG(_net_kpitest, OID_AUTO, l, CTLFLAG_RW, &lvalue, "long")
SYSCTL_QUAD(_net_kpitest, OID_AUTO, q, CTLFLAG_RW, &qvalue, "quad");
SYSCTL_STRING(_net_kpitest, OID_AUTO, s, CTLFLAG_RW, text, sizeof(text),
    "string");
SYSCTL_STRUCT(_net_kpitest, OID_AUTO, pair, CTLFLAG_RW, &pair, pair,
    "structure")
SYSCTL_OPAQUE(_net_kpitest, OID_AUTO, blob, CTLFLAG_RW, blob, sizeof(blob),
    "S,blob", "bytes")
static SYSCTL_PROC(_net_kpitest, OID_AUTO, twice, CTLTYPE_INT | CTLFLAG_RW,
    &value, 77, proc_handler, "I", "a handler of its own")

static struct sysctl_oid *const oids[] = {
	&sysctl__net_kpitest, &sysctl__net_kpitest_v,
	&sysctl__net_kpitest_constant, &sysctl__net_kpitest_u,
	&sysctl__net_kpitest_l, &sysctl__net_kpitest_q,
	&sysctl__net_kpitest_s, &sysctl__net_kpitest_pair,
	&sysctl__net_kpitest_blob, &sysctl__net_kpitest_twice,
};
#define NOIDS	(sizeof(oids) / sizeof(oids[0]))

static int
get(const char *name, void *p, size_t *len)
{
	return (sysctlbyname(name, p, len, NULL, 0));
}

static int
set(const char *name, void *p, size_t len)
{
	return (sysctlbyname(name, NULL, NULL, p, len));
}

KPI_TEST(sysctl_register_oid)
{
	int v = 0;
	size_t len = sizeof(v);
	unsigned i;

	KPI_EXPECT(get("net.kpitest.v", &v, &len) == ENOENT);
	for (i = 0; i < NOIDS; i++)
		sysctl_register_oid(oids[i]);
	len = sizeof(v);
	KPI_EXPECT(get("net.kpitest.v", &v, &len) == 0);
	KPI_EXPECT(v == 5 && len == sizeof(v));
	KPI_EXPECT(sysctl__net_kpitest_v.oid_number >= 100);
	KPI_EXPECT(sysctl__net_kpitest_u.oid_number !=
	    sysctl__net_kpitest_v.oid_number);
}

KPI_TEST(SYSCTL_NODE)
{
	KPI_EXPECT((sysctl__net_kpitest.oid_kind & CTLTYPE) == CTLTYPE_NODE);
	KPI_EXPECT(sysctl__net_kpitest.oid_arg1 ==
	    &sysctl__net_kpitest_children);
	KPI_EXPECT(strcmp(sysctl__net_kpitest.oid_fmt, "N") == 0);
}

KPI_TEST(SYSCTL_DECL)
{
	KPI_EXPECT(sysctl__net_kpitest.oid_parent == &sysctl__net_children);
}

KPI_TEST(sysctl__children)
{
	KPI_EXPECT(!SLIST_EMPTY(&sysctl__children));
}

KPI_TEST(sysctl__net_children)
{
	struct sysctl_oid *o;
	int found = 0;

	SLIST_FOREACH(o, &sysctl__net_children, oid_link)
		found |= o == &sysctl__net_kpitest;
	KPI_EXPECT(found);
}

KPI_TEST(SYSCTL_INT)
{
	KPI_EXPECT(sysctl__net_kpitest_v.oid_handler == sysctl_handle_int);
	KPI_EXPECT(sysctl__net_kpitest_v.oid_kind & (int)CTLFLAG_OID2);
	KPI_EXPECT(strcmp(sysctl__net_kpitest_v.oid_fmt, "I") == 0);
}

KPI_TEST(sysctl_handle_int)
{
	int v = 9;
	size_t len = sizeof(v);

	KPI_EXPECT(set("net.kpitest.v", &v, sizeof(v)) == 0 && value == 9);
	KPI_EXPECT(get("net.kpitest.constant", &v, &len) == 0 && v == 42);
	KPI_EXPECT(set("net.kpitest.constant", &v, sizeof(v)) == EPERM);
	KPI_EXPECT(set("net.kpitest.v", &v, 2) == EINVAL);
	len = 2;
	KPI_EXPECT(get("net.kpitest.v", &v, &len) == ENOMEM);
}

KPI_TEST(SYSCTL_UINT)
{
	unsigned v = 0;
	size_t len = sizeof(v);

	KPI_EXPECT(get("net.kpitest.u", &v, &len) == 0);
	KPI_EXPECT(v == 4000000000u);
	KPI_EXPECT(strcmp(sysctl__net_kpitest_u.oid_fmt, "IU") == 0);
}

KPI_TEST(SYSCTL_LONG)
{
	KPI_EXPECT(sysctl__net_kpitest_l.oid_handler == sysctl_handle_long);
	KPI_EXPECT(strcmp(sysctl__net_kpitest_l.oid_fmt, "L") == 0);
}

KPI_TEST(sysctl_handle_long)
{
	long v = 0;
	size_t len = sizeof(v);

	KPI_EXPECT(get("net.kpitest.l", &v, &len) == 0 && v == 1l << 40);
	v = -3;
	KPI_EXPECT(set("net.kpitest.l", &v, sizeof(v)) == 0 && lvalue == -3);
}

KPI_TEST(SYSCTL_QUAD)
{
	KPI_EXPECT(sysctl__net_kpitest_q.oid_handler == sysctl_handle_quad);
	KPI_EXPECT((sysctl__net_kpitest_q.oid_kind & CTLTYPE) ==
	    CTLTYPE_QUAD);
}

KPI_TEST(sysctl_handle_quad)
{
	long long v = 0;
	size_t len = sizeof(v);

	KPI_EXPECT(get("net.kpitest.q", &v, &len) == 0 && v == 1ll << 50);
	v = -(1ll << 60);
	KPI_EXPECT(set("net.kpitest.q", &v, sizeof(v)) == 0);
	KPI_EXPECT(qvalue == -(1ll << 60));
}

KPI_TEST(SYSCTL_STRING)
{
	KPI_EXPECT(sysctl__net_kpitest_s.oid_arg2 == 16);
	KPI_EXPECT(strcmp(sysctl__net_kpitest_s.oid_fmt, "A") == 0);
}

KPI_TEST(sysctl_handle_string)
{
	static char longer[] = "much longer than sixteen";
	static char bye[] = "bye";
	char buf[32];
	size_t len = sizeof(buf);

	KPI_EXPECT(get("net.kpitest.s", buf, &len) == 0);
	KPI_EXPECT(strcmp(buf, "hello") == 0 && len == 6);
	KPI_EXPECT(set("net.kpitest.s", bye, 3) == 0);
	KPI_EXPECT(strcmp(text, "bye") == 0);
	KPI_EXPECT(set("net.kpitest.s", longer, sizeof(longer)) == EINVAL);
	KPI_EXPECT(strcmp(text, "bye") == 0);
}

KPI_TEST(SYSCTL_STRUCT)
{
	struct pair p = { 0, 0 };
	size_t len = sizeof(p);

	KPI_EXPECT(get("net.kpitest.pair", &p, &len) == 0);
	KPI_EXPECT(p.a == 1 && p.b == 2);
	KPI_EXPECT(strcmp(sysctl__net_kpitest_pair.oid_fmt, "S,pair") == 0);
}

KPI_TEST(SYSCTL_OPAQUE)
{
	KPI_EXPECT(sysctl__net_kpitest_blob.oid_arg2 == 5);
	KPI_EXPECT(strcmp(sysctl__net_kpitest_blob.oid_fmt, "S,blob") == 0);
}

KPI_TEST(sysctl_handle_opaque)
{
	char buf[5] = { 9, 9, 9, 9, 9 };
	size_t len = sizeof(buf);

	KPI_EXPECT(set("net.kpitest.blob", buf, 5) == 0 && blob[4] == 9);
	buf[0] = 0;
	KPI_EXPECT(get("net.kpitest.blob", buf, &len) == 0);
	KPI_EXPECT(len == 5 && buf[0] == 9);
}

KPI_TEST(SYSCTL_PROC)
{
	int v = 0;
	size_t len = sizeof(v);

	value = 21;
	proc_calls = 0;
	KPI_EXPECT(get("net.kpitest.twice", &v, &len) == 0 && v == 42);
	KPI_EXPECT(proc_calls >= 1);
}

KPI_TEST(SYSCTL_OUT)
{
	int v = 0;
	size_t len = 1;

	KPI_EXPECT(get("net.kpitest.twice", &v, &len) == ENOMEM);
}

KPI_TEST(SYSCTL_IN)
{
	int v = 8;

	KPI_EXPECT(set("net.kpitest.twice", &v, sizeof(v)) == 0);
	KPI_EXPECT(value == 4);
	KPI_EXPECT(set("net.kpitest.twice", &v, 1) == EINVAL && value == 4);
}

KPI_TEST(sysctl_unregister_oid)
{
	int v = 0;
	size_t len = sizeof(v);
	unsigned i;

	for (i = NOIDS; i > 0; i--)
		sysctl_unregister_oid(oids[i - 1]);
	KPI_EXPECT(get("net.kpitest.v", &v, &len) == ENOENT);
}
