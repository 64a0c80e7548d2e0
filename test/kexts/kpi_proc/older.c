/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rarer functions of processes, credentials, authorisation, memory of
 * programs, devices and files.
 */
#include <miscfs/devfs/devfs.h>
#include <string.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <kpitest.h>

#define NOBODY_HAS	99997		/* a pid nobody has */

/* --- processes ---------------------------------------------------------------------- */

KPI_TEST(proc_is64bit_data)
{
	KPI_EXPECT(proc_is64bit_data(current_proc()) == 1);
}

KPI_TEST(proc_is_classic)
{
	KPI_EXPECT(proc_is_classic(current_proc()) == 0);
}

KPI_TEST(proc_tbe)
{
	KPI_EXPECT(proc_tbe(current_proc()) == 0);
}

KPI_TEST(proc_isinferior)
{
	int self = proc_selfpid();

	KPI_EXPECT(proc_isinferior(self, self) == 0);
	KPI_EXPECT(proc_isinferior(self, 0) == (self != 0));
	KPI_EXPECT(proc_isinferior(0, self) == 0);
	KPI_EXPECT(proc_isinferior(NOBODY_HAS, 0) == 0);
	KPI_EXPECT(proc_isinferior(self, NOBODY_HAS) == 0);
}

KPI_TEST(proc_noremotehang)
{
	KPI_EXPECT(proc_noremotehang(current_proc()) == 0);
}

KPI_TEST(proc_forcequota)
{
	KPI_EXPECT(proc_forcequota(current_proc()) == 0);
}

KPI_TEST(proc_chrooted)
{
	KPI_EXPECT(proc_chrooted(current_proc()) == 0);
}

KPI_TEST(proc_original_ppid)
{
	KPI_EXPECT(proc_original_ppid(current_proc()) >= 0);
	KPI_EXPECT(proc_original_ppid(NULL) == -1);
}

KPI_TEST(proc_sessionid)
{
	proc_t kernel = proc_find(0);

	KPI_REQUIRE(kernel != NULL);
	KPI_EXPECT(proc_sessionid(kernel) == 0);
	KPI_EXPECT(proc_sessionid(NULL) == -1);
	proc_rele(kernel);
}

KPI_TEST(thread_issignal)
{
	KPI_EXPECT(thread_issignal(current_proc(), current_thread(),
	    ~0u) == 0);
}

/* --- credentials -------------------------------------------------------------------- */

KPI_TEST(kauth_cred_rele)
{
	kauth_cred_t cred = kauth_cred_get_with_ref();

	KPI_REQUIRE(cred != NULL);
	kauth_cred_ref(cred);
	kauth_cred_rele(cred);
	KPI_EXPECT(kauth_cred_getuid(cred) == 0);
	kauth_cred_rele(cred);
}

KPI_TEST(kauth_cred_getsvuid)
{
	KPI_EXPECT(kauth_cred_getsvuid(kauth_cred_get()) == 0);
}

KPI_TEST(kauth_cred_getrgid)
{
	KPI_EXPECT(kauth_cred_getrgid(kauth_cred_get()) ==
	    kauth_cred_getgid(kauth_cred_get()));
}

KPI_TEST(kauth_cred_getsvgid)
{
	KPI_EXPECT(kauth_cred_getsvgid(kauth_cred_get()) ==
	    kauth_cred_getgid(kauth_cred_get()));
}

KPI_TEST(kauth_cred_ismember_gid)
{
	kauth_cred_t cred = kauth_cred_get();
	int is = 7;

	KPI_EXPECT(kauth_cred_ismember_gid(cred, kauth_cred_getgid(cred),
	    &is) == 0 && is == 1);
	KPI_EXPECT(kauth_cred_ismember_gid(cred, 54321, &is) == 0 && is == 0);
}

KPI_TEST(groupmember)
{
	kauth_cred_t cred = kauth_cred_get();

	KPI_EXPECT(groupmember(kauth_cred_getgid(cred), cred) == 1);
	KPI_EXPECT(groupmember(54321, cred) == 0);
}

/* --- scopes --------------------------------------------------------------------------- */

#define SCOPE	"org.unikext.test.scope"

struct opinion {
	int		 result;
	int		 asked;
	kauth_scope_t	 scope;		/* ended by the callback */
};

static int
opine(kauth_cred_t cred, void *idata, kauth_action_t action, uintptr_t arg0,
    uintptr_t arg1, uintptr_t arg2, uintptr_t arg3)
{
	struct opinion *o = idata;

	KPI_EXPECT(cred == kauth_cred_get());
	KPI_EXPECT(action == 9 && arg0 == 1 && arg1 == 2 && arg2 == 3 &&
	    arg3 == 4);
	o->asked++;
	if (o->scope != NULL)
		kauth_deregister_scope(o->scope);
	return (o->result);
}

static int
ask(kauth_scope_t scope)
{
	return (kauth_authorize_action(scope, kauth_cred_get(), 9, 1, 2, 3,
	    4));
}

