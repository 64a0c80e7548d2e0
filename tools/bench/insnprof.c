/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A QEMU plugin that counts how often each block of guest code ran.
 *
 *	-plugin file=insnprof.so,out=FILE
 *
 * FILE is mapped shared and holds records of three 64-bit words: the
 * address of a block, its number of instructions, how often it was executed.
 * A block that is translated again gets another record.  The difference of
 * two readings, summed by function, is where the instructions between them
 * went (profile.py).  Only for one vCPU, as insncount.c.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct qemu_plugin_tb;
struct qemu_info_t;
typedef uint64_t plugin_id;

#define PLUGIN_ADD_U64 0

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id,
    void (*)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, int op,
    void *ptr, uint64_t imm);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);

#define EXPORT __attribute__((visibility("default")))

EXPORT int qemu_plugin_version = 1;

struct record {
	uint64_t	addr, insns, runs;
};

static struct record *records;
static size_t nrecords, maxrecords;

static void
translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	struct record *r;

	(void)id;
	if (nrecords == maxrecords)
		return;
	r = &records[nrecords++];
	r->insns = qemu_plugin_tb_n_insns(tb);
	r->addr = qemu_plugin_tb_vaddr(tb);
	qemu_plugin_register_vcpu_tb_exec_inline(tb, PLUGIN_ADD_U64, &r->runs,
	    1);
}

EXPORT int
qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int argc,
    char **argv)
{
	struct stat st;
	int fd;

	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4) != 0)
		return -1;
	fd = open(argv[0] + 4, O_RDWR);
	if (fd < 0 || fstat(fd, &st) != 0)
		return -1;
	maxrecords = (size_t)st.st_size / sizeof(*records);
	records = mmap(NULL, maxrecords * sizeof(*records),
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (records == MAP_FAILED)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
