/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _UNISTD_H_
#define _UNISTD_H_

#include <ulib_cdefs.h>

#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif

ssize_t read(int fd, void *buf, size_t n) __U(read);
ssize_t write(int fd, const void *buf, size_t n) __U(write);
int close(int fd) __U(close);
int dup(int fd) __U(dup);
int dup2(int fd, int to) __U(dup2);
int pipe(int fds[2]) __U(pipe);
off_t lseek(int fd, off_t off, int whence) __U(lseek);
ssize_t pread(int fd, void *buf, size_t n, off_t off) __U(pread);
ssize_t pwrite(int fd, const void *buf, size_t n, off_t off) __U(pwrite);
int ftruncate(int fd, off_t len) __U(ftruncate);
int truncate(const char *path, off_t len) __U(truncate);
int unlink(const char *path) __U(unlink);
int rmdir(const char *path) __U(rmdir);
int symlink(const char *target, const char *path) __U(symlink);
ssize_t readlink(const char *path, char *buf, size_t size) __U(readlink);
int chown(const char *path, uid_t uid, gid_t gid) __U(chown);
int chdir(const char *path) __U(chdir);
char *getcwd(char *buf, size_t n) __U(getcwd);
pid_t getpid(void) __U(getpid);
pid_t getppid(void) __U(getppid);
uid_t getuid(void) __U(getuid);
uid_t geteuid(void) __U(geteuid);
gid_t getgid(void) __U(getgid);
int setuid(uid_t uid) __U(setuid);
int setgid(gid_t gid) __U(setgid);
int isatty(int fd) __U(isatty);
unsigned sleep(unsigned seconds) __U(sleep);
int usleep(useconds_t us) __U(usleep);
void _exit(int status) __U(exit) __dead2;

/* getopt's state is the process's, not shared by all programs. */
struct __getopt {
	char *arg;
	int ind, err, opt;
	char *place;
};
struct __getopt *__getopt_state(void) __U(__getopt_state);
#define optarg (__getopt_state()->arg)
#define optind (__getopt_state()->ind)
#define opterr (__getopt_state()->err)
#define optopt (__getopt_state()->opt)
int getopt(int argc, char *const argv[], const char *opts) __U(getopt);

#endif /* _UNISTD_H_ */
