/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/sysctl.h>: variables of every kind, added, read, written, removed.
 */
#include <sys/errno.h>
#include <sys/sysctl.h>
#include <string.h>

#include <kpitest.h>

struct pair {
	int a, b;
};

static int num = 5, unum = -1;
static long lnum = 6;
static long long quad = 7;
static char text[8] = "abc";
static struct pair pair = { 1, 2 };
static char blob[5] = { 1, 2, 3, 4, 5 };
static int calls;

static int
handler SYSCTL_HANDLER_ARGS
{
	int v = arg2, error;

	if (oidp == NULL || arg1 != &calls)
		return (EIO);
	calls++;
	error = SYSCTL_OUT(req, &v, sizeof(v));
	if (error == 0 && req->newptr) {
		error = SYSCTL_IN(req, &v, sizeof(v));
		if (error == 0 && v < 0)
			error = ERANGE;
	}
	return (error);
}

SYSCTL_DECL(_net);
SYSCTL_NODE(_net, OID_AUTO, kpi, CTLFLAG_RW, 0, "test");
SYSCTL_INT(_net_kpi, OID_AUTO, num, CTLFLAG_RW, &num, 0, "int");
SYSCTL_UINT(_net_kpi, OID_AUTO, unum, CTLFLAG_RD, &unum, 0, "unsigned");
SYSCTL_LONG(_net_kpi, OID_AUTO, lnum, CTLFLAG_RW, &lnum, "long");
SYSCTL_QUAD(_net_kpi, OID_AUTO, quad, CTLFLAG_RW, &quad, "quad");
SYSCTL_STRING(_net_kpi, OID_AUTO, text, CTLFLAG_RW, text, sizeof(text), "s");
SYSCTL_STRUCT(_net_kpi, OID_AUTO, pair, CTLFLAG_RW, &pair, pair, "struct");
SYSCTL_OPAQUE(_net_kpi, OID_AUTO, blob, CTLFLAG_RD, blob, sizeof(blob), "B",
    "opaque");
SYSCTL_PROC(_net_kpi, OID_AUTO, proc, CTLTYPE_INT | CTLFLAG_RW, &calls, 42,
    handler, "I", "handler");
SYSCTL_INT(_net_kpi, OID_AUTO, fixed, CTLFLAG_RW, 0, 33, "constant");

SYSCTL_PROC(_net_kpi, OID_AUTO, wide, CTLTYPE_QUAD | CTLFLAG_RW, &num, 0,
    sysctl_handle_int2quad, "Q", "int with 64 bits");

static struct sysctl_oid *const oids[] = {
	&sysctl__net_kpi, &sysctl__net_kpi_num, &sysctl__net_kpi_unum,
	&sysctl__net_kpi_lnum, &sysctl__net_kpi_quad, &sysctl__net_kpi_text,
	&sysctl__net_kpi_pair, &sysctl__net_kpi_blob, &sysctl__net_kpi_proc,
	&sysctl__net_kpi_fixed, &sysctl__net_kpi_wide
};
#define NOIDS	((int)(sizeof(oids) / sizeof(oids[0])))

static void
add(void)
{
	int i;

	for (i = 0; i < NOIDS; i++)
		sysctl_register_oid(oids[i]);
}

static void
drop(void)
{
	int i;

	for (i = NOIDS - 1; i >= 0; i--)
		sysctl_unregister_oid(oids[i]);
}

/* Reads len bytes of net.kpi.<name>; the error, or -1 for another length. */
static int
get(const char *name, void *buf, size_t len)
{
	char full[40];
	size_t got = len;
	int error;

	snprintf(full, sizeof(full), "net.kpi.%s", name);
	error = sysctlbyname(full, buf, &got, NULL, 0);
	return (error == 0 && got != len ? -1 : error);
}

static int
put(const char *name, void *buf, size_t len)
{
	char full[40];

	snprintf(full, sizeof(full), "net.kpi.%s", name);
	return (sysctlbyname(full, NULL, NULL, buf, len));
}

