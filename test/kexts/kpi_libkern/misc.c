/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random numbers, UUIDs, versions, the platform, logs.
 */
#include <IOKit/IOLib.h>
#include <IOKit/IOPlatformExpert.h>
#include <i386/machine_routines.h>
#include <libkern/OSDebug.h>
#include <libkern/OSKextLib.h>
#include <libkern/crypto/rand.h>
#include <libkern/sysctl.h>
#include <libkern/version.h>
#include <mach/mach_time.h>
#include <mach/vm_param.h>
#include <net/if_dl.h>
#include <netinet/in.h>
#include <os/log.h>
#include <pexpert/pexpert.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/random.h>
#include <sys/syslog.h>
#include <uuid/uuid.h>

#include <kpitest.h>

static int
all_equal(const unsigned char *p, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (p[i] != p[0])
			return (0);
	return (1);
}

KPI_TEST(read_random)
{
	unsigned char a[32] = "", b[32] = "";

	read_random(a, sizeof(a));
	read_random(b, sizeof(b));
	KPI_EXPECT(!all_equal(a, sizeof(a)));
	KPI_EXPECT(memcmp(a, b, sizeof(a)) != 0);
}

KPI_TEST(random_buf)
{
	unsigned char a[32] = "";

	KPI_EXPECT(random_buf(a, sizeof(a)) == 0);
	KPI_EXPECT(!all_equal(a, sizeof(a)));
}

KPI_TEST(uuid_generate_random)
{
	uuid_t a, b;

	uuid_generate_random(a);
	uuid_generate_random(b);
	KPI_EXPECT(uuid_compare(a, b) != 0);
	KPI_EXPECT((a[6] & 0xf0) == 0x40 && (a[8] & 0xc0) == 0x80);
	KPI_EXPECT(uuid_is_null(UUID_NULL) && !uuid_is_null(a));
}

KPI_TEST(uuid_unparse)
{
	static const uuid_t u = { 0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12,
	    0xd3, 0xa4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0x00 };
	uuid_string_t s;
	uuid_t back;

	uuid_unparse(u, s);
	KPI_EXPECT(strcmp(s, "123E4567-E89B-12D3-A456-426614174000") == 0);
	KPI_EXPECT(uuid_parse(s, back) == 0 && uuid_compare(u, back) == 0);
	KPI_EXPECT(uuid_parse("123E4567-E89B-12D3-A456_426614174000", back) ==
	    -1);
}

KPI_TEST(uuid_unparse_lower)
{
	uuid_string_t s;

	uuid_unparse_lower(UUID_NULL, s);
	KPI_EXPECT(strcmp(s, "00000000-0000-0000-0000-000000000000") == 0);
}

KPI_TEST(version_major)
{
	KPI_EXPECT(version_major == 19);
}

KPI_TEST(version_minor)
{
	KPI_EXPECT(version_minor >= 0);
}

KPI_TEST(version)
{
	KPI_EXPECT(strncmp(version, "Darwin Kernel Version ", 22) == 0);
}

KPI_TEST(OSBacktrace)
{
	void *bt[8];
	unsigned n = OSBacktrace(bt, 8);

	KPI_EXPECT(n >= 1 && n <= 8);
	KPI_EXPECT(n == 0 || bt[0] != NULL);
	KPI_EXPECT(OSBacktrace(bt, 0) == 0);
}

KPI_TEST(ml_at_interrupt_context)
{
	KPI_EXPECT(ml_at_interrupt_context() == FALSE);
}

KPI_TEST(max_mem)
{
	KPI_EXPECT(max_mem >= 8 * 1024 * 1024);
}

KPI_TEST(kprintf)
{
	kprintf("kpi_libkern: kprintf %d\n", 1);
	KPI_EXPECT(1);
}

KPI_TEST(IOLog)
{
	IOLog("kpi_libkern: IOLog %s\n", "works");
	KPI_EXPECT(1);
}

