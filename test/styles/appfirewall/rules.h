/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APPFIREWALL_RULES_H
#define APPFIREWALL_RULES_H

#include <sys/queue.h>
#include <libkern/OSTypes.h>

enum { VERDICT_ASK, VERDICT_ALLOW, VERDICT_DENY };

struct rule {
	LIST_ENTRY(rule)	link;
	char			process[MAXCOMLEN + 1];
	int			verdict;
	volatile SInt32		hits;
};

errno_t	rules_init(lck_grp_t *group, OSMallocTag tag);
void	rules_done(void);
int	rules_verdict(const char *process);
errno_t	rules_set(const char *process, int verdict);
SInt32	rules_hits(const char *process);

#endif
