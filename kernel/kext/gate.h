/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gate: the one way from the kernel into a kext.
 *
 * Whatever holds a kext's function pointer (a registered filter, an upcall,
 * a control, an interface, a timer, a thread entry, a sysctl handler) embeds
 * a `struct gate` and calls through GATE_CALL or GATE_VOID.  The gate knows
 * the kext that owns the function and so can
 *
 *   - keep the kext's code alive: a kext with a busy gate is not unloaded;
 *   - mark the thread with the kext, for blame in a panic and for charging
 *     what the callback allocates;
 *   - count calls, verdicts and cycles, and write a trace record.
 *
 * A gate also stands for "the kext holds something": every gate of a kext is
 * on the kext's list from gate_init to gate_fini, and a kext with a gate left
 * does not go away.
 *
 * Life of a gate, in the object's code:
 *
 *	gate_init(&f->f_gate, GATE_SFLT, f->f_name, f->f_attach);
 *	...
 *	error = GATE_CALL(&f->f_gate, f->f_data_in, cookie, so, ...);
 *	...
 *	gate_fini(&f->f_gate);		(idle: no call is in progress)
 *
 * Code with no callback registered pays one predictable branch of its own and
 * never gets here.  With a callback built into the kernel (no kext) the frame
 * is still pushed, so that a backtrace names it.
 *
 * Locks: none may be held at GATE_CALL unless the KPI header of the callback
 * says so.  The gate's own lock is a leaf: nothing is called with it held.
 */
#ifndef KERNEL_KEXT_GATE_H
#define KERNEL_KEXT_GATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "arch/x86_64/cpu.h"
#include "kernel/linker_set.h"
#include "kernel/sched/thread.h"

struct gate;
struct kext;
struct thread;

/* What a gate leads to; the order is that of kextstat -v. */
enum gate_class {
	GATE_START,		/* start, stop, constructors */
	GATE_SFLT,		/* socket filter */
	GATE_UPCALL,		/* socket upcall */
	GATE_IPF,		/* IP filter */
	GATE_IFF,		/* interface filter */
	GATE_IFNET,		/* interface: output, ioctl, demux, framer, ... */
	GATE_PROTO,		/* protocol attached to an interface */
	GATE_PLUMBER,		/* plumber for a family on an interface type */
	GATE_CTL,		/* kernel control */
	GATE_BPF,		/* packet tap */
	GATE_MBUF,		/* free function of an external buffer */
	GATE_TIMER,		/* thread call, timeout */
	GATE_THREAD,		/* thread entry */
	GATE_SYSCTL,		/* sysctl handler or variable */
	GATE_DEVICE,		/* character device switch */
	GATE_KAUTH,		/* kauth listener */
	GATE_OTHER,
	GATE_NCLASS
};

/* What a kext can hold; charged to the kext on whose behalf a thread runs. */
enum kext_res {
	KRES_MEMORY,		/* bytes */
	KRES_ALLOC,		/* allocations */
	KRES_MBUF,
	KRES_SOCKET,
	KRES_SFLT,
	KRES_IPF,
	KRES_IFF,
	KRES_IFNET,
	KRES_PROTO,
	KRES_CTL,
	KRES_TIMER,
	KRES_THREAD,
	KRES_LOCK,
	KRES_SYSCTL,
	KRES_DEVICE,
	KRES_NODE,		/* of devices, in /dev */
	KRES_RETAIN,		/* sockets kept by sock_retain */
	KRES_OTHER,
	KRES_N
};

/*
 * Cycles of the calls are kept as a histogram with two buckets an octave,
 * enough for a p99 that is right within 40 %.
 */
#define GATE_HIST	64

struct gate_stats {			/* all members: a */
	uint64_t	gs_passed;	/* result 0, and void callbacks */
	uint64_t	gs_swallowed;	/* EJUSTRETURN */
	uint64_t	gs_refused;	/* any other result */
	uint64_t	gs_injected;	/* packets put back from inside */
	uint64_t	gs_cycles;	/* of the calls that were timed */
	uint64_t	gs_max;
	uint32_t	gs_hist[GATE_HIST];	/* likewise */
};

/* Calls by held frames: the first and every 16th that passes are timed. */
#define GATE_SAMPLE	15

/* I immutable after gate_init, a atomic, g the gate lock */
struct gate {
	struct kext	*g_kext;	/* I: owner, NULL: built in */
	const char	*g_name;	/* I: not copied */
	const void	*g_fn;		/* I: a function of the owner */
	void		(*g_revoke)(struct gate *); /* g: see gate_set_revoke */
	LIST_ENTRY(gate) g_link;	/* g: of the kext */
	uint32_t	g_busy;		/* a: calls in progress */
	uint32_t	g_waiters;	/* a: threads in gate_drain */
	uint8_t		g_class;	/* I: enum gate_class */
	bool		g_linked;	/* g */
	bool		g_again;	/* g: see gate_set_revoke_again */
	uint32_t	g_round;	/* g: when it was revoked last */
	struct gate_stats g_stats;
};