KPI_TEST(sysctl_register_oid)
{
	add();
	/* automatic numbers count up from 101 */
	KPI_EXPECT(sysctl__net_kpi_num.oid_number == 101);
	KPI_EXPECT(sysctl__net_kpi_unum.oid_number == 102);
	drop();
}

KPI_TEST(sysctl_unregister_oid)
{
	int v;

	add();
	KPI_EXPECT(get("num", &v, sizeof(v)) == 0);
	drop();
	KPI_EXPECT(get("num", &v, sizeof(v)) == ENOENT);
	drop();				/* a second time does nothing */
	add();
	KPI_EXPECT(get("num", &v, sizeof(v)) == 0);
	drop();
}

KPI_TEST(sysctl_handle_int)
{
	int v = 0, new = 8, small;

	add();
	num = 5;
	KPI_EXPECT(get("num", &v, sizeof(v)) == 0 && v == 5);
	KPI_EXPECT(put("num", &new, sizeof(new)) == 0 && num == 8);
	KPI_EXPECT(put("num", &new, 2) == EINVAL);
	KPI_EXPECT(get("num", &small, 2) == ENOMEM);
	KPI_EXPECT(get("fixed", &v, sizeof(v)) == 0 && v == 33);
	KPI_EXPECT(put("fixed", &new, sizeof(new)) == EPERM);
	drop();
}

KPI_TEST(sysctl_handle_long)
{
	long v = 0, new = 1l << 40;

	add();
	KPI_EXPECT(get("lnum", &v, sizeof(v)) == 0 && v == lnum);
	KPI_EXPECT(put("lnum", &new, sizeof(new)) == 0 && lnum == new);
	KPI_EXPECT(put("lnum", &new, 4) == EINVAL);
	drop();
}

KPI_TEST(sysctl_handle_quad)
{
	long long v = 0, new = -3;

	add();
	KPI_EXPECT(get("quad", &v, sizeof(v)) == 0 && v == quad);
	KPI_EXPECT(put("quad", &new, sizeof(new)) == 0 && quad == -3);
	KPI_EXPECT(put("quad", &new, 7) == EINVAL);
	drop();
}

KPI_TEST(sysctl_handle_int2quad)
{
	long long v = 0, new = -9, large = 1ll << 40;

	add();
	num = 5;
	KPI_EXPECT(get("wide", &v, sizeof(v)) == 0 && v == 5);
	KPI_EXPECT(put("wide", &new, sizeof(new)) == 0 && num == -9);
	KPI_EXPECT(put("wide", &large, sizeof(large)) == ERANGE && num == -9);
	KPI_EXPECT(put("wide", &new, 4) == EINVAL);
	drop();
}

KPI_TEST(sysctl_register_fixed)
{
	sysctl_register_fixed();
}

KPI_TEST(sysctl_handle_string)
{
	char buf[8], seven[] = "1234567", nine[] = "123456789";

	add();
	strlcpy(text, "abc", sizeof(text));
	KPI_EXPECT(get("text", buf, 4) == 0 && strcmp(buf, "abc") == 0);
	KPI_EXPECT(put("text", seven, 7) == 0 && strcmp(text, seven) == 0);
	KPI_EXPECT(put("text", nine, 9) == EINVAL);
	KPI_EXPECT(strcmp(text, seven) == 0);
	drop();
}

KPI_TEST(sysctl_handle_opaque)
{
	char buf[5] = { 0 };

	add();
	KPI_EXPECT(get("blob", buf, 5) == 0 && memcmp(buf, blob, 5) == 0);
	KPI_EXPECT(put("blob", buf, 5) == EPERM);
	drop();
}

KPI_TEST(SYSCTL_NODE)
{
	size_t len = 0;

	add();
	KPI_EXPECT(sysctlbyname("net.kpi", NULL, &len, NULL, 0) == EISDIR);
	KPI_EXPECT(sysctlbyname("net.kpi.none", NULL, &len, NULL, 0) ==
	    ENOENT);
	drop();
}

