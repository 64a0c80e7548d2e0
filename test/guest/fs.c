/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The RAM file system through the system calls.
 */
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/param.h>
#include <string.h>

#include "kernel/file/file.h"
#include "kernel/fs/vfs.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "test/lib/test.h"

static void
as_process(int (*fn)(int, char **))
{
	const struct spawn_attr attr = { .sa_keep = true };
	uint64_t used, after, limit;
	unsigned nodes, left;
	struct proc *p;
	int status = -1;

	vfs_usage(&used, &limit, &nodes);
	REQUIRE(proc_spawn("fstest", fn, 0, NULL, &attr, &p) == 0);
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	EXPECT(status == 0);
	(void)proc_rele(p);
	vfs_usage(&after, &limit, &left);
	EXPECT(after == used && left == nodes);
}

static int
contents(int argc, char **argv)
{
	struct proc *p = current_proc();
	struct kstat st;
	char buf[64];
	ssize_t n;
	off_t at;
	int fd, rd;

	(void)argc;
	(void)argv;
	EXPECT(sys_open(p, "/tmp/none", O_RDONLY, 0, &fd) == ENOENT);
	EXPECT(sys_open(p, "/tmp/f", O_RDWR | O_CREAT | O_EXCL, 0640, &fd) ==
	    0);
	EXPECT(sys_open(p, "/tmp/f", O_RDWR | O_CREAT | O_EXCL, 0640, &rd) ==
	    EEXIST);
	EXPECT(sys_write(p, fd, "hello world", 11, &n) == 0 && n == 11);
	EXPECT(sys_pwrite(p, fd, "W", 1, 6, &n) == 0 && n == 1);
	EXPECT(sys_lseek(p, fd, -5, 2, &at) == 0 && at == 6);
	EXPECT(sys_read(p, fd, buf, sizeof(buf), &n) == 0 && n == 5 &&
	    memcmp(buf, "World", 5) == 0);
	EXPECT(sys_read(p, fd, buf, sizeof(buf), &n) == 0 && n == 0);
	EXPECT(sys_lseek(p, fd, -1, 0, &at) == EINVAL);
	/* a hole reads as zeros */
	EXPECT(sys_pwrite(p, fd, "end", 3, 100000, &n) == 0);
	EXPECT(sys_fstat(p, fd, &st) == 0 && st.st_size == 100003 &&
	    st.st_mode == (S_IFREG | 0640));
	EXPECT(sys_pread(p, fd, buf, 8, 50000, &n) == 0 && n == 8 &&
	    buf[0] == 0 && buf[7] == 0);
	EXPECT(sys_ftruncate(p, fd, 5) == 0);
	EXPECT(sys_ftruncate(p, fd, 10) == 0);
	EXPECT(sys_pread(p, fd, buf, 64, 0, &n) == 0 && n == 10 &&
	    memcmp(buf, "hello\0\0\0\0\0", 10) == 0);
	/* append, and reading on after unlink */
	EXPECT(sys_open(p, "/tmp/f", O_WRONLY | O_APPEND, 0, &rd) == 0);
	EXPECT(sys_write(p, rd, "++", 2, &n) == 0);
	EXPECT(sys_close(p, rd) == 0);
	EXPECT(sys_unlink(p, "/tmp/f") == 0);
	EXPECT(sys_stat(p, "/tmp/f", &st) == ENOENT);
	EXPECT(sys_pread(p, fd, buf, 64, 10, &n) == 0 && n == 2);
	EXPECT(sys_fstat(p, fd, &st) == 0 && st.st_nlink == 0);
	return (0);
}

TEST(fs, contents)
{
	as_process(contents);
}

