/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memstat: where memory is.  Frames, object caches, KPI types and tags.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/malloc.h>

#include "kernel/mm/kmem.h"
#include "kernel/mm/kva.h"
#include "kernel/mm/malloc.h"
#include "kernel/mm/pmm.h"
#include "kernel/shell/command.h"

static const char *const region_name[KVA_REGIONS] = {
	[KVA_ANY] = "buffers", [KVA_STACK] = "stacks", [KVA_KEXT] = "kexts",
	[KVA_MMIO] = "devices",
};

struct out {
	bool json;
	bool first;		/* no comma before the next record */
};

static void
separate(struct out *o)
{
	if (!o->first)
		printf(",\n");
	o->first = false;
}

static void
print_cache(const struct kmem_stats *st, void *arg)
{
	struct out *o = arg;

	if (o->json) {
		separate(o);
		printf("  {\"name\": \"%s\", \"size\": %zu, \"inuse\": %zu, "
		    "\"peak\": %zu, \"pages\": %zu, \"allocs\": %llu, "
		    "\"frees\": %llu, \"fails\": %llu}", st->name, st->size,
		    st->inuse, st->peak, st->pages, st->allocs, st->frees,
		    st->fails);
	} else if (st->allocs > 0) {
		printf("%-20s %6zu %8zu %8zu %7zu %10llu %6llu\n", st->name,
		    st->size, st->inuse, st->peak, st->pages * 4, st->allocs,
		    st->fails);
	}
}

static void
print_types(struct out *o)
{
	struct malloc_stats st;
	const char *name;
	char number[8];
	int i;

	for (i = 0; malloc_type_stats(i, &st); i++) {
		if (st.total == 0)
			continue;
		name = malloc_type_name(i);
		if (name == NULL) {
			snprintf(number, sizeof(number), "%d", i);
			name = number;
		}
		if (o->json) {
			separate(o);
			printf("  {\"type\": \"%s\", \"count\": %zu, "
			    "\"bytes\": %zu, \"peak\": %zu, \"total\": %llu}",
			    name, st.count, st.bytes, st.peak, st.total);
		} else {
			printf("%-20s %8zu %10zu %10zu %10llu\n", name,
			    st.count, st.bytes, st.peak, st.total);
		}
	}
}

static void
print_tag(const char *name, size_t count, size_t bytes, void *arg)
{
	struct out *o = arg;

	if (o->json) {
		separate(o);
		printf("  {\"tag\": \"%s\", \"count\": %zu, \"bytes\": %zu}",
		    name, count, bytes);
	} else {
		printf("tag %-16.60s %8zu %10zu\n", name, count, bytes);
	}
}

static void
memstat_json(void)
{
	struct out o = { .json = true, .first = true };
	size_t blocks, pages, bytes, ranges;
	unsigned i;

	kmem_large_stats(&blocks, &pages);
	printf("{\"page_size\": 4096, \"total_pages\": %zu, "
	    "\"free_pages\": %zu, \"table_pages\": %zu,\n "
	    "\"large\": {\"count\": %zu, \"pages\": %zu},\n "
	    "\"ranges\": [\n", pmm_total_count(), pmm_free_count(),
	    pmm_table_count(), blocks, pages);
	for (i = 0; i < KVA_REGIONS; i++) {
		kva_stats(i, &bytes, &ranges);
		separate(&o);
		printf("  {\"name\": \"%s\", \"count\": %zu, \"bytes\": %zu}",
		    region_name[i], ranges, bytes);
	}
	printf("],\n \"caches\": [\n");
	o.first = true;
	kmem_walk(print_cache, &o);
	printf("],\n \"types\": [\n");
	o.first = true;
	print_types(&o);
	printf("],\n \"tags\": [\n");
	o.first = true;
	malloc_tag_walk(print_tag, &o);
	printf("]}\n");
}

static int
memstat_main(int argc, char **argv)
{
	struct out o = { .json = false };
	size_t blocks, pages, bytes, ranges;
	unsigned i;

	if (argc == 2 && strcmp(argv[1], "-j") == 0) {
		memstat_json();
		return 0;
	}
	if (argc != 1)
		return command_usage("memstat");
	kmem_large_stats(&blocks, &pages);
	printf("%zu KiB free of %zu KiB; %zu large blocks, %zu KiB; "
	    "page tables, %zu KiB\n", pmm_free_count() * 4,
	    pmm_total_count() * 4, blocks, pages * 4, pmm_table_count() * 4);
	for (i = 0; i < KVA_REGIONS; i++) {
		kva_stats(i, &bytes, &ranges);
		printf("%s %zu KiB in %zu%s", region_name[i], bytes / 1024,
		    ranges, i + 1 < KVA_REGIONS ? ", " : "\n\n");
	}
	printf("%-20s %6s %8s %8s %7s %10s %6s\n", "cache", "size", "in use",
	    "peak", "KiB", "allocs", "fails");
	kmem_walk(print_cache, &o);
	printf("\n%-20s %8s %10s %10s %10s\n", "type", "count", "bytes",
	    "peak", "total");
	print_types(&o);
	malloc_tag_walk(print_tag, &o);
	return 0;
}
COMMAND(memstat, "memstat [-j] - memory in use", memstat_main);