KPI_TEST(SYSCTL_DECL)
{
	KPI_EXPECT(sysctl__net_kpi.oid_parent == &sysctl__net_children);
}

KPI_TEST(sysctl__net_children)
{
	KPI_EXPECT(!SLIST_EMPTY(&sysctl__net_children));
}

KPI_TEST(sysctl__children)
{
	struct sysctl_oid *oid;
	int found = 0;

	SLIST_FOREACH(oid, &sysctl__children, oid_link)
		found += oid->oid_number == CTL_NET;
	KPI_EXPECT(found == 1);
}

KPI_TEST(SYSCTL_INT)
{
	KPI_EXPECT(sysctl__net_kpi_num.oid_handler == sysctl_handle_int);
	KPI_EXPECT((sysctl__net_kpi_num.oid_kind & CTLTYPE) == CTLTYPE_INT);
	KPI_EXPECT(strcmp(sysctl__net_kpi_num.oid_fmt, "I") == 0);
}

KPI_TEST(SYSCTL_UINT)
{
	unsigned v = 0;

	add();
	KPI_EXPECT(get("unum", &v, sizeof(v)) == 0 && v == ~0u);
	KPI_EXPECT(put("unum", &v, sizeof(v)) == EPERM);
	KPI_EXPECT(strcmp(sysctl__net_kpi_unum.oid_fmt, "IU") == 0);
	drop();
}

KPI_TEST(SYSCTL_LONG)
{
	KPI_EXPECT(sysctl__net_kpi_lnum.oid_handler == sysctl_handle_long);
}

KPI_TEST(SYSCTL_QUAD)
{
	KPI_EXPECT((sysctl__net_kpi_quad.oid_kind & CTLTYPE) == CTLTYPE_QUAD);
}

KPI_TEST(SYSCTL_STRING)
{
	KPI_EXPECT(sysctl__net_kpi_text.oid_arg2 == sizeof(text));
}

KPI_TEST(SYSCTL_STRUCT)
{
	struct pair v = { 0, 0 }, new = { 8, 9 };

	add();
	KPI_EXPECT(get("pair", &v, sizeof(v)) == 0 && v.a == pair.a);
	KPI_EXPECT(put("pair", &new, sizeof(new)) == 0 && pair.b == 9);
	KPI_EXPECT(put("pair", &new, 4) == EINVAL);
	KPI_EXPECT(strcmp(sysctl__net_kpi_pair.oid_fmt, "S,pair") == 0);
	drop();
}

KPI_TEST(SYSCTL_OPAQUE)
{
	KPI_EXPECT(sysctl__net_kpi_blob.oid_arg2 == 5);
	KPI_EXPECT((sysctl__net_kpi_blob.oid_kind & CTLTYPE) ==
	    CTLTYPE_OPAQUE);
}

KPI_TEST(SYSCTL_PROC)
{
	int v = 0, bad = -1;

	add();
	calls = 0;
	KPI_EXPECT(get("proc", &v, sizeof(v)) == 0 && v == 42);
	KPI_EXPECT(put("proc", &bad, sizeof(bad)) == ERANGE);
	KPI_EXPECT(calls == 2);
	drop();
}

KPI_TEST(SYSCTL_IN)
{
	int v = 3;

	add();
	KPI_EXPECT(put("proc", &v, sizeof(v)) == 0);
	KPI_EXPECT(put("proc", &v, 1) == EINVAL);
	drop();
}

KPI_TEST(SYSCTL_OUT)
{
	size_t len = 0;
	char one;

	add();
	KPI_EXPECT(sysctlbyname("net.kpi.proc", NULL, &len, NULL, 0) == 0 &&
	    len == sizeof(int));
	KPI_EXPECT(get("proc", &one, 1) == ENOMEM);
	drop();
}