static int
directories(int argc, char **argv)
{
	struct proc *p = current_proc();
	struct kdirent de;
	struct kstat st;
	char buf[64];
	ssize_t n;
	int fd, more, count = 0;

	(void)argc;
	(void)argv;
	EXPECT(sys_mkdir(p, "/tmp/d", 0755) == 0);
	EXPECT(sys_mkdir(p, "/tmp/d", 0755) == EEXIST);
	EXPECT(sys_mkdir(p, "/tmp/x/y", 0755) == ENOENT);
	EXPECT(sys_chdir(p, "/tmp/d") == 0);
	EXPECT(sys_mkdir(p, "sub/", 0755) == 0);
	EXPECT(sys_open(p, "sub/../file", O_WRONLY | O_CREAT, 0644, &fd) == 0);
	EXPECT(sys_close(p, fd) == 0);
	EXPECT(sys_getcwd(p, buf, sizeof(buf)) == 0 &&
	    strcmp(buf, "/tmp/d") == 0);
	EXPECT(sys_getcwd(p, buf, 4) == ERANGE);
	EXPECT(sys_open(p, ".", O_RDONLY, 0, &fd) == 0);
	while (sys_readdir(p, fd, &de, &more) == 0 && more)
		count++;
	EXPECT(count == 4);		/* . .. sub file */
	EXPECT(sys_read(p, fd, buf, 10, &n) == EISDIR);
	EXPECT(sys_close(p, fd) == 0);
	EXPECT(sys_stat(p, "file/", &st) == ENOTDIR);
	EXPECT(sys_stat(p, "file/x", &st) == ENOTDIR);
	EXPECT(sys_open(p, "sub", O_WRONLY, 0, &fd) == EISDIR);
	EXPECT(sys_rename(p, "sub", "sub/inner") == EINVAL);
	EXPECT(sys_rename(p, "file", "sub/moved") == 0);
	EXPECT(sys_rename(p, "/tmp/d/sub/moved", "sub") == EISDIR);
	EXPECT(sys_rmdir(p, "sub") == ENOTEMPTY);
	EXPECT(sys_rmdir(p, "sub/moved") == ENOTDIR);
	EXPECT(sys_unlink(p, "sub") == EPERM);
	EXPECT(sys_unlink(p, "sub/moved") == 0);
	EXPECT(sys_rmdir(p, "sub") == 0);
	EXPECT(sys_rmdir(p, "/") == EBUSY);
	EXPECT(sys_chdir(p, "/") == 0);
	EXPECT(sys_rmdir(p, "/tmp/d/") == 0);
	memset(buf, 'n', sizeof(buf));
	return (0);
}

TEST(fs, directories)
{
	as_process(directories);
}

/* A working directory that is gone holds no names; nothing is left of it. */
static int
removed_cwd(int argc, char **argv)
{
	struct proc *p = current_proc();
	char buf[64];
	int fd;

	(void)argc;
	(void)argv;
	EXPECT(sys_mkdir(p, "/tmp/gone", 0755) == 0);
	EXPECT(sys_chdir(p, "/tmp/gone") == 0);
	EXPECT(sys_rmdir(p, "/tmp/gone") == 0);
	EXPECT(sys_open(p, "f", O_WRONLY | O_CREAT, 0600, &fd) == ENOENT);
	EXPECT(sys_mkdir(p, "d", 0755) == ENOENT);
	EXPECT(sys_symlink(p, "x", "l") == ENOENT);
	EXPECT(sys_open(p, "/tmp/f", O_WRONLY | O_CREAT, 0600, &fd) == 0);
	EXPECT(sys_close(p, fd) == 0);
	EXPECT(sys_rename(p, "/tmp/f", "f") == ENOENT);
	EXPECT(sys_unlink(p, "/tmp/f") == 0);
	EXPECT(sys_getcwd(p, buf, sizeof(buf)) == ENOENT);
	EXPECT(sys_chdir(p, "..") == 0);
	EXPECT(sys_chdir(p, "/") == 0);
	return (0);
}

TEST(fs, removed_working_directory)
{
	as_process(removed_cwd);
}

