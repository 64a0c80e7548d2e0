/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROG_DIRENT_H_
#define _PROG_DIRENT_H_

#include <ulib_cdefs.h>

struct dirent {
	__uint64_t d_ino;
	__uint16_t d_namlen;
	__uint8_t d_type;
	char d_name[256];
};

#define DT_UNKNOWN 0
#define DT_CHR	   2
#define DT_DIR	   4
#define DT_REG	   8
#define DT_LNK	   10

typedef struct __dir DIR;

DIR *opendir(const char *path) __U(opendir);
struct dirent *readdir(DIR *d) __U(readdir);
int closedir(DIR *d) __U(closedir);

#endif /* _PROG_DIRENT_H_ */