/* One call in progress; lives on the stack of the caller. */
struct gate_frame {
	struct gate_frame *gf_prev;
	struct gate	*gf_gate;
	struct kext	*gf_kext;
	const void	*gf_fn;
	uint64_t	gf_start;	/* TSC; 0: not timed */
	uint32_t	gf_id;		/* packet id for the trace, or 0 */
	bool		gf_intr;	/* called in an interrupt */
	bool		gf_held;	/* has no reference on the kext */
};

/*
 * GATE_CALL(gate, fn, args...) calls fn through the gate and has its value;
 * GATE_VOID is for functions without one.  GATE_CALL_ID and GATE_VOID_ID take
 * the id of the packet in hand (0: none) for the trace.  GATE_CALL_AS and
 * GATE_VOID_AS are what all are made of: with gate_enter<how> and
 * gate_leave<how>.
 */
#define GATE_CALL_AS(how, g, id, fn, ...) __extension__ ({		\
	struct gate_frame gate_frame_;					\
	gate_enter##how(&gate_frame_, (g), (const void *)(fn), (id));	\
	__auto_type gate_result_ = (fn)(__VA_ARGS__);			\
	gate_leave##how(&gate_frame_, (int)(intptr_t)gate_result_);	\
	gate_result_; })

#define GATE_VOID_AS(how, g, id, fn, ...) __extension__ ({		\
	struct gate_frame gate_frame_;					\
	gate_enter##how(&gate_frame_, (g), (const void *)(fn), (id));	\
	(fn)(__VA_ARGS__);						\
	gate_leave##how(&gate_frame_, 0); })

