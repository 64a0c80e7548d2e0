/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A driver, a protocol and a filter that write what they see into a trace,
 * one short word a step.
 */
#ifndef TEST_UNIT_DLIL_FAKEIF_H
#define TEST_UNIT_DLIL_FAKEIF_H

#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <stdbool.h>
#include <sys/kpi_mbuf.h>

#define FAKE_FAMILY	1234		/* interface family */
#define FAKE_PROTO	77		/* protocol family of the fake frames */
#define FAKE_HDRLEN	4		/* frame: protocol family, host order */

struct fakeif {
	ifnet_t		ifp;
	unsigned	detached;	/* detach callbacks */
	unsigned	sent;
	errno_t		output_result;	/* of the next output, then 0 */
	errno_t		ioctl_result;
	errno_t		add_result;
	unsigned long	ioctls[16];
	unsigned	nioctls;
	bool		ioctl_null;	/* last data pointer was NULL */
	mbuf_t		last;		/* last frame sent, kept */
	bool		keep;
};

void	trace_clear(void);
void	trace_add(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool	trace_is(const char *want);

void	fake_setup(void);		/* once */
errno_t	fake_make(struct fakeif *f, const char *name, unsigned unit);
void	fake_attach(struct fakeif *f);	/* make + attach "fk0" */
void	fake_end(struct fakeif *f);	/* detach, run, release */
void	fake_run(void);			/* softnet until idle */
mbuf_t	fake_packet(size_t len);
mbuf_t	fake_frame(struct fakeif *f, protocol_family_t family, size_t len);
extern const struct ifnet_attach_proto_param fake_proto;
extern errno_t fake_preout_result;
extern const struct iff_filter fake_filter_a, fake_filter_b;
extern errno_t fake_filter_result[2], fake_filter_ioctl[2];
extern unsigned fake_filter_detached;

#endif
