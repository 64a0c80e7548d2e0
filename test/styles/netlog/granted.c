/*
 * What sources of any year take for granted without asking where it is from.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kdebug.h>
#include <sys/sdt.h>
#include <sys/queue.h>
#include <netinet/in.h>
#include <netinet/ip_var.h>
#include <netinet/tcp_fsm.h>
#include <netinet/udp_var.h>
#include <libkern/OSByteOrder.h>
#include <pexpert/pexpert.h>
#include <AvailabilityMacros.h>
#include <TargetConditionals.h>
#include "granted.h"

#if !TARGET_OS_MAC || !defined(__LITTLE_ENDIAN__) || defined(DEBUG)
#error not the target
#endif
#if MAC_OS_X_VERSION_MIN_REQUIRED < MAC_OS_X_VERSION_10_4
#error too old
#endif
#ifndef ASSERT
#define ASSERT(e)	assert(e)
#endif

#define GRANTED_TRACE	NETDBG_CODE(DBG_NETIP, 0x123)

struct item {
	TAILQ_ENTRY(item)	link;
	STAILQ_ENTRY(item)	slink;
	int			value;
};
TAILQ_HEAD(items, item);
STAILQ_HEAD(sitems, item);

__BEGIN_DECLS
static int forms(void) __pure2;
__END_DECLS

static __inline__ int
forms(void)
{
	u_int64_t wide = 0x0102030405060708ULL;
	u_int8_t bytes[4] = { 1, 2, 3, 4 };
	u_int32_t word = 0x01020304, net = word;

	HTONL(net);
	if (net != htonl(word) || ntohl(net) != word)
		return 1;
	if (OSSwapHostToBigInt32(word) != net ||
	    OSReadBigInt32(bytes, 0) != word)
		return 2;
	if (OSSwapInt64(wide) != OSSwapHostToBigInt64(wide) ||
	    OSSwapLittleToHostInt16(0x1234) != 0x1234)
		return 3;
	OSWriteLittleInt16(bytes, 1, 0xaabb);
	if (bytes[1] != 0xbb || bytes[2] != 0xaa)
		return 4;
	if (howmany(9, 4) != 3 || roundup(9, 4) != 12 || !powerof2(64))
		return 5;
	if (MIN(2, 3) != 2 || MAX(2, 3) != 3 || min(4, 5) != 4 ||
	    max(4, 5) != 5 || imin(-1, 1) != -1 || ulmax(7, 8) != 8)
		return 6;
	if (ALIGN(5) != 8 || NBPG != PAGE_SIZE || MCLBYTES != 2048 ||
	    round_page(1) != PAGE_SIZE || btodb(1024, DEV_BSIZE) != 2)
		return 7;
	if (offsetof(struct item, value) <= offsetof(struct item, slink))
		return 8;
	return 0;
}

static int
lists(void)
{
	struct item a = { .value = 1 }, b = { .value = 2 }, c = { .value = 3 };
	struct items one = TAILQ_HEAD_INITIALIZER(one), two;
	struct sitems s = STAILQ_HEAD_INITIALIZER(s);
	struct item *i, *next;
	int sum = 0;

	TAILQ_INIT(&two);
	TAILQ_INSERT_TAIL(&one, &a, link);
	TAILQ_INSERT_TAIL(&two, &c, link);
	TAILQ_INSERT_BEFORE(&c, &b, link);
	TAILQ_CONCAT(&one, &two, link);
	TAILQ_FOREACH_REVERSE(i, &one, items, link)
		sum = sum * 10 + i->value;
	if (sum != 321 || TAILQ_LAST(&one, items) != &c)
		return 11;
	TAILQ_FOREACH_SAFE(i, &one, link, next)
		TAILQ_REMOVE(&one, i, link);
	if (!TAILQ_EMPTY(&one))
		return 12;
	STAILQ_INSERT_TAIL(&s, &a, slink);
	STAILQ_INSERT_HEAD(&s, &b, slink);
	STAILQ_REMOVE(&s, &a, item, slink);
	return STAILQ_FIRST(&s) == &b ? 0 : 13;
}

/* As other headers declare what <os/log.h> stands on. */
extern struct os_log_s _os_log_default;
extern void _os_log_internal(void *dso, struct os_log_s *log, uint8_t type,
    const char *message, ...);

int
granted(__unused int argc)
{
	int wrong = forms();

	ASSERT(wrong >= 0);
	KERNEL_DEBUG(GRANTED_TRACE | DBG_FUNC_START, wrong, 0, 0, 0, 0);
	if (wrong == 0)
		wrong = lists();
	DTRACE_PROBE1(netlog, granted, int, wrong);
	if (TCPS_ESTABLISHED != 4 || !TCPS_HAVEESTABLISHED(TCPS_CLOSE_WAIT))
		wrong = 21;
	kprintf("granted: %d\n", wrong);
	_os_log_internal(NULL, &_os_log_default, 0, "%{public}s", "granted");
	KERNEL_DEBUG(GRANTED_TRACE | DBG_FUNC_END, wrong, 0, 0, 0, 0);
	return wrong;
}