#define GATE_CALL_ID(g, id, fn, ...)					\
	GATE_CALL_AS(, g, id, fn, ##__VA_ARGS__)
#define GATE_VOID_ID(g, id, fn, ...)					\
	GATE_VOID_AS(, g, id, fn, ##__VA_ARGS__)

/*
 * The same at a quarter of the cost, for hooks on a packet's path.  Only for
 * a thread (no interrupt) that keeps the object around the gate from being
 * released until the call is over, as a hook list's walker does: the gate is
 * then linked to its kext, which alone keeps the code there.
 */
#ifdef UNIT_TEST	/* its threads have no slots */
#define GATE_CALL_HELD(g, id, fn, ...)					\
	GATE_CALL_ID(g, id, fn, ##__VA_ARGS__)
#define GATE_VOID_HELD(g, id, fn, ...)					\
	GATE_VOID_ID(g, id, fn, ##__VA_ARGS__)
#else
#define GATE_CALL_HELD(g, id, fn, ...)					\
	GATE_CALL_AS(_held, g, id, fn, ##__VA_ARGS__)
#define GATE_VOID_HELD(g, id, fn, ...)					\
	GATE_VOID_AS(_held, g, id, fn, ##__VA_ARGS__)
#endif

#define GATE_CALL(g, fn, ...)	GATE_CALL_ID(g, 0, fn, ##__VA_ARGS__)
#define GATE_VOID(g, fn, ...)	GATE_VOID_ID(g, 0, fn, ##__VA_ARGS__)

/*
 * Prepares a gate for the functions of one object.  The owner is the kext
 * whose image holds some_fn, or else (some_fn NULL or in the kernel) the kext
 * the thread runs for.
 * Ownership: name is kept as a pointer and must live as long as the gate
 * Context:   any thread
 * Locks:     takes the gate lock
 */
void gate_init(struct gate *g, enum gate_class class, const char *name,
    const void *some_fn);

/*
 * Takes the gate off its kext; its figures are added to the kext's sums.  The
 * gate must be idle, but for frames of the calling thread (a callback that
 * destroys its own object keeps the memory until it has left).
 * Context:   any thread
 * Locks:     takes the gate lock
 */
void gate_fini(struct gate *g);

/*
 * Registers how the kernel can take the object behind the gate away without
 * the kext's help; used by `kextunload -f` only.  fn is called with nothing
 * held, and ends (at once or later) in gate_fini.
 * Context:   any thread
 */
void gate_set_revoke(struct gate *g, void (*fn)(struct gate *g));

/*
 * The same for an object that may have to be asked more than once, because a
 * call is in progress or somebody else uses it: fn is called in every round
 * until the gate is gone, and may leave it as it is.
 */
void gate_set_revoke_again(struct gate *g, void (*fn)(struct gate *g));

/*
 * What a kext holds and no gate leads to is taken away by functions in the
 * set kext_revokers, each called in every round: fn(k, idle), where idle says
 * that no call into the kext is in progress.
 *	KEXT_REVOKER(socket_revoke);
 */
struct kext_revoker {
	void	(*kr_fn)(struct kext *k, bool idle);
};
#define KEXT_REVOKER(fn)						\
	static const struct kext_revoker kext_revoker_##fn = { fn };	\
	LINKER_SET_ADD(kext_revokers, const struct kext_revoker,	\
	    &kext_revoker_##fn)

/*
 * Waits until no call through the gate is in progress.
 * Returns:   0, or EDEADLK if the calling thread itself is inside
 * Context:   thread, blocks
 * Locks:     none held
 */
errno_t gate_drain(struct gate *g);

/* The two halves of GATE_CALL. */
void gate_enter(struct gate_frame *gf, struct gate *g, const void *fn,
    uint32_t id);
void gate_leave(struct gate_frame *gf, int verdict);

/* The rest of gate_leave_held: what was timed, traced or did not pass. */
void gate_leave_slow(struct gate_frame *gf, int verdict);

extern bool trace_on;

static inline __attribute__((__always_inline__)) void
gate_enter_held(struct gate_frame *gf, struct gate *g, const void *fn,
    uint32_t id)
{
	void **slot = &arch_curthread()->t_slot[TSLOT_GATE];

	gf->gf_prev = *slot;
	gf->gf_gate = g;
	gf->gf_kext = g->g_kext;
	gf->gf_fn = fn;
	gf->gf_id = id;
	gf->gf_intr = false;
	gf->gf_held = true;
	gf->gf_start = 0;
	*slot = gf;
	__atomic_fetch_add(&g->g_busy, 1, __ATOMIC_RELAXED);
	if (__builtin_expect((g->g_stats.gs_passed & GATE_SAMPLE) == 0 ||
	    trace_on, 0))
		gf->gf_start = arch_rdtsc();
}

static inline __attribute__((__always_inline__)) void
gate_leave_held(struct gate_frame *gf, int verdict)
{
	struct gate *g = gf->gf_gate;

	arch_curthread()->t_slot[TSLOT_GATE] = gf->gf_prev;
	if (__builtin_expect(verdict != 0 || gf->gf_start != 0, 0))
		gate_leave_slow(gf, verdict);
	else
		__atomic_fetch_add(&g->g_stats.gs_passed, 1, __ATOMIC_RELAXED);
	__atomic_fetch_sub(&g->g_busy, 1, __ATOMIC_RELEASE);
}

/* True while a call through the gate is in progress, on any thread. */
static inline bool
gate_busy(const struct gate *g)
{
	return (__atomic_load_n(&g->g_busy, __ATOMIC_ACQUIRE) != 0);
}

/* Counts a packet that the running callback puts back into the stack. */
void gate_count_inject(void);

/* The kext on whose behalf the current thread runs; NULL: the kernel. */
struct kext *gate_current_kext(void);

/* The innermost call the thread is in, or NULL. */
struct gate_frame *gate_top(struct thread *td);

/* True if the current thread is inside a call through g. */
bool gate_inside(const struct gate *g);

/* True if the current thread is inside any call into the kext. */
bool gate_inside_kext(const struct kext *k);

/*
 * Drops all calls a thread is in; for a thread that ends inside a callback
 * (a kext's thread in thread_terminate) and never returns through them.
 * Context:   the ending thread
 */
void gate_unwind(struct thread *td);

const char *gate_class_name(enum gate_class class);

/* Calls that are over. */
static inline uint64_t
gate_calls(const struct gate_stats *gs)
{
	return (gs->gs_passed + gs->gs_swallowed + gs->gs_refused);
}

/*
 * Cycles of all calls (as far as not all were timed, from the mean), mean and
 * 99th percentile; 0 without calls.
 */
uint64_t gate_cycles(const struct gate_stats *gs);
uint64_t gate_mean(const struct gate_stats *gs);
uint64_t gate_p99(const struct gate_stats *gs);
void gate_stats_add(struct gate_stats *sum, const struct gate_stats *gs);

/*
 * Charges n units to the kext the thread runs for.
 * Returns:   the kext, to be kept in the object and given to kext_uncharge;
 *            NULL if the kernel itself is running
 * Context:   any thread, interrupt
 */
struct kext *kext_charge(enum kext_res res, long n);

/* Charges a known kext (NULL: nothing); returns it. */
struct kext *kext_charge_to(struct kext *k, enum kext_res res, long n);

/*
 * Gives back what kext_charge took.  The pointer stays valid until then, also
 * when the kext has been unloaded by force meanwhile.
 * Context:   any thread, interrupt
 */
void kext_uncharge(struct kext *k, enum kext_res res, long n);

const char *kext_res_name(enum kext_res res);

/*
 * Memory is charged together with the place in the kext that asked for it, so
 * that a leak can be named.  The site takes the place of the kext in the
 * block's header; kext_site_kext leads back to it.
 */
struct kext_site;

/*
 * Charges one allocation of so many bytes.
 * Returns:   the site, for kext_site_uncharge; NULL: the kernel itself
 * Context:   any thread, interrupt
 */
struct kext_site *kext_site_charge(size_t bytes);
void kext_site_uncharge(struct kext_site *site, size_t bytes);
struct kext *kext_site_kext(const struct kext_site *site);

#endif