static int
links_and_rights(int argc, char **argv)
{
	struct proc *p = current_proc();
	struct kstat st;
	char buf[32];
	ssize_t n;
	int fd;

	(void)argc;
	(void)argv;
	EXPECT(sys_symlink(p, "target", "/tmp/link") == 0);
	EXPECT(sys_symlink(p, "loop2", "/tmp/loop1") == 0);
	EXPECT(sys_symlink(p, "/tmp/loop1", "/tmp/loop2") == 0);
	EXPECT(sys_stat(p, "/tmp/link", &st) == ENOENT);
	EXPECT(sys_lstat(p, "/tmp/link", &st) == 0 && st.st_size == 6);
	EXPECT(sys_readlink(p, "/tmp/link", buf, sizeof(buf), &n) == 0 &&
	    n == 6);
	EXPECT(sys_stat(p, "/tmp/loop1", &st) == ELOOP);
	EXPECT(sys_open(p, "/tmp/target", O_WRONLY | O_CREAT, 0600, &fd) == 0);
	EXPECT(sys_close(p, fd) == 0);
	EXPECT(sys_stat(p, "/tmp/link", &st) == 0 && st.st_size == 0);
	EXPECT(sys_setuid(p, 501) == 0);
	EXPECT(sys_open(p, "/tmp/link", O_RDONLY, 0, &fd) == EACCES);
	EXPECT(sys_chmod(p, "/tmp/target", 0644) == EPERM);
	EXPECT(sys_chown(p, "/tmp/target", 501, (gid_t)-1) == EPERM);
	EXPECT(sys_mkdir(p, "/nope", 0755) == EACCES);
	/* /tmp is sticky: another's file is not taken away or replaced */
	EXPECT(sys_unlink(p, "/tmp/target") == EPERM);
	EXPECT(sys_rename(p, "/tmp/target", "/tmp/mine") == EPERM);
	EXPECT(sys_open(p, "/tmp/mine", O_WRONLY | O_CREAT, 0600, &fd) == 0);
	EXPECT(sys_close(p, fd) == 0);
	EXPECT(sys_chown(p, "/tmp/mine", 0, (gid_t)-1) == EPERM);
	EXPECT(sys_chown(p, "/tmp/mine", (uid_t)-1, 80) == EPERM);
	EXPECT(sys_chown(p, "/tmp/mine", 501, 0) == 0);	/* its own group */
	EXPECT(sys_rename(p, "/tmp/mine", "/tmp/target") == EPERM);
	EXPECT(sys_rename(p, "/tmp/mine", "/tmp/mine2") == 0);
	EXPECT(sys_unlink(p, "/tmp/mine2") == 0);
	return (0);
}

static int
cleanup(int argc, char **argv)
{
	static const char *const names[] = { "/tmp/link", "/tmp/loop1",
	    "/tmp/loop2", "/tmp/target" };

	(void)argc;
	(void)argv;
	for (unsigned i = 0; i < 4; i++)
		EXPECT(sys_unlink(current_proc(), names[i]) == 0);
	return (0);
}

static int
links_then_cleanup(int argc, char **argv)
{
	const struct spawn_attr attr = { .sa_keep = false };
	int status = -1;

	EXPECT(proc_spawn("links", links_and_rights, argc, argv, &attr,
	    NULL) == 0);
	EXPECT(proc_wait(-1, &status) == 0 && status == 0);
	return (cleanup(argc, argv));
}

TEST(fs, links_and_rights)
{
	as_process(links_then_cleanup);
}

TEST(fs, whole_files)
{
	static char big[70000];
	void *data = NULL;
	size_t size = 0;

	for (unsigned i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 7);
	EXPECT(vfs_write_file("/tmp/big", big, sizeof(big), 0600) == 0);
	REQUIRE(vfs_read_file("/tmp/big", &data, &size) == 0);
	EXPECT(size == sizeof(big) && memcmp(data, big, size) == 0);
	kfree(data);
	EXPECT(vfs_unlink(kernproc, "/tmp/big", false) == 0);
	EXPECT(vfs_read_file("/tmp/big", &data, &size) == ENOENT);
	EXPECT(vfs_read_file("/tmp", &data, &size) == EISDIR);
	EXPECT(vfs_unpack_cpio("garbage", 7) == EFTYPE);
}
