/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recording filter: every callback leaves a word in one log, and does what
 * the test told it to.
 */
#ifndef TEST_KEXTS_KPI_SOCKET_RECORD_H
#define TEST_KEXTS_KPI_SOCKET_RECORD_H

#include "util.h"

/* What a filter of the pack does instead of returning 0. */
struct plan {
	errno_t	attach, bind, listen, connect_out, connect_in, accept;
	errno_t	data_in, data_out, setoption, getoption, ioctl;
	unsigned short	newport;	/* connect_out writes it */
	int	getoption_value;	/* with EJUSTRETURN */
	unsigned swallow_in, swallow_out; /* that many, kept in `kept` */
	int	reinject_out;		/* from inside data_out, tagged */
	const char *unregister_in;	/* the callback that unregisters it */
	const char *detach_in;		/* ... that detaches it from last_so */
	int	flood_out;		/* injects in data_out until refused */
};
extern struct plan plan[2];
extern mbuf_t kept[2], kept_control[2];
extern unsigned attached[2], detached[2], unregistered[2];
extern socket_t last_so[2];	/* of the latest attach */
/* What callbacks were given. */
extern struct seen {
	errno_t	names_at_attach, peer_at_attach; /* getsockname, getpeername */
	int	how;			/* of sock_evt_shutdown */
	sflt_data_flag_t in_flags;
	unsigned out_calls;
	size_t	out_most, out_bytes;
	errno_t	flood_error;
} rec_seen[2];

/* Handle of filter A (0) or B (1) for a family. */
#define HANDLE(i)	(0x54540000u + (unsigned)(i))

/* Registers A or B; flags SFLT_GLOBAL or SFLT_PROG (SFLT_EXTENDED is added). */
errno_t	rec_register(int i, int flags, int domain, int type, int proto);
/* Unregisters and waits for sf_unregistered. */
void	rec_unregister(int i);
void	rec_reset(void);
/* Appends a word of the test's own. */
void	rec_mark(const char *word);
/*
 * Compares the log with the expected words, waiting a while for it to
 * become as long.  "*" in front of a word: it may come again.
 */
int	rec_is(const char *expect);
const char *rec_text(void);

#endif /* TEST_KEXTS_KPI_SOCKET_RECORD_H */