KPI_TEST(kauth_register_scope)
{
	kauth_scope_t s = kauth_register_scope(SCOPE, NULL, NULL);

	KPI_REQUIRE(s != NULL);
	KPI_EXPECT(kauth_register_scope(SCOPE, opine, NULL) == NULL);
	KPI_EXPECT(kauth_register_scope(KAUTH_SCOPE_GENERIC, opine, NULL) ==
	    NULL);
	kauth_deregister_scope(s);
	s = kauth_register_scope(SCOPE, NULL, NULL);
	KPI_REQUIRE(s != NULL);
	kauth_deregister_scope(s);
}

KPI_TEST(kauth_authorize_action)
{
	struct opinion own = { KAUTH_RESULT_DEFER, 0, NULL };
	struct opinion a = { KAUTH_RESULT_DEFER, 0, NULL }, b = a, c = a;
	kauth_listener_t la, lb, lc;
	kauth_scope_t s;

	/* One listener before the scope is there, one after, one elsewhere. */
	la = kauth_listen_scope(SCOPE, opine, &a);
	s = kauth_register_scope(SCOPE, opine, &own);
	lb = kauth_listen_scope(SCOPE, opine, &b);
	lc = kauth_listen_scope(SCOPE "2", opine, &c);
	KPI_REQUIRE(la != NULL && s != NULL && lb != NULL && lc != NULL);
	KPI_EXPECT(ask(s) == EPERM);		/* nobody allows */
	KPI_EXPECT(own.asked == 1 && a.asked == 1 && b.asked == 1);
	b.result = KAUTH_RESULT_ALLOW;
	KPI_EXPECT(ask(s) == 0);
	a.result = KAUTH_RESULT_DENY;
	KPI_EXPECT(ask(s) == EPERM);
	kauth_unlisten_scope(la);
	own.result = KAUTH_RESULT_ALLOW;
	b.result = KAUTH_RESULT_DEFER;
	KPI_EXPECT(ask(s) == 0);
	own.result = KAUTH_RESULT_DENY;
	b.asked = 0;
	KPI_EXPECT(ask(s) == EPERM && b.asked == 0);
	KPI_EXPECT(c.asked == 0);
	kauth_unlisten_scope(lb);
	kauth_unlisten_scope(lc);
	kauth_deregister_scope(s);
}

KPI_TEST(kauth_deregister_scope)
{
	struct opinion own = { KAUTH_RESULT_ALLOW, 0, NULL };
	kauth_scope_t s = kauth_register_scope(SCOPE, opine, &own);

	/* Also from inside: the answer still counts. */
	KPI_REQUIRE(s != NULL);
	own.scope = s;
	KPI_EXPECT(ask(s) == 0 && own.asked == 1);
	s = kauth_register_scope(SCOPE, NULL, NULL);
	KPI_REQUIRE(s != NULL);
	KPI_EXPECT(ask(s) == EPERM && own.asked == 1);
	kauth_deregister_scope(s);
}

/* --- memory --------------------------------------------------------------------------- */

#define UADDR(p)	((user_addr_t)(uintptr_t)(p))

KPI_TEST(fubyte)
{
	unsigned char byte = 0xfe;

	KPI_EXPECT(fubyte(UADDR(&byte)) == 0xfe);
	KPI_EXPECT(fubyte(16) == -1);
}

KPI_TEST(subyte)
{
	unsigned char bytes[2] = { 1, 2 };

	KPI_EXPECT(subyte(UADDR(bytes), 0x1aa) == 0);
	KPI_EXPECT(bytes[0] == 0xaa && bytes[1] == 2);
	KPI_EXPECT(subyte(16, 1) == -1);
}

KPI_TEST(fuword)
{
	long word = 0x123456789abcdefL;

	KPI_EXPECT(fuword(UADDR(&word)) == word);
	KPI_EXPECT(fuword(16) == -1);
}

KPI_TEST(suword)
{
	long word = 0;

	KPI_EXPECT(suword(UADDR(&word), -2) == 0 && word == -2);
	KPI_EXPECT(suword(16, 1) == -1);
}

KPI_TEST(useracc)
{
	static const char constant[4] = "abc";
	char here[64] = "";

	KPI_EXPECT(useracc(UADDR(here), sizeof(here), B_READ) == 1);
	KPI_EXPECT(useracc(UADDR(constant), sizeof(constant), B_WRITE) == 1);
	KPI_EXPECT(useracc(UADDR(constant), sizeof(constant), B_READ) == 0);
	KPI_EXPECT(useracc(16, 4, B_WRITE) == 0);
	KPI_EXPECT(useracc(UADDR(here), ~(user_size_t)0, B_WRITE) == 0);
}

KPI_TEST(_MALLOC_ZONE)
{
	char *p;

	MALLOC_ZONE(p, char *, 100, M_TEMP, M_WAITOK | M_ZERO);
	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(p[0] == 0 && p[99] == 0);
	FREE_ZONE(p, 100, M_TEMP);
}

