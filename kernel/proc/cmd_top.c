/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * top: which threads use the CPU, over intervals.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/proc/procinfo.h"
#include "kernel/shell/command.h"

#define ROWS	15

struct sample {
	struct thread_info *s_ti;
	size_t s_n;
	uint64_t s_idle_ns, s_total_ns;
};

static int
take(struct sample *s)
{
	cpuinfo(&s->s_idle_ns, &s->s_total_ns);
	return (threadinfo_list(&s->s_ti, &s->s_n));
}

static uint64_t
used_before(const struct sample *s, uint64_t tid)
{
	for (size_t i = 0; i < s->s_n; i++) {
		if (s->s_ti[i].ti_tid == tid)
			return (s->s_ti[i].ti_cpu_ns);
	}
	return (0);
}

/* In place: ti_cpu_ns becomes the time within the interval. */
static void
difference(struct sample *now, const struct sample *then)
{
	for (size_t i = 0; i < now->s_n; i++)
		now->s_ti[i].ti_cpu_ns -= used_before(then,
		    now->s_ti[i].ti_tid);
}

static int
by_time(const void *a, const void *b)
{
	const struct thread_info *x = a, *y = b;

	return (x->ti_cpu_ns < y->ti_cpu_ns ? 1 :
	    x->ti_cpu_ns > y->ti_cpu_ns ? -1 : 0);
}

/* Tenths of a per cent. */
static unsigned
share(uint64_t part, uint64_t whole)
{
	return (whole == 0 ? 0 : (unsigned)(part * 1000 / whole));
}

static void
print(const struct sample *s, uint64_t idle, uint64_t whole, bool json)
{
	unsigned busy = 1000 - share(idle, whole), pct;
	size_t rows = s->s_n < ROWS ? s->s_n : ROWS;

	if (json)
		printf("{\"busy\": %u.%u, \"threads\": [\n", busy / 10,
		    busy % 10);
	else
		printf("CPU busy %u.%u %%, %zu threads\n%6s %5s %4s %6s %s\n",
		    busy / 10, busy % 10, s->s_n, "TID", "PID", "PRI",
		    "CPU %", "NAME");
	for (size_t i = 0; i < rows; i++) {
		const struct thread_info *ti = &s->s_ti[i];

		pct = share(ti->ti_cpu_ns, whole);
		if (json)
			printf("  {\"tid\": %llu, \"pid\": %d, \"prio\": %d, "
			    "\"cpu\": %u.%u, \"name\": \"%s\"}%s\n",
			    (unsigned long long)ti->ti_tid, ti->ti_pid,
			    ti->ti_prio, pct / 10, pct % 10, ti->ti_name,
			    i + 1 < rows ? "," : "");
		else if (ti->ti_cpu_ns > 0)
			printf("%6llu %5d %4d %4u.%u %s\n",
			    (unsigned long long)ti->ti_tid, ti->ti_pid,
			    ti->ti_prio, pct / 10, pct % 10, ti->ti_name);
	}
	if (json)
		printf("]}\n");
}

static int
top_main(int argc, char **argv)
{
	struct sample then, now, kept;
	long count = 1, seconds = 1;
	bool json = false;
	int c;

	while ((c = getopt(argc, argv, "jn:s:")) != -1) {
		switch (c) {
		case 'j':
			json = true;
			break;
		case 'n':
			count = atoi(optarg);
			break;
		case 's':
			seconds = atoi(optarg);
			break;
		default:
			return (command_usage("top"));
		}
	}
	if (optind < argc || count < 1 || seconds < 1)
		return (command_usage("top"));
	if (take(&then) != 0)
		goto no_memory;
	while (count-- > 0) {
		sleep((unsigned)seconds);
		if (take(&now) != 0)
			goto no_memory_then;
		if (take(&kept) != 0) {
			procinfo_free(now.s_ti);
			goto no_memory_then;
		}
		difference(&now, &then);
		qsort(now.s_ti, now.s_n, sizeof(now.s_ti[0]), by_time);
		print(&now, now.s_idle_ns - then.s_idle_ns,
		    now.s_total_ns - then.s_total_ns, json);
		procinfo_free(now.s_ti);
		procinfo_free(then.s_ti);
		then = kept;
	}
	procinfo_free(then.s_ti);
	return (0);

no_memory_then:
	procinfo_free(then.s_ti);
no_memory:
	fprintf(stderr, "top: no memory\n");
	return (1);
}
COMMAND(top, "top [-j] [-n COUNT] [-s SECONDS] - threads by CPU time over "
    "intervals", top_main);
