/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/sdt.h>: static trace points of DTrace, which is not here; they do
 * nothing.
 */
#ifndef _SYS_SDT_H_
#define _SYS_SDT_H_

#define DTRACE_PROBE(provider, name)	do { } while (0)
#define DTRACE_PROBE1(provider, name, t1, a1)				\
	do { (void)(a1); } while (0)
#define DTRACE_PROBE2(provider, name, t1, a1, t2, a2)			\
	do { (void)(a1); (void)(a2); } while (0)
#define DTRACE_PROBE3(provider, name, t1, a1, t2, a2, t3, a3)		\
	do { (void)(a1); (void)(a2); (void)(a3); } while (0)
#define DTRACE_PROBE4(provider, name, t1, a1, t2, a2, t3, a3, t4, a4)	\
	do { (void)(a1); (void)(a2); (void)(a3); (void)(a4); } while (0)

#endif /* _SYS_SDT_H_ */
