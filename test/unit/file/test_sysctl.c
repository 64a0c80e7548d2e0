/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sysctl tree: random registration in any order keeps it sound, and
 * everything that is registered is found, nothing else.
 */
#include <sys/errno.h>
#include <sys/sysctl.h>
#include <libkern/libkern.h>
#include <string.h>

#include "kernel/proc/ucred.h"
#include "kernel/sysctl/sysctl.h"
#include "test/unit/host/clib.h"
#include "test/unit/host/proc_k.h"
#include "test/unit/lib/unit.h"

#define N	40

static struct sysctl_oid oids[N];
static struct sysctl_oid_list lists[N];
static char names[N][8], paths[N][SYSCTL_NAME_MAX];
static int parent[N], values[N];
static bool in[N];

/* A random shape: object i hangs below one with a smaller index, or the root. */
static void
shape(void)
{
	for (int i = 0; i < N; i++) {
		bool node = i % 3 == 0;

		snprintf(names[i], sizeof(names[i]), "n%d", i);
		parent[i] = i < 3 || unit_random() % 4 == 0 ? -1 :
		    (int)(unit_random() % (unsigned)i) / 3 * 3;
		snprintf(paths[i], sizeof(paths[i]), "%s%s%s",
		    parent[i] < 0 ? "" : paths[parent[i]],
		    parent[i] < 0 ? "" : ".", names[i]);
		SLIST_INIT(&lists[i]);
		values[i] = i;
		oids[i] = (struct sysctl_oid){
			.oid_parent = parent[i] < 0 ? &sysctl__children :
			    &lists[parent[i]],
			.oid_number = OID_AUTO, .oid_name = names[i],
			.oid_kind = (int)(CTLFLAG_RW |
			    (unsigned)(node ? CTLTYPE_NODE : CTLTYPE_INT)),
			.oid_arg1 = node ? (void *)&lists[i] : &values[i],
			.oid_handler = node ? NULL : sysctl_handle_int,
			.oid_fmt = node ? "N" : "I", .oid_version = 1,
		};
		in[i] = false;
	}
}

static bool
reachable(int i)
{
	for (; i >= 0; i = parent[i]) {
		if (!in[i])
			return (false);
	}
	return (true);
}

UNIT_TEST(random_trees_stay_sound)
{
	size_t live = host_kmem_live(), len;
	int v, new;

	host_proc_init();
	for (int round = 0; round < 50; round++) {
		shape();
		for (int step = 0; step < 2000; step++) {
			int i = (int)(unit_random() % N);

			if (in[i])
				sysctl_unregister_oid(&oids[i]);
			else
				sysctl_register_oid(&oids[i]);
			in[i] = !in[i];
			i = (int)(unit_random() % N);
			len = sizeof(v);
			v = -1;
			REQUIRE(sysctl_by_name(&host_proc, paths[i], &v, &len,
			    NULL, 0) == (!reachable(i) ? ENOENT :
			    i % 3 == 0 ? EISDIR : 0));
			REQUIRE(i % 3 == 0 || !reachable(i) || v == values[i]);
			new = (int)unit_random();
			if (i % 3 != 0 && reachable(i) &&
			    sysctl_by_name(&host_proc, paths[i], NULL, NULL,
			    &new, sizeof(new)) == 0)
				REQUIRE(values[i] == new);
		}
		for (int i = N; i-- > 0;) {
			if (in[i])
				sysctl_unregister_oid(&oids[i]);
		}
		REQUIRE(SLIST_EMPTY(&sysctl__children));
	}
	CHECK_EQ(host_kmem_live(), live);
}

UNIT_TEST(numbers_and_names)
{
	int mib[CTL_MAXNAME], v;
	size_t len = sizeof(v);

	shape();
	oids[1].oid_number = 7;
	oids[2].oid_number = 7;		/* the same number is not refused */
	sysctl_register_oid(&oids[2]);
	sysctl_register_oid(&oids[1]);
	CHECK(SLIST_FIRST(&sysctl__children) == &oids[2]);
	mib[0] = 7;
	CHECK(sysctl_by_mib(&host_proc, mib, 1, &v, &len, NULL, 0) == 0 &&
	    v == 2);
	CHECK(sysctl_by_mib(&host_proc, mib, 0, &v, &len, NULL, 0) == EINVAL);
	CHECK(sysctl_by_name(&host_proc, "n1.", &v, &len, NULL, 0) == ENOENT);
	CHECK(sysctl_by_name(&host_proc, ".n1", &v, &len, NULL, 0) == ENOENT);
	CHECK(sysctl_by_name(&host_proc, "n", &v, &len, NULL, 0) == ENOENT);
	CHECK(sysctl_by_name(&host_proc, "n11", &v, &len, NULL, 0) == ENOENT);
	CHECK(sysctl_by_name(&host_proc, "n1.n2", &v, &len, NULL, 0) ==
	    ENOENT);
	CHECK(sysctl_check());
	sysctl_unregister_oid(&oids[1]);
	sysctl_unregister_oid(&oids[2]);
}

UNIT_TEST(only_root_writes)
{
	struct ucred user = { .cr_refs = 1, .cr_uid = 501 };
	int v = 3;

	shape();
	parent[1] = -1;
	oids[1].oid_parent = &sysctl__children;
	sysctl_register_oid(&oids[1]);
	host_proc.p_ucred = &user;
	CHECK(sysctl_by_name(&host_proc, "n1", NULL, NULL, &v, sizeof(v)) ==
	    EPERM);
	oids[1].oid_kind |= (int)CTLFLAG_ANYBODY;
	CHECK(sysctl_by_name(&host_proc, "n1", NULL, NULL, &v, sizeof(v)) ==
	    0);
	host_proc.p_ucred = &ucred_root;
	sysctl_unregister_oid(&oids[1]);
}