KPI_TEST(log)
{
	log(LOG_INFO, "kpi_libkern: log %x\n", 0xabc);
	os_log(OS_LOG_DEFAULT, "kpi_libkern: os_log %{public}s", "works");
	KPI_EXPECT(1);
}

KPI_TEST(_os_log_internal)
{
	_os_log_internal(NULL, &_os_log_default, OS_LOG_TYPE_ERROR,
	    "kpi_libkern: %{private}d messages", 1);
	_os_log_internal(NULL, OS_LOG_DISABLED, OS_LOG_TYPE_ERROR, "none");
	_os_log_internal(NULL, NULL, OS_LOG_TYPE_ERROR, "none");
}

KPI_TEST(PE_parse_boot_argn)
{
	int v = 5;

	KPI_EXPECT(!PE_parse_boot_argn("no_such_argument", &v, sizeof(v)));
	KPI_EXPECT(v == 5);
}

KPI_TEST(PE_enter_debugger)
{
	PE_enter_debugger("kpi_libkern");
	KPI_EXPECT(1);
}

KPI_TEST(PE_state)
{
	KPI_EXPECT(PE_state.initialized);
}

KPI_TEST(PEGetMachineName)
{
	char name[32] = "x";

	/* A name with TRUE, an empty one with FALSE. */
	KPI_EXPECT(PEGetMachineName(name, sizeof(name)) == (name[0] != 0));
}

KPI_TEST(PEGetModelName)
{
	char name[32] = "x";

	KPI_EXPECT(PEGetModelName(name, sizeof(name)) == (name[0] != 0));
}

KPI_TEST(IOSleep)
{
	uint64_t before, after;

	before = mach_absolute_time();
	IOSleep(20);
	after = mach_absolute_time();
	absolutetime_to_nanoseconds(after - before, &after);
	KPI_EXPECT(after >= 20 * NSEC_PER_MSEC);
}

KPI_TEST(IOLockAlloc)
{
	IOLock *l = IOLockAlloc();

	KPI_REQUIRE(l != NULL);
	IOLockFree(l);
}

KPI_TEST(IOLockFree)
{
	IOLock *l = IOLockAlloc();

	KPI_REQUIRE(l != NULL);
	IOLockLock(l);
	IOLockUnlock(l);
	IOLockFree(l);
}

KPI_TEST(IOLockLock)
{
	IOLock *l = IOLockAlloc();

	KPI_REQUIRE(l != NULL);
	IOLockLock(l);
	lck_mtx_assert(l, LCK_MTX_ASSERT_OWNED);
	IOLockUnlock(l);
	IOLockFree(l);
}

KPI_TEST(IOLockTryLock)
{
	IOLock *l = IOLockAlloc();

	KPI_REQUIRE(l != NULL);
	KPI_EXPECT(IOLockTryLock(l));
	IOLockUnlock(l);
	IOLockFree(l);
}

KPI_TEST(IOLockUnlock)
{
	IOLock *l = IOLockAlloc();

	KPI_REQUIRE(l != NULL);
	IOLockLock(l);
	IOLockUnlock(l);
	lck_mtx_assert(l, LCK_MTX_ASSERT_NOTOWNED);
	IOLockFree(l);
}

KPI_TEST(inet_aton)
{
	struct in_addr a;

	KPI_EXPECT(inet_aton("10.0.2.15", &a) == 1);
	KPI_EXPECT(a.s_addr == htonl(0x0a00020f));
	KPI_EXPECT(inet_aton("127.1", &a) == 1);
	KPI_EXPECT(a.s_addr == htonl(INADDR_LOOPBACK));
	KPI_EXPECT(inet_aton("0x7f000001", &a) == 1);
	KPI_EXPECT(inet_aton("256.1.1.1", &a) == 0);
	KPI_EXPECT(inet_aton("1.2.3.4.5", &a) == 0);
	KPI_EXPECT(inet_aton("host", &a) == 0);
}