KPI_TEST(_FREE_ZONE)
{
	_FREE_ZONE(NULL, 8, M_TEMP);
	_FREE_ZONE(_MALLOC_ZONE(8, M_SONAME, M_NOWAIT), 8, M_SONAME);
}

KPI_TEST(tvtoabstime)
{
	struct timeval tv = { 2, 500000 };
	uint64_t ns;

	absolutetime_to_nanoseconds(tvtoabstime(&tv), &ns);
	KPI_EXPECT(ns == 2500000000ull);
}

KPI_TEST(securelevel)
{
	KPI_EXPECT(securelevel == 0);
}

KPI_TEST(sleep)
{
	KPI_EXPECT(sleep(NULL, PZERO) == 0);	/* gives way and goes on */
}

/* --- devices and files ------------------------------------------------------------------ */

KPI_TEST(enoioctl)
{
	KPI_EXPECT(enoioctl() == ENOTTY);
}

static struct cdevsw nothing = NO_CDEVICE;

KPI_TEST(cdevsw_isfree)
{
	int major = cdevsw_isfree(-1);

	KPI_REQUIRE(major >= 0);
	KPI_EXPECT(cdevsw_isfree(major) == major);
	KPI_REQUIRE(cdevsw_add(major, &nothing) == major);
	KPI_EXPECT(cdevsw_isfree(major) == -1);
	KPI_EXPECT(cdevsw_isfree(-40) >= 40);
	KPI_EXPECT(cdevsw_isfree(100000) == -1);
	KPI_EXPECT(cdevsw_remove(major, &nothing) == major);
}

KPI_TEST(cdevsw_add_with_bdev)
{
	KPI_EXPECT(cdevsw_add_with_bdev(-1, &nothing, 0) == -1);
}

static int
no_clone(dev_t dev, int action)
{
	(void)dev;
	(void)action;
	return (-1);
}

/* test/guest opens such nodes. */
KPI_TEST(devfs_make_node_clone)
{
	void *node = devfs_make_node_clone(makedev(60, 0), DEVFS_CHAR, 0, 0,
	    0600, no_clone, "kpiclone%d", 1);

	KPI_REQUIRE(node != NULL);
	KPI_EXPECT(devfs_make_node_clone(makedev(60, 0), DEVFS_CHAR, 0, 0,
	    0600, no_clone, "kpiclone1") == NULL);
	KPI_EXPECT(devfs_make_node_clone(makedev(60, 0), DEVFS_BLOCK, 0, 0,
	    0600, no_clone, "kpiclone2") == NULL);
	devfs_remove(node);
}

KPI_TEST(file_socket)
{
	socket_t so = NULL;

	KPI_EXPECT(file_socket(-1, &so) == EBADF);
	KPI_EXPECT(file_socket(100000, &so) == EBADF && so == NULL);
}

KPI_TEST(file_drop)
{
	KPI_EXPECT(file_drop(100000) == EBADF);
}

KPI_TEST(file_flags)
{
	int flags = -1;

	KPI_EXPECT(file_flags(100000, &flags) == EBADF && flags == -1);
}

KPI_TEST(vnode_isreg)
{
	vnode_t root = vfs_rootvnode();

	KPI_REQUIRE(root != NULL);
	KPI_EXPECT(vnode_isreg(root) == 0);
	vnode_put(root);
}

KPI_TEST(vfs_context_current)
{
	KPI_EXPECT(vfs_context_current() == vfs_context_current());
	KPI_EXPECT(vfs_context_rele(vfs_context_current()) == 0);
}

KPI_TEST(vfs_context_create)
{
	vfs_context_t a = vfs_context_create(NULL), b;

	KPI_REQUIRE(a != NULL);
	b = vfs_context_create(a);
	KPI_REQUIRE(b != NULL);
	KPI_EXPECT(a != b && a != vfs_context_current());
	KPI_EXPECT(vfs_context_rele(a) == 0);
	KPI_EXPECT(vfs_context_proc(b) == current_proc());
	KPI_EXPECT(vfs_context_rele(b) == 0);
}

KPI_TEST(vfs_context_rele)
{
	KPI_EXPECT(vfs_context_rele(NULL) == 0);
}

KPI_TEST(vfs_context_proc)
{
	KPI_EXPECT(vfs_context_proc(vfs_context_current()) == current_proc());
}

KPI_TEST(vfs_context_ucred)
{
	vfs_context_t ctx = vfs_context_create(vfs_context_current());

	KPI_REQUIRE(ctx != NULL);
	KPI_EXPECT(vfs_context_ucred(ctx) == kauth_cred_get());
	KPI_EXPECT(vfs_context_ucred(vfs_context_current()) ==
	    kauth_cred_get());
	vfs_context_rele(ctx);
}

KPI_TEST(vfs_context_pid)
{
	KPI_EXPECT(vfs_context_pid(vfs_context_current()) == proc_selfpid());
}
