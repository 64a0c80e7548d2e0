/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A QEMU plugin that counts guest instructions where a harness can see them.
 *
 *	-plugin file=insncount.so,out=FILE
 *
 * FILE (8 bytes at least) is mapped shared; its first 64-bit word is the
 * number of instructions executed so far, updated block by block without a
 * call out of the translated code.  Reading it before and after a piece of
 * work gives that work's cost, whatever else the host is doing.  Only for one
 * vCPU: the inline addition is not atomic.
 *
 * Debian's QEMU has plugins on but ships no header, so the five entry points
 * of plugin API version 1 that are needed are declared here.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
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

#define EXPORT __attribute__((visibility("default")))

EXPORT int qemu_plugin_version = 1;

static uint64_t *counter;

static void
translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, PLUGIN_ADD_U64, counter,
	    qemu_plugin_tb_n_insns(tb));
}

EXPORT int
qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int argc,
    char **argv)
{
	int fd;

	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4) != 0)
		return -1;
	fd = open(argv[0] + 4, O_RDWR);
	if (fd < 0)
		return -1;
	counter = mmap(NULL, sizeof(*counter), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	if (counter == MAP_FAILED)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