KPI_TEST(inet_ntop)
{
	static const struct in6_addr lo = IN6ADDR_LOOPBACK_INIT;
	struct in6_addr a = IN6ADDR_V4MAPPED_INIT;
	char buf[INET6_ADDRSTRLEN];
	struct in_addr v4;

	v4.s_addr = htonl(0xc0a80101);
	KPI_EXPECT(inet_ntop(AF_INET, &v4, buf, sizeof(buf)) == buf);
	KPI_EXPECT(strcmp(buf, "192.168.1.1") == 0);
	KPI_EXPECT(inet_ntop(AF_INET, &v4, buf, 11) == NULL);
	inet_ntop(AF_INET6, &lo, buf, sizeof(buf));
	KPI_EXPECT(strcmp(buf, "::1") == 0);
	inet_ntop(AF_INET6, &in6addr_any, buf, sizeof(buf));
	KPI_EXPECT(strcmp(buf, "::") == 0);
	a.s6_addr[15] = 9;
	inet_ntop(AF_INET6, &a, buf, sizeof(buf));
	KPI_EXPECT(strcmp(buf, "::ffff:0.0.0.9") == 0);
	memset(&a, 0, sizeof(a));
	a.s6_addr[0] = 0xfe;
	a.s6_addr[1] = 0x80;
	a.s6_addr[15] = 1;
	inet_ntop(AF_INET6, &a, buf, sizeof(buf));
	KPI_EXPECT(strcmp(buf, "fe80::1") == 0);
	KPI_EXPECT(inet_ntop(AF_LINK, &a, buf, sizeof(buf)) == NULL);
}

KPI_TEST(LLADDR)
{
	struct sockaddr_dl sdl;

	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_nlen = 3;
	KPI_EXPECT(LLADDR(&sdl) == sdl.sdl_data + 3);
}

KPI_TEST(CAST_USER_ADDR_T)
{
	int x;
	user_addr_t u = CAST_USER_ADDR_T(&x);

	KPI_EXPECT(CAST_DOWN(int *, u) == &x);
}

KPI_TEST(OSKextGetCurrentIdentifier)
{
	KPI_EXPECT(strcmp(OSKextGetCurrentIdentifier(),
	    "org.unikext.test.kpi_libkern") == 0);
}

KPI_TEST(OSKextGetCurrentVersionString)
{
	KPI_EXPECT(strcmp(OSKextGetCurrentVersionString(), "1.0.0") == 0);
}

KPI_TEST(OSKextGetCurrentLoadTag)
{
	KPI_EXPECT(OSKextGetCurrentLoadTag() != kOSKextInvalidLoadTag);
}

KPI_TEST(OSKextRetainKextWithLoadTag)
{
	OSKextLoadTag tag = OSKextGetCurrentLoadTag();

	KPI_EXPECT(OSKextRetainKextWithLoadTag(tag) == kOSReturnSuccess);
	KPI_EXPECT(OSKextReleaseKextWithLoadTag(tag) == kOSReturnSuccess);
	KPI_EXPECT(OSKextRetainKextWithLoadTag(0x7ffffff0) !=
	    kOSReturnSuccess);
}

KPI_TEST(OSKextReleaseKextWithLoadTag)
{
	KPI_EXPECT(OSKextReleaseKextWithLoadTag(0x7ffffff0) !=
	    kOSReturnSuccess);
}

KPI_TEST(OSKextLoadKextWithIdentifier)
{
	KPI_EXPECT(OSKextLoadKextWithIdentifier("no.such.kext") !=
	    kOSReturnSuccess);
}

KPI_TEST(sysctlbyname)
{
	char name[32];
	size_t len = sizeof(name);

	KPI_EXPECT(sysctlbyname("kern.ostype", name, &len, NULL, 0) == 0);
	KPI_EXPECT(len > 0 && len <= sizeof(name));
	KPI_EXPECT(sysctlbyname("no.such.name", name, &len, NULL, 0) ==
	    ENOENT);
}
